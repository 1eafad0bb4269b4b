import { sql } from 'drizzle-orm';
import { rowOf, rowsOf, type Transaction, withoutLoops } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

export type PeopleAttribute = { id: number; name: string; hierarchy: boolean };

/** The attributes that point at people; hierarchies must have no cycles. */
export async function peopleAttributes(tx: Transaction, edit: ClaimedEdit): Promise<PeopleAttribute[]> {
  return rowsOf<PeopleAttribute>(
    tx,
    sql`select id, name, hierarchy from attributes where organization_id = ${edit.organizationId} and type = 'users'
        order by id`,
  );
}

/** A person of the final state: living now, or brought by a row. `points` are the stored values by attribute id. */
export type GraphPerson = {
  id: number;
  /** The line of the person's row, 0 where the file has none. */
  line: number;
  refused: boolean;
  /** Is there only if the row is accepted: new, or deleted and brought back. */
  isNew: boolean;
  /** Whom the row names, changed or not; null where nobody of them can be missing. */
  named: Record<string, number> | null;
  /** Lines that must be accepted for the names to be found. */
  needs: Record<string, number> | null;
} & Edges;

/** Of the hierarchy at each place: `now0` whom the database has this person pointing at, `then0` whom the row wants. */
type Edges = { [column: `now${number}` | `then${number}`]: number | null };

/** What the graph is read by. */
export type GraphFrame = {
  /** At most how many people there are: for arrays that need not grow. */
  size: number;
  /** No person of the organization has a lower key, so that those of others are not walked through. */
  first: number;
  /**
   * Whether anybody was deleted since the file came in (or a moment before, in a transaction that ended later). Whom a
   * row names was there when it was planned, or else is in its `needs`; so without this nobody else can be missing.
   */
  anybodyGone: boolean;
};

export async function graphFrame(tx: Transaction, edit: ClaimedEdit): Promise<GraphFrame> {
  return rowOf<GraphFrame>(
    tx,
    sql`select count(*) filter (where deleted_at is null)::int
          + (select count(*) from plan_rows where mass_edit_id = ${edit.id} and action <> 'unchanged')::int as size,
        coalesce(least(min(id), (select min(user_id) from plan_rows where mass_edit_id = ${edit.id})), 1) as first,
        coalesce(bool_or(deleted_at >= (select created_at - interval '1 minute' from mass_edits where id = ${edit.id})), false)
          as "anybodyGone"
        from users where organization_id = ${edit.organizationId}`,
  );
}

/**
 * The next people in key order, with their edges now and as planned. Who is listed for deletion is not there; deleted
 * people only where a row brings them back; people whose row is refused and who are nobody without it, as such.
 *
 * Reads one span of keys of each table and puts the spans together without loops, whatever the planner believes of their
 * length: a lookup for each person took three times as long, and a join of whole tables grew with the square.
 */
export async function graphPeople(
  tx: Transaction,
  edit: ClaimedEdit,
  { attributeIds, named, after, limit }: { attributeIds: number[]; named: boolean; after: number; limit: number },
): Promise<GraphPerson[]> {
  const edges = attributeIds.map((id, place) => {
    const key = sql.param(String(id));
    return sql`, (m."values" ->> ${key})::bigint as ${sql.raw(`now${place}`)},
      (case when p.attributes_after ? ${key} then p.attributes_after else m."values" end ->> ${key})::bigint as ${sql.raw(`then${place}`)}`;
  });
  const rows = (actions: string) => sql`(select user_id, false from plan_rows where mass_edit_id = ${edit.id}
    and ${sql.raw(actions)} and user_id > ${after} order by user_id limit ${limit})`;
  const span = sql`user_id > ${after} and user_id <= (select max(id) from people)`;
  return withoutLoops<GraphPerson>(
    tx,
    sql`with people as materialized (
      select id, bool_or(living) as living from (
        (select id, true as living from users u where organization_id = ${edit.organizationId} and deleted_at is null
          and id > ${after}
          and not exists (select from missing_users m where m.mass_edit_id = ${edit.id} and m.user_id = u.id and m.kept is null
            and coalesce(m.outcome, 'deleted') = 'deleted')
          order by id limit ${limit})
        union all ${rows(`action in ('create', 'update')`)} union all ${rows(`action = 'refused'`)}
      ) p group by id order by id limit ${limit}
    )
    select x.id, coalesce(p.line, 0) as line, coalesce(p.action = 'refused', false) as refused, not x.living as "isNew",
      case when p.needs is not null or ${named} then p.people end as named, p.needs ${sql.join(edges)}
    from people x
    left join (select user_id, "values" from memberships where organization_id = ${edit.organizationId} and ${span}) m
      on m.user_id = x.id
    left join (
      select distinct on (user_id) user_id, line, action, attributes_after, people, needs from plan_rows
      where mass_edit_id = ${edit.id} and ${span} and action <> 'skipped' order by user_id, line
    ) p on p.user_id = x.id
    order by x.id`,
  );
}

/** A person as a message spells them: email, else external id; `line` 0 where no row of the file is theirs. */
export async function labelsOf(
  tx: Transaction,
  edit: ClaimedEdit,
  people: { id: number; line: number }[],
): Promise<Map<number, string>> {
  const rows = await rowsOf<{ id: number; label: string }>(
    tx,
    sql`select i.id, coalesce(u.email, u.external_id, s.email, s.external_id) as label
        from json_to_recordset(${JSON.stringify(people)}::json) as i(id bigint, line int)
        left join users u on u.id = i.id
        left join staged_rows s on s.mass_edit_id = ${edit.id} and s.line = i.line`,
  );
  return new Map(rows.map((row) => [row.id, row.label]));
}
