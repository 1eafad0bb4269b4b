import { sql } from 'drizzle-orm';
import { rowOf, type Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

/**
 * Writes the next people in key order: makes the new, changes the changed, brings back the restored. Looks once more,
 * under a lock, whether the plan still holds: whoever changed since is left alone and the row refused, and so is a row
 * whose email or external id somebody else has taken.
 */
export async function upsertUsers(
  tx: Transaction,
  edit: ClaimedEdit,
  after: number,
  limit: number,
): Promise<{ taken: number; lastId: number }> {
  return rowOf(
    tx,
    sql`with p as materialized (
      select line, user_id, action, user_version, restores, before, coalesce(after, '{}') as after
      from plan_rows where mass_edit_id = ${edit.id} and action in ('create', 'update') and user_id > ${after}
      order by user_id limit ${limit}
    ), locked as materialized (
      select u.id, u.version, u.deleted_at, u.email_key, u.external_id_key from users u
      where u.id in (select user_id from p where action = 'update') order by u.id for update
    ), stale as (
      select p.line from p left join locked k on k.id = p.user_id
      where p.action = 'update' and (k.id is null or k.version <> p.user_version or (k.deleted_at is not null) <> p.restores)
    ), keyed as materialized (
      -- The keys that a row brings into use: of new and restored people all, of others those that are set.
      select p.line, p.user_id, coalesce(fold(p.after ->> 'email'), case when p.restores then k.email_key end) as email_key,
        coalesce(fold(p.after ->> 'externalId'), case when p.restores then k.external_id_key end) as external_id_key,
        p.after ->> 'email' as email, p.after ->> 'externalId' as external_id
      from p left join locked k on k.id = p.user_id
      where p.action = 'create' or p.restores or p.after ?| array['email', 'externalId']
    ), taken_email as (
      select k.line, k.email as value from keyed k join users u on u.organization_id = ${edit.organizationId}
        and u.email_key = k.email_key and u.deleted_at is null and u.id <> k.user_id
    ), taken_external_id as (
      select k.line, k.external_id as value from keyed k join users u on u.organization_id = ${edit.organizationId}
        and u.external_id_key = k.external_id_key and u.deleted_at is null and u.id <> k.user_id
    ), problems as materialized (
      select line, 'CHANGED_SINCE_PLAN' as code, null as column_name, null as value from stale
      union all select line, 'EMAIL_TAKEN', 'Email', value from taken_email
      union all select line, 'EXTERNAL_ID_TAKEN', 'External Id', value from taken_external_id
    ), said as (
      insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
      select ${edit.id}, ${edit.organizationId}, line, 5, 'error', code, column_name, left(value, 200), '{}'
      from problems order by line
    ), refused as (
      update plan_rows r set action = 'refused', before = null, after = null, attributes_before = null,
        attributes_after = null, backdates = null, restores = false
      where r.mass_edit_id = ${edit.id} and r.line in (select line from problems)
    ), good as materialized (
      select * from p where not exists (select from problems x where x.line = p.line)
    ), changed as (
      update users u set
        email = coalesce(g.after ->> 'email', u.email),
        external_id = coalesce(g.after ->> 'externalId', u.external_id),
        first_name = coalesce(g.after ->> 'firstName', u.first_name),
        last_name = case when g.after ? 'lastName' then g.after ->> 'lastName' else u.last_name end,
        language = coalesce(g.after ->> 'language', u.language),
        participates = coalesce((g.after ->> 'participates')::boolean, u.participates),
        deleted_at = null
      from good g where g.action = 'update' and u.id = g.user_id
    ), created as (
      insert into users (id, organization_id, email, external_id, first_name, last_name, language, participates)
      select user_id, ${edit.organizationId}, after ->> 'email', after ->> 'externalId', after ->> 'firstName',
        after ->> 'lastName', after ->> 'language', (after ->> 'participates')::boolean
      from good where action = 'create' order by user_id
    )
    select count(*)::int as taken, coalesce(max(user_id), ${after}) as "lastId" from p`,
  );
}

/** Whether anybody in the organization changed after the plan was frozen, by whatever writer. */
export async function anyoneChangedSince(tx: Transaction, edit: ClaimedEdit): Promise<boolean> {
  const { any } = await rowOf<{ any: boolean }>(
    tx,
    sql`select exists (select from users where organization_id = ${edit.organizationId}
          and updated_at > ${edit.frozenAt}::timestamptz) as any`,
  );
  return any;
}
