import { sql } from 'drizzle-orm';
import { plainArray, textArray } from './arrays.ts';
import { rowOf, rowsOf, type Transaction, withoutLoops } from './client.ts';
import { namesOfListed } from './deletions.ts';
import type { ClaimedEdit } from './fence.ts';

/**
 * Known rows: a row that is byte for byte one which the organization accepted before, read by the same rules, about a
 * person whom nobody has changed since, changes nothing. It goes into the plan without being read. What proves it, and
 * what each writer does to the proof, is in docs/known-rows.md.
 */

/** How often the organization's attributes, segments or aliases have moved: by it the same cell means the same. */
export async function vocabularyRevision(tx: Transaction, edit: ClaimedEdit): Promise<number> {
  const { revision } = await rowOf<{ revision: number }>(
    tx,
    sql`select vocabulary_revision as revision from organizations where id = ${edit.organizationId}`,
  );
  return revision;
}

/**
 * Keeps what the rows of this mass edit are read by. An attempt that goes on and finds another context marks it as
 * mixed: what this mass edit accepted is then never taken as known.
 */
export async function rememberContext(tx: Transaction, edit: ClaimedEdit, context: string): Promise<void> {
  await tx.execute(sql`update mass_edits
    set row_context = case when coalesce(row_context, ${context}) = ${context} then ${context} else 'mixed' end
    where id = ${edit.id} and row_context is distinct from ${context}`);
}

/** The last mass edit that was applied to its end and whose rows were read by the same context; null where none was. */
export async function basisOf(tx: Transaction, edit: ClaimedEdit, context: string): Promise<number | null> {
  const [basis] = await rowsOf<{ id: number }>(
    tx,
    sql`select id from mass_edits where organization_id = ${edit.organizationId} and state = 'ended'
          and outcome in ('completed', 'completed_with_errors') and row_context = ${context}
        order by id desc limit 1`,
  );
  return basis?.id ?? null;
}

/** A row by its line, the hash of its bytes, and one identity by which it may be found; the other is null, or both. */
export type HashedRow = { line: number; hash: string; email: string | null; externalId: string | null };

/**
 * Takes the known among some rows into the plan, as unchanged, and gives their lines. Known is what the basis accepted
 * under the same hash, where the person is just as the basis left them: neither their row nor their memberships have been
 * written since, and whomever the row names is there under the same names. (By an index over hashes instead of people,
 * writing the plan took half as long again.)
 */
export async function takeKnownRows(
  tx: Transaction,
  edit: ClaimedEdit,
  basis: number,
  rows: HashedRow[],
): Promise<Set<number>> {
  const taken = await withoutLoops<{ line: number }>(
    tx,
    sql`with given as materialized (
      select line, hash, fold(email) as email_key, fold(external_id) as external_id_key
      from unnest(${plainArray(rows.map(({ line }) => line))}::int[], ${plainArray(rows.map(({ hash }) => hash))}::uuid[],
        ${textArray(rows.map(({ email }) => email))}::text[], ${textArray(rows.map(({ externalId }) => externalId))}::text[])
        as g(line, hash, email, external_id)
    ), matched as materialized (
      select g.line, g.hash, u.id, u.version from given g join ${livingBy(edit, 'email_key')} u on u.key = g.email_key
      union all
      select g.line, g.hash, u.id, u.version from given g join ${livingBy(edit, 'external_id_key')} u
        on u.key = g.external_id_key
    ), found as materialized (
      select o.* from plan_rows o where o.mass_edit_id = ${basis} and o.user_id = any(array(select id from matched))
        and o.row_hash is not null
    ), named as materialized (
      select f.user_id, n.key, n.value::bigint as person from found f cross join lateral jsonb_each_text(f.people) n
    ), called as (
      select n.user_id, bit_xor(names_hash(n.key, c.email_key, c.external_id_key)) as named_as from named n
      join (select id, email_key, external_id_key from users
        where id = any(array(select distinct person from named)) and deleted_at is null) c on c.id = n.person
      group by n.user_id
    ), known as materialized (
      select u.line, p.user_id, p.people, p.named_as, p.row_hash, u.version, m.version as membership_version
      from matched u
      join found p on p.user_id = u.id and p.row_hash = u.hash
      left join (select user_id, version from memberships where user_id = any(array(select user_id from found))) m
        on m.user_id = p.user_id
      left join called c on c.user_id = p.user_id
      where u.version = ${LEFT_AT} and m.version is not distinct from ${MEMBERSHIPS_LEFT_AT}
        and c.named_as is not distinct from p.named_as
    )
    insert into plan_rows (mass_edit_id, organization_id, line, action, user_id, user_version, membership_version, people,
      named_as, row_hash, known)
    select ${edit.id}, ${edit.organizationId}, line, 'unchanged', user_id, version, membership_version, people, named_as,
      row_hash, true
    from known order by line returning line`,
  );
  return new Set(taken.map(({ line }) => line));
}

const livingBy = (edit: ClaimedEdit, key: 'email_key' | 'external_id_key') => sql`(
  select id, version, ${sql.raw(key)} as key from users where organization_id = ${edit.organizationId} and deleted_at is null
    and ${sql.raw(key)} = any(array(select ${sql.raw(key)} from given)))`;

/** The version at which applying a row of the basis has left its person: a row that writes somebody moves it once. */
const LEFT_AT = sql`case p.action when 'create' then 1 when 'update' then p.user_version + 1 else p.user_version end`;
const MEMBERSHIPS_LEFT_AT = sql`case when p.action in ('create', 'update') and p.attributes_after is not null
  then coalesce(p.membership_version, 0) + 1 else p.membership_version end`;

/**
 * Lines of known rows that are not the only ones about their person: they repeat or contradict another row, which only
 * reading them tells.
 */
export async function knownRowsInDoubt(tx: Transaction, edit: ClaimedEdit): Promise<number[]> {
  // Sorting all rows by their person to find none of them known would be most of this step.
  const { any } = await rowOf<{ any: boolean }>(
    tx,
    sql`select exists (select from plan_rows where mass_edit_id = ${edit.id} and known) as any`,
  );
  if (!any) return [];
  const rows = await rowsOf<{ line: number }>(
    tx,
    sql`select line from (
          select line, count(*) over (partition by person) as rows from (
            select user_id as person, line from plan_rows where mass_edit_id = ${edit.id} and known
            union all
            select p.person, null from staged_rows s cross join lateral
              (select distinct person from (values (s.by_external_id), (s.by_email), (s.user_id)) v(person)) p
            where s.mass_edit_id = ${edit.id} and s.verdict <> 'skipped' and p.person is not null
          ) about
        ) counted where line is not null and rows > 1 order by line`,
  );
  return rows.map(({ line }) => line);
}

/** Lines of known rows that name somebody who is about to be deleted: they are refused, with the name as it was given. */
export async function knownRowsNamingListed(tx: Transaction, edit: ClaimedEdit): Promise<number[]> {
  const rows = await withoutLoops<{ line: number }>(
    tx,
    sql`select distinct n.line from (${namesOfListed(edit)}) n where n.known order by line`,
  );
  return rows.map(({ line }) => line);
}

/** Takes known rows out of the plan again, so that they can be read as any other. */
export async function forgetKnownRows(tx: Transaction, edit: ClaimedEdit, lines: number[]): Promise<void> {
  await tx.execute(sql`delete from plan_rows
    where mass_edit_id = ${edit.id} and line = any(${sql.param(lines)}::int[]) and known`);
}
