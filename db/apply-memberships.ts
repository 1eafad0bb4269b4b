import { sql } from 'drizzle-orm';
import { rowOf, type Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

/**
 * Changes the memberships of the next people in key order: what they were in is closed in history on the day of
 * applying, what they are in now holds from that day. A person who is named and turned out not to be there (their row
 * was refused while applying) is not pointed at, and the row is told so.
 *
 * What the plan remembers as "before" is set right where another writer was quicker, so that the record stays true.
 */
export async function changeMemberships(
  tx: Transaction,
  edit: ClaimedEdit,
  after: number,
  limit: number,
): Promise<{ taken: number; lastId: number; changed: number }> {
  const day = edit.appliedOn;
  await dropNamesOfNobody(tx, edit, after, limit);
  return rowOf(
    tx,
    sql`with p as materialized (
      select line, user_id, action, coalesce(attributes_before, '{}') as before, coalesce(attributes_after, '{}') as after
      from plan_rows where mass_edit_id = ${edit.id} and action in ('create', 'update') and user_id > ${after}
      order by user_id limit ${limit}
    ), held as materialized (
      select m.user_id, m."values", m.since, m.since_of from memberships m
      where m.user_id in (select user_id from p where action = 'update' and after <> '{}') order by m.user_id for update
    ), ended as materialized (
      select h.user_id, k.key, h."values" -> k.key as value, coalesce((h.since_of ->> k.key)::date, h.since) as since
      from p join held h on h.user_id = p.user_id cross join lateral jsonb_object_keys(p.after) as k(key)
      where h."values" ? k.key and h."values" -> k.key is distinct from p.after -> k.key
    ), closed as (
      insert into membership_periods (organization_id, user_id, attribute_id, period, value)
      select ${edit.organizationId}, user_id, key::bigint, daterange(since, ${day}::date), value from ended
      where since < ${day}::date order by user_id, key
    ), opened as (
      insert into memberships (user_id, organization_id, "values", since)
      select user_id, ${edit.organizationId}, jsonb_strip_nulls(after), ${day}::date from p
      where after <> '{}' and not exists (select from held h where h.user_id = p.user_id) order by user_id
    ), moved as (
      update memberships m set "values" = jsonb_strip_nulls(m."values" || p.after),
        since_of = (m.since_of - array(select jsonb_object_keys(p.after)))
          || coalesce((select jsonb_object_agg(k, ${day}::text) from jsonb_each(p.after) as c(k, v)
                       where v <> 'null' and m."values" -> k is distinct from v), '{}')
          || coalesce((select jsonb_object_agg(k, m.since_of -> k) from jsonb_each(p.after) as c(k, v)
                       where m."values" -> k = v and m.since_of ? k), '{}')
      from p join held h on h.user_id = p.user_id where m.user_id = p.user_id
    ), really as (
      select p.line, p.before, coalesce((select jsonb_object_agg(e.key, h."values" -> e.key)
        from jsonb_object_keys(p.after) as e(key) where h."values" ? e.key), '{}') as before_in_truth
      from p join held h on h.user_id = p.user_id
    ), corrected as (
      update plan_rows r set attributes_before = nullif(t.before_in_truth, '{}') from really t
      where r.mass_edit_id = ${edit.id} and r.line = t.line and t.before <> t.before_in_truth
    )
    select count(*)::int as taken, coalesce(max(user_id), ${after}) as "lastId",
      coalesce(sum((select count(*) from jsonb_object_keys(after))), 0)::int as changed from p`,
  );
}

/** Only where stage 5 refused somebody can a name lead to nobody; asked first, as it nearly never is. */
async function dropNamesOfNobody(tx: Transaction, edit: ClaimedEdit, after: number, limit: number): Promise<void> {
  const { any } = await rowOf<{ any: boolean }>(
    tx,
    sql`select exists (select from findings where mass_edit_id = ${edit.id} and stage = 5) as any`,
  );
  if (!any) return;
  await tx.execute(sql`
    with p as materialized (
      select line, user_id, attributes_after from plan_rows where mass_edit_id = ${edit.id}
        and action in ('create', 'update') and user_id > ${after} order by user_id limit ${limit}
    ), lost as materialized (
      select p.line, a.id::text as key, a.name,
        (select r.line from plan_rows r where r.mass_edit_id = ${edit.id} and r.action = 'refused'
           and to_jsonb(r.user_id) = p.attributes_after -> a.id::text limit 1) as other
      from p join attributes a on a.organization_id = ${edit.organizationId} and a.type = 'users'
        and p.attributes_after ? a.id::text and p.attributes_after -> a.id::text <> 'null'
      where not exists (select from users u where to_jsonb(u.id) = p.attributes_after -> a.id::text and u.deleted_at is null
        and u.id = (p.attributes_after ->> a.id::text)::bigint)
    ), said as (
      insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
      select ${edit.id}, ${edit.organizationId}, line, 6, 'error', 'PERSON_ROW_REFUSED', name, null,
        json_build_object('otherLine', other) from lost order by line
    )
    update plan_rows r set attributes_after = nullif(r.attributes_after - array(select key from lost l where l.line = r.line), '{}')
    where r.mass_edit_id = ${edit.id} and r.line in (select line from lost)`);
}
