import { sql } from 'drizzle-orm';
import { rowOf, type Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';
import { AS_REFUSED } from './plan-freeze.ts';

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
  const next = sql`select * from plan_rows where mass_edit_id = ${edit.id} and action in ('create', 'update')
    and user_id > ${after} order by user_id limit ${limit}`;
  await tx.execute(sql`select 1 from users u where u.id in (select user_id from (${next}) p where p.action = 'update')
    order by u.id for update`);
  return rowOf(
    tx,
    sql`with keyed as materialized (
      -- The keys that a row brings into use: those it gives, and those of a person it restores. Worked out before they
      -- are looked up, as row-level security keeps an index from being used with a coalesce().
      select p.*, p.action = 'update' and (u.id is null or u.version <> p.user_version
          or (u.deleted_at is not null) <> p.restores) as is_stale,
        coalesce(fold(p.after ->> 'email'), case when p.restores then u.email_key end) as email_key,
        coalesce(fold(p.after ->> 'externalId'), case when p.restores then u.external_id_key end) as external_id_key
      from (select line, user_id, action, user_version, restores, coalesce(after, '{}') as after from (${next}) n) p
      left join users u on u.id = p.user_id and p.action = 'update'
    ), p as materialized (
      select k.*, ${taken(edit, 'email_key')} as email_taken, ${taken(edit, 'external_id_key')} as external_id_taken
      from keyed k
    ), good as (
      select * from p where not (is_stale or email_taken or external_id_taken)
    ), refused as (
      -- By an array, which is looked up by the key whatever the planner believes of the tables.
      update plan_rows r set ${AS_REFUSED} where r.mass_edit_id = ${edit.id}
        and r.line = any(array(select line from p where is_stale or email_taken or external_id_taken))
    ), said as (
      insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
      select ${edit.id}, ${edit.organizationId}, line, 5, 'error', f.code, f.column_name, left(f.value, 200), '{}'
      from p cross join lateral (
        select 'CHANGED_SINCE_PLAN' as code, null as column_name, null as value where is_stale
        union all select 'EMAIL_TAKEN', 'Email', after ->> 'email' where email_taken
        union all select 'EXTERNAL_ID_TAKEN', 'External Id', after ->> 'externalId' where external_id_taken
      ) f order by line
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

/** Whether somebody else has the key that a row brings into use. */
function taken(edit: ClaimedEdit, key: 'email_key' | 'external_id_key') {
  const column = sql.raw(key);
  return sql`exists (select from users t where t.organization_id = ${edit.organizationId} and t.deleted_at is null
    and t.id <> k.user_id and t.${column} = k.${column})`;
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
