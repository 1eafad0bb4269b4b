import { type SQL, sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { findingsCte } from '../mass-edits/findings-listed.ts';
import { InvariantViolation } from '../stages/invariant-violation.ts';

/**
 * Lists the active users that the file does not name. A user is present if the external id or email of any row finds
 * that user, also if the row is broken. The users that a row names in addition (`also_present`) are present too. The
 * uploader and admins are listed as kept. Returns how many users are listed.
 *
 * The same transaction checks that the plan holds exactly the rows that were read: an empty plan would list every user.
 *
 * @param rowsRead the row count that was saved while reading
 * @throws InvariantViolation
 */
export async function listMissingUsers(tx: Transaction, edit: ClaimedMassEdit, rowsRead: number): Promise<number> {
  const { planned } = await queryOne<{ planned: number }>(
    tx,
    sql`select count(*)::int as planned from plan_rows where mass_edit_id = ${edit.id}`,
  );
  if (planned !== rowsRead) throw new InvariantViolation(`The plan holds ${planned} rows where ${rowsRead} were read`);
  const [counted] = await queryMany<{ listed: number }>(
    tx,
    sql`with present as materialized (
      select unnest(array[case when finds then user_id end, also_finds]) as user_id from plan_rows
      where mass_edit_id = ${edit.id} and action <> 'skipped'
      union all
      select jsonb_array_elements_text(also_present)::bigint from plan_rows
      where mass_edit_id = ${edit.id} and also_present is not null
    ), listed as (
      insert into missing_users (mass_edit_id, organization_id, user_id, user_version, kept)
      select ${edit.id}, ${edit.organizationId}, u.id, u.version,
        case when u.id = ${edit.startedBy} then 'uploader' when u.role = 'admin' then 'admin' end
      from users u
      where u.organization_id = ${edit.organizationId} and u.deleted_at is null
        and not exists (select from present p where p.user_id = u.id)
      -- No index order: the planner would walk an index through the users of all organizations.
      order by u.id + 0 returning 1
    )
    select count(*)::int as listed from listed`,
  );
  if (!counted) throw new Error('An aggregate gave no row');
  await tx.execute(sql`
    with ${findingsCte(edit, 'Validation', {
      code: 'KEPT',
      line: null,
      details: { person: sql`coalesce(u.email, u.external_id)`, reason: sql`m.kept` },
      from: sql`missing_users m cross join lateral (select * from users o where o.id = m.user_id offset 0) u
    where m.mass_edit_id = ${edit.id} and m.kept is not null`,
      user: sql`u.id`,
    })} select 1`);
  return counted.listed;
}

/**
 * Warns of each row that would create a user with the first and last name of a missing user. If the email or external
 * id of a person has changed, the file has only the new one. Names are compared as segment names are.
 */
export async function warnOfSameNames(tx: Transaction, edit: ClaimedMassEdit): Promise<void> {
  await tx.execute(sql`
    with missing as materialized (
      select fold_name(u.first_name) as first, fold_name(u.last_name) as last, min(coalesce(u.email, u.external_id)) as person
      from missing_users m cross join lateral (select * from users o where o.id = m.user_id offset 0) u
      where m.mass_edit_id = ${edit.id} and m.kept is null and u.last_name is not null group by 1, 2
    ), ${findingsCte(edit, 'Validation', {
      code: 'NAME_OF_MISSING',
      line: sql`p.line`,
      details: { name: sql`p.first_name || ' ' || p.last_name`, person: sql`m.person` },
      from: sql`plan_rows p join missing m on m.first = fold_name(p.first_name) and m.last = fold_name(p.last_name)
      where p.mass_edit_id = ${edit.id} and p.action = 'create' and p.last_name is not null`,
    })} select 1`);
}

/**
 * Whether any row finds an active user, and the first refused row without email and external id. With such a row, the
 * missing users are unknown.
 */
export async function deletionPreconditions(
  tx: Transaction,
  edit: ClaimedMassEdit,
): Promise<{ anyMatch: boolean; unreadableLine: number | null }> {
  return queryOne(
    tx,
    sql`select exists (select from plan_rows where mass_edit_id = ${edit.id} and finds and action <> 'skipped') as "anyMatch",
          (select min(line) from plan_rows where mass_edit_id = ${edit.id} and action = 'refused' and email is null
            and external_id is null) as "unreadableLine"`,
  );
}

/** The digest of the deletion list: each user and the version that was seen, bound to this mass edit. */
export async function digestOfList(
  tx: Transaction,
  edit: ClaimedMassEdit,
): Promise<{ digest: string; people: number }> {
  return queryOne(
    tx,
    sql`select encode(sha256(convert_to(${`${edit.id}:`} || coalesce(string_agg(user_id || '@' || user_version, ',' order by user_id), ''),
          'UTF8')), 'hex') as digest, count(*)::int as people
        from missing_users where mass_edit_id = ${edit.id} and kept is null`,
  );
}

/** Keeps all users on the list, because the deletions were declined. */
export async function declineDeletions(tx: Transaction, edit: ClaimedMassEdit): Promise<void> {
  await tx.execute(sql`update missing_users set kept = 'declined' where mass_edit_id = ${edit.id} and kept is null`);
}

/** A part of the list of missing users (`l` in SQL): the users that the plan deletes, or the users that are deleted. */
type Listed = 'planned' | 'deleted';
const LISTED: Record<Listed, SQL> = {
  planned: sql.raw('l.kept is null'),
  deleted: sql.raw(`l.outcome = 'deleted'`),
};

/**
 * All users, in id order, who point at a user on the list of missing users and are not on the list. One pass over the
 * memberships of the organization.
 */
export async function findUsersPointingAtListed(
  tx: Transaction,
  edit: ClaimedMassEdit,
  listed: Listed,
): Promise<number[]> {
  const rows = await queryMany<{ id: number }>(tx, sql`${usersPointingAtListed(edit, listed)} order by id`);
  return rows.map(({ id }) => id);
}

/** The lines of unchanged rows whose users point at a missing user. */
export async function unchangedRowsPointingAtListed(tx: Transaction, edit: ClaimedMassEdit): Promise<number[]> {
  const rows = await queryMany<{ line: number }>(
    tx,
    sql`select line from plan_rows where mass_edit_id = ${edit.id} and known
          and user_id in (${usersPointingAtListed(edit, 'planned')}) order by line`,
  );
  return rows.map(({ line }) => line);
}

const usersPointingAtListed = (edit: ClaimedMassEdit, listed: Listed): SQL => sql`
  with pointing as materialized (${referenceAttributeRows(edit)})
  select distinct m.user_id as id from pointing a
  join memberships m on m.organization_id = ${edit.organizationId} and m."values" ? a.key
  join missing_users l on l.mass_edit_id = ${edit.id} and ${LISTED[listed]} and l.user_id = (m."values" ->> a.key)::bigint
  where not exists (select from missing_users l where l.mass_edit_id = ${edit.id} and ${LISTED[listed]}
    and l.user_id = m.user_id)`;

/**
 * Saves, for each listed user, how many users who stay have that user above them in a hierarchy. One pass over the
 * memberships.
 */
export async function saveReportCounts(tx: Transaction, edit: ClaimedMassEdit): Promise<void> {
  await tx.execute(sql`
    with above as materialized (${referenceAttributeRows(edit)} and hierarchy), counted as materialized (
      select l.user_id, count(distinct m.user_id)::int as people from above a
      join memberships m on m.organization_id = ${edit.organizationId} and m."values" ? a.key
      join missing_users l on l.mass_edit_id = ${edit.id} and l.kept is null and l.user_id = (m."values" ->> a.key)::bigint
      join users u on u.organization_id = ${edit.organizationId} and u.id = m.user_id and u.deleted_at is null
      where not exists (select from missing_users k where k.mass_edit_id = ${edit.id} and k.kept is null and k.user_id = m.user_id)
      group by l.user_id
    )
    update missing_users x set reports = c.people from counted c where x.mass_edit_id = ${edit.id} and x.user_id = c.user_id`);
}

/**
 * Whether a user is on the list of missing users: a lookup by key for each row that asks. It is a scalar subquery and
 * not a join. The planner has no statistics of a list that was made a moment ago, and would read all rows for each
 * listed user.
 *
 * @param user the id of a user
 */
export function isListed(edit: ClaimedMassEdit, user: SQL, listed: Listed): SQL {
  return sql`coalesce((select true from missing_users l where l.mass_edit_id = ${edit.id} and l.user_id = ${user}
    and ${LISTED[listed]}), false)`;
}

/**
 * Every reference in a plan row to a user on the deletion list: line, and attribute by id (`key`) and name. The list is
 * hashed once.
 */
export const referencesToListed = (edit: ClaimedMassEdit) => sql`
  with pointing as materialized (${referenceAttributeRows(edit)})
  select p.line, a.key, a.name from pointing a
  join plan_rows p on p.mass_edit_id = ${edit.id} and p.action <> 'skipped' and p.people ? a.key
  join missing_users l on l.mass_edit_id = ${edit.id} and l.kept is null and l.user_id = (p.people ->> a.key)::bigint`;

/**
 * The attributes that point at users: id, id as `key` of stored values, and name. Few rows, read once by a statement.
 */
export const referenceAttributeRows = (edit: ClaimedMassEdit) =>
  sql`select id, id::text as key, name from attributes where organization_id = ${edit.organizationId} and type = 'users'`;
