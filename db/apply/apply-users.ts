import { sql } from 'drizzle-orm';
import { BUILT_IN_HEADERS } from '../../rules/columns/built-in-columns.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';
import { findingsCte } from '../mass-edits/findings-listed.ts';
import { restoreAnswers } from '../people/answers.ts';
import { isListed } from '../plan/missing-users.ts';
import { AS_REFUSED } from '../plan/plan-freeze.ts';
import { byKey } from '../sql/lookup-by-key.ts';
import { type KeyRange, optimisticThenChecked, rowsOfKeyRange } from './apply-key-range.ts';

/**
 * Writes the users of a key range: creates, changes and restores them. Checks the plan once more under a lock. A row is
 * refused if its user has changed since, or if another user has taken its email or external id. If a user takes part
 * again, the user's removed answers come back.
 */
export async function applyUsers(tx: Transaction, edit: ClaimedMassEdit, range: KeyRange): Promise<void> {
  if (range.updates > 0) {
    await tx.execute(sql`select 1 from users u where u.id = any(array(select user_id from (${rowsOfKeyRange(edit, range, 'update')}) p))
      order by u.id for update`);
    await refuseChanged(tx, edit, range);
  }
  await optimisticThenChecked(
    tx,
    (inner) => writeUsers(inner, edit, range),
    async (inner) => {
      await refuseTaken(inner, edit, range);
      await writeUsers(inner, edit, range);
    },
  );
}

async function writeUsers(tx: Transaction, edit: ClaimedMassEdit, range: KeyRange): Promise<void> {
  if (range.creates > 0) {
    await tx.execute(sql`
      insert into users (id, organization_id, email, external_id, first_name, last_name, language, participates)
      select user_id, organization_id, email, external_id, first_name, last_name, language, participates
      from (${rowsOfKeyRange(edit, range, 'create')}) p`);
  }
  if (range.updates === 0) return;
  // With the array it is a lookup by key under any statistics. The tokens of a restored user ended with the deletion,
  // but an earlier version kept them.
  await tx.execute(sql`
    with p as materialized (${rowsOfKeyRange(edit, range, 'update')}), ended as (
      delete from tokens t where t.organization_id = ${edit.organizationId}
        and t.user_id = any(array(select user_id from p where restores))
    )
    update users u set
      email = coalesce(p.email, u.email),
      external_id = coalesce(p.external_id, u.external_id),
      first_name = coalesce(p.first_name, u.first_name),
      last_name = case when p.last_name = '' then null else coalesce(p.last_name, u.last_name) end,
      language = coalesce(p.language, u.language),
      participates = coalesce(p.participates, u.participates),
      deleted_at = null
    from p where u.id = p.user_id and u.id = any(array(select user_id from p))`);
  if (range.returns > 0) await restoreAnswers(tx, edit, rowsOfKeyRange(edit, range, 'update'));
}

/** Refuses rows whose user changed since the plan was made. */
async function refuseChanged(tx: Transaction, edit: ClaimedMassEdit, range: KeyRange): Promise<void> {
  await tx.execute(sql`
    with p as materialized (
      select p.line from (${rowsOfKeyRange(edit, range, 'update')}) p
      left join lateral (select version, deleted_at from users o where o.id = p.user_id offset 0) u on true
      where (u.version = p.user_version and (u.deleted_at is not null) = p.restores) is not true
    ), refused as (
      update plan_rows r set ${AS_REFUSED} where r.mass_edit_id = ${edit.id} and r.line = any(array(select line from p))
    ), ${findingsCte(edit, 'Upsert users', { code: 'CHANGED_SINCE_PLAN', line: sql`line`, from: sql`p` })}
    select 1`);
}

/**
 * Refuses a row if another user has one of its identities: an identity in the row, or an identity of the user that it
 * restores.
 */
async function refuseTaken(tx: Transaction, edit: ClaimedMassEdit, range: KeyRange): Promise<void> {
  const rows = sql`(${rowsOfKeyRange(edit, range, 'create')}) union all (${rowsOfKeyRange(edit, range, 'update')})`;
  await queryOne(
    tx,
    sql`with keyed as materialized (
      -- Computed before the lookup: row-level security keeps PostgreSQL from using an index with a coalesce().
      select p.line, p.user_id, p.email, p.external_id,
        coalesce(fold(p.email), case when p.restores then u.email_key end) as email_key,
        coalesce(fold(p.external_id), case when p.restores then u.external_id_key end) as external_id_key
      from (${rows}) p left join lateral (select email_key, external_id_key from users o where o.id = p.user_id offset 0) u on true
    ), p as materialized (
      select k.*, ${taken(edit, 'email_key')} as email_taken, ${taken(edit, 'external_id_key')} as external_id_taken
      from keyed k
    ), refused as (
      update plan_rows r set ${AS_REFUSED} where r.mass_edit_id = ${edit.id}
        and r.line = any(array(select line from p where email_taken or external_id_taken))
    ), ${findingsCte(
      edit,
      'Upsert users',
      {
        ...{ code: 'EMAIL_TAKEN', line: sql`line`, column: sql`${BUILT_IN_HEADERS.email}`, value: sql`email` },
        from: sql`p where email_taken`,
      },
      {
        ...{ code: 'EXTERNAL_ID_TAKEN', line: sql`line`, column: sql`${BUILT_IN_HEADERS.externalId}` },
        ...{ value: sql`external_id`, from: sql`p where external_id_taken` },
      },
    )}
    select count(*) from p`,
  );
}

/** Whether another user has the key that a row brings into use. */
function taken(edit: ClaimedMassEdit, key: 'email_key' | 'external_id_key') {
  const column = sql.raw(key);
  return sql`coalesce((select true from users t where t.organization_id = ${edit.organizationId} and t.deleted_at is null
    and t.id <> k.user_id and ${byKey(sql`t.${column}`, sql`k.${column}`)}), false)`;
}

/**
 * Whether any user of the organization changed after the plan was frozen, by any writer. Users that this mass edit has
 * deleted do not count: deleting them clears references and sets none.
 */
export async function haveUsersChangedSince(tx: Transaction, edit: ClaimedMassEdit): Promise<boolean> {
  const { any } = await queryOne<{ any: boolean }>(
    tx,
    sql`select exists (select from users u where organization_id = ${edit.organizationId}
          and updated_at > ${edit.frozenAt}::timestamptz
          and not (deleted_at is not null and ${isListed(edit, sql`u.id`, 'deleted')})) as any`,
  );
  return any;
}
