import { sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { findingsCte } from '../mass-edits/findings-listed.ts';
import { lockAuthority } from '../people/authority.ts';
import { isListed } from '../plan/missing-users.ts';
import { plainArray } from '../sql/array-literals.ts';

/**
 * Deletes the next approved users in id order, with their tokens and sessions. Only listed users are deleted, by id and
 * version. A user who changed since is kept and reported. A user who is deleted already is skipped. Does nothing unless
 * the decision is to delete.
 */
export async function deleteListedUsers(
  tx: Transaction,
  edit: ClaimedMassEdit,
  after: number,
  limit: number,
): Promise<{ taken: number; lastId: number }> {
  const next = sql`select * from missing_users
    where mass_edit_id = ${edit.id} and user_id > ${after} and kept is null
      and exists (select from mass_edits where id = ${edit.id} and decision = 'approve' and list_digest = ${edit.listDigest})
    order by user_id limit ${limit}`;
  const holders = await queryMany(
    tx,
    sql`select 1 as one from tokens where organization_id = ${edit.organizationId}
      and user_id = any(array(select user_id from (${next}) m)) limit 1`,
  );
  if (holders.length > 0) await lockAuthority(tx, edit.organizationId, 'exclusive');
  await tx.execute(sql`select 1 from users u where u.id = any(array(select user_id from (${next}) m))
    order by u.id for update`);
  return queryOne(
    tx,
    sql`with listed as materialized (
      select m.user_id, coalesce(u.email, u.external_id) as person,
        case when u.id is null or u.deleted_at is not null then 'gone'
          when u.version <> m.user_version or u.role = 'admin' or u.id = ${edit.startedBy} then 'changed'
          else 'deleted' end as outcome
      from (${next}) m left join lateral (select * from users o where o.id = m.user_id offset 0) u on true
    ), deleted as (
      update users set deleted_at = now() where id = any(array(select user_id from listed where outcome = 'deleted'))
    ), ended as (
      delete from tokens t where t.organization_id = ${edit.organizationId}
        and t.user_id = any(array(select user_id from listed where outcome = 'deleted'))
      returning t.user_id, t.expires_at
    ), recorded as (
      insert into changes (organization_id, user_id, by_user, mass_edit_id, before, after)
      select ${edit.organizationId}, l.user_id, (select decided_by from mass_edits where id = ${edit.id}), ${edit.id},
        '{"deleted": false}', '{"deleted": true}'
      from listed l where outcome = 'deleted' order by user_id
    ), noted as (
      update missing_users m set outcome = l.outcome, tokens_ended = e.tokens
      from listed l left join (
        select user_id, count(*) filter (where expires_at is null or expires_at > now()) as tokens from ended group by user_id
      ) e on e.user_id = l.user_id
      where m.mass_edit_id = ${edit.id} and m.user_id = l.user_id and m.user_id = any(array(select user_id from listed))
    ), ${findingsCte(edit, 'Delete users', {
      code: 'CHANGED_SINCE_PLAN',
      line: null,
      details: { person: sql`person` },
      from: sql`listed where outcome = 'changed'`,
      user: sql`user_id`,
    })}
    select count(*)::int as taken, coalesce(max(user_id), ${after}) as "lastId" from listed`,
  );
}

/**
 * Clears every reference of these users to a deleted user. The membership is closed in history and the change is
 * recorded. Users who were deleted before are cleared too, because this file may restore them. Users that this mass
 * edit deletes together keep their references, so that the list of them still shows the references. If the plan changes
 * a cleared user, the plan row gets the new version, and its "before" loses the old reference.
 *
 * Warns of each cleared reference of a user who stays or is restored. There is no warning if the user's own row sets
 * another reference. If the user changed since the plan, that row will be refused, so there is a warning.
 *
 * @param users with the line of the user's row, if there is one
 */
export async function clearReferences(
  tx: Transaction,
  edit: ClaimedMassEdit,
  users: readonly { id: number; line: number | null }[],
): Promise<void> {
  const next = plainArray(users.map(({ id }) => id));
  await tx.execute(sql`select 1 from users where id = any(${next}::bigint[]) order by id for update`);
  await tx.execute(
    sql`with whole as materialized (
      select m.user_id, p.line, a.id as attribute_id, a.name, m."values" -> a.id::text as person,
        coalesce((m.since_of ->> a.id::text)::date, m.since) as since
      from unnest(${next}::bigint[], ${plainArray(users.map(({ line }) => line))}::int[]) as p(id, line)
      cross join lateral (select * from memberships o where o.user_id = p.id offset 0) m
      join attributes a on a.organization_id = ${edit.organizationId} and a.type = 'users'
      where ${isListed(edit, sql`(m."values" ->> a.id::text)::bigint`, 'deleted')}
    ), people as materialized (
      select user_id, array_agg(attribute_id::text) as keys, jsonb_object_agg('@' || attribute_id, person) as before,
        jsonb_object_agg('@' || attribute_id, null::jsonb) as after
      from whole group by user_id
    ), touched as (
      update users u set version = u.version from people p where u.id = p.user_id and u.id = any(${next}::bigint[])
      returning u.id, old.version as was, new.version as now, p.keys
    ), cleared as (
      update memberships m set "values" = m."values" - p.keys, since_of = m.since_of - p.keys
      from people p where m.user_id = p.user_id and m.user_id = any(${next}::bigint[])
    ), closed as (
      insert into membership_periods (organization_id, user_id, attribute_id, period, value)
      select ${edit.organizationId}, user_id, attribute_id, daterange(since, ${edit.appliedOn}::date), person
      from whole where since < ${edit.appliedOn}::date order by user_id
    ), replanned as (
      update plan_rows r set user_version = t.now, attributes_before = nullif(r.attributes_before - t.keys, '{}')
      from touched t where r.mass_edit_id = ${edit.id} and r.user_id = t.id and r.user_version = t.was
        and r.user_id = any(${next}::bigint[]) and r.action in ('create', 'update')
    ), recorded as (
      insert into changes (organization_id, user_id, by_user, mass_edit_id, before, after)
      select ${edit.organizationId}, user_id, (select decided_by from mass_edits where id = ${edit.id}), ${edit.id}, before, after
      from people order by user_id
    ), ${findingsCte(edit, 'Delete users', {
      code: 'REFERENCE_CLEARED',
      line: sql`w.line`,
      column: sql`w.name`,
      details: { person: sql`coalesce(u.email, u.external_id)`, attribute: sql`w.name` },
      from: sql`whole w
      cross join lateral (select email, external_id, deleted_at, version from users o where o.id = w.user_id offset 0) u
      left join lateral (select restores, attributes_after from plan_rows r where r.mass_edit_id = ${edit.id}
        and r.user_id = w.user_id and r.action in ('create', 'update') and r.user_version = u.version offset 0) r on true
      where (u.deleted_at is null or coalesce(r.restores, false))
        and not coalesce(r.attributes_after ? w.attribute_id::text, false)`,
      user: sql`w.user_id`,
    })}
    select 1`,
  );
}
