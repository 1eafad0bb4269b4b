import { sql } from 'drizzle-orm';
import { rowOf, rowsOf, type Transaction } from './client.ts';
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
  /** Whom the database has this person pointing at, by attribute id. */
  points: Record<string, number> | null;
  /** What the row changes that to (null: clears), only attributes that change. */
  changes: Record<string, number | null> | null;
  /** Whom the row names, changed or not. */
  named: Record<string, number> | null;
  /** Lines that must be accepted for the names to be found. */
  needs: Record<string, number> | null;
};

/** At most how many people the graph can have: for arrays that need not grow. */
export async function graphSize(tx: Transaction, edit: ClaimedEdit): Promise<number> {
  const { size } = await rowOf<{ size: number }>(
    tx,
    sql`select (select count(*) from users where organization_id = ${edit.organizationId} and deleted_at is null)::int
          + (select count(*) from plan_rows where mass_edit_id = ${edit.id} and action <> 'unchanged')::int as size`,
  );
  return size;
}

/**
 * The next people in key order, with their edges now and as planned. Who is listed for deletion is not there; deleted
 * people only where a row brings them back; people whose row is refused and who are nobody without it, as such.
 */
export async function graphPeople(
  tx: Transaction,
  edit: ClaimedEdit,
  attributeIds: number[],
  after: number,
  limit: number,
): Promise<GraphPerson[]> {
  const keys = sql.param(attributeIds.map(String));
  const of = (column: string) => sql`(select jsonb_object_agg(k, ${sql.raw(column)} -> k) from unnest(${keys}::text[]) k
    where ${sql.raw(column)} ? k)`;
  const rows = (actions: string) => sql`(select user_id as id from plan_rows where mass_edit_id = ${edit.id}
    and ${sql.raw(actions)} and user_id > ${after} order by user_id limit ${limit})`;
  return rowsOf<GraphPerson>(
    tx,
    sql`with people as materialized (
      select id from (
        (select id from users u where organization_id = ${edit.organizationId} and deleted_at is null and id > ${after}
          and not exists (select from missing_users m where m.mass_edit_id = ${edit.id} and m.user_id = u.id and m.kept is null
            and coalesce(m.outcome, 'deleted') = 'deleted')
          order by id limit ${limit})
        union ${rows(`action in ('create', 'update')`)} union ${rows(`action = 'refused'`)}
      ) p order by id limit ${limit}
    )
    select x.id, coalesce(p.line, 0) as line, coalesce(p.action = 'refused', false) as refused,
      u.id is null or u.deleted_at is not null as "isNew",
      ${of('m.values')} as points, ${of('p.attributes_after')} as changes, p.people as named, p.needs
    from people x left join users u on u.id = x.id left join memberships m on m.user_id = x.id
    left join lateral (
      select line, action, attributes_after, people, needs from plan_rows p
      where p.mass_edit_id = ${edit.id} and p.user_id = x.id and p.action <> 'skipped' order by line limit 1
    ) p on true
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
