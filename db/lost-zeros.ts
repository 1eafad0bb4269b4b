import { sql } from 'drizzle-orm';
import type { Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

/**
 * Takes rows with an external id of digits that nobody has (`42`) to be about the one user whose id is the same behind
 * zeros (`0042`), where no row of the file is about that user: a spreadsheet program has removed the zeros. Such a row is
 * refused when it is planned, and its user is not missing from the file. Changes nothing when run twice.
 *
 * Nothing here joins two sets whose size the planner cannot know: rows are looked up by their index, and who is in the
 * file is told by a window, which costs the same whatever is believed.
 */
export async function matchWithoutZeros(tx: Transaction, edit: ClaimedEdit): Promise<void> {
  await tx.execute(sql`
    with found as materialized (
      select s.line, u.id from (
        select id, ltrim(external_id_key, '0') as bare, count(*) over (partition by ltrim(external_id_key, '0')) as alike
        from users where organization_id = ${edit.organizationId} and deleted_at is null and external_id_key like '0%'
          and exists (select from staged_rows c where c.mass_edit_id = ${edit.id} and ${withoutZeros('c')})
      ) u
      cross join lateral (
        select line from staged_rows c where c.mass_edit_id = ${edit.id} and c.external_id_key = u.bare
          and ${withoutZeros('c')} offset 0
      ) s where u.alike = 1
    ), together as (
      select id, line from found
      union all
      select person, null from staged_rows s cross join lateral (values (s.by_external_id), (s.by_email)) p(person)
      where s.mass_edit_id = ${edit.id} and s.verdict <> 'skipped' and p.person is not null and exists (select from found)
      union all
      select user_id, null from plan_rows where mass_edit_id = ${edit.id} and known and exists (select from found)
    ), meant as (
      select id, line from (select *, bool_or(line is null) over (partition by id) as is_named from together) t
      where line is not null and not is_named
    )
    update staged_rows s set by_external_id = m.id, user_id = m.id, existing = 'live'
    from meant m where s.mass_edit_id = ${edit.id} and s.line = m.line`);
}

/** Rows that would bring somebody new under an id of digits. */
const withoutZeros = (row: string) =>
  sql.raw(`${row}.by_external_id is null and ${row}.external_id_key is not null
    and ${row}.external_id_key between '1' and ':' and ${row}.external_id_key ~ '^[1-9][0-9]*$'
    and ${row}.existing = 'none' and ${row}.verdict <> 'skipped'`);
