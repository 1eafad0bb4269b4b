import { type SQL, sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { findingsCte } from '../mass-edits/findings-listed.ts';
import { lockAuthority } from '../people/authority.ts';
import { plainArray } from '../sql/array-literals.ts';
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
    with ${findingsCte(
      edit,
      'Validation',
      'warning',
      sql`select null::int, 'KEPT', null, null, json_build_object('person', coalesce(u.email, u.external_id), 'reason', m.kept)
    from missing_users m cross join lateral (select * from users o where o.id = m.user_id offset 0) u
    where m.mass_edit_id = ${edit.id} and m.kept is not null order by u.id`,
    )} select 1`);
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
    ), ${findingsCte(
      edit,
      'Validation',
      'warning',
      sql`select p.line, 'NAME_OF_MISSING', null, null,
        json_build_object('name', p.first_name || ' ' || p.last_name, 'person', m.person)
      from plan_rows p join missing m on m.first = fold_name(p.first_name) and m.last = fold_name(p.last_name)
      where p.mass_edit_id = ${edit.id} and p.action = 'create' and p.last_name is not null order by p.line`,
    )} select 1`);
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
  if (holders.length > 0) await lockAuthority(tx, edit.organizationId, 'alone');
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
    ), ${findingsCte(
      edit,
      'Delete users',
      'error',
      sql`select null::int, 'CHANGED_SINCE_PLAN', null, null, json_build_object('person', person) from listed
        where outcome = 'changed' order by user_id`,
    )}
    select count(*)::int as taken, coalesce(max(user_id), ${after}) as "lastId" from listed`,
  );
}

/**
 * Clears every reference of these users to a deleted user. The membership is closed in history and the change is
 * recorded. Users who were deleted before are cleared too, as this file may restore them. Users that this mass edit
 * deletes together keep their references, so that the list of them still shows the references. If the plan is about to
 * change a cleared user, the plan row gets the new version and loses the old reference from its "before".
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
    ), ${findingsCte(
      edit,
      'Delete users',
      'warning',
      sql`select w.line, 'REFERENCE_CLEARED', w.name, null,
        json_build_object('person', coalesce(u.email, u.external_id), 'attribute', w.name)
      from whole w
      cross join lateral (select email, external_id, deleted_at, version from users o where o.id = w.user_id offset 0) u
      left join lateral (select restores, attributes_after from plan_rows r where r.mass_edit_id = ${edit.id}
        and r.user_id = w.user_id and r.action in ('create', 'update') and r.user_version = u.version offset 0) r on true
      where (u.deleted_at is null or coalesce(r.restores, false))
        and not coalesce(r.attributes_after ? w.attribute_id::text, false)
      order by coalesce(w.line, 0), w.user_id`,
    )}
    select 1`,
  );
}

/** Which users of the list of missing users, `l` in SQL: those that the plan deletes, or those that are deleted. */
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
  const rows = await queryMany<{ id: number }>(
    tx,
    sql`with pointing as materialized (${referenceAttributeRows(edit)})
        select distinct m.user_id as id from pointing a
        join memberships m on m.organization_id = ${edit.organizationId} and m."values" ? a.key
        join missing_users l on l.mass_edit_id = ${edit.id} and ${LISTED[listed]} and l.user_id = (m."values" ->> a.key)::bigint
        where not exists (select from missing_users l where l.mass_edit_id = ${edit.id} and ${LISTED[listed]}
            and l.user_id = m.user_id)
        order by m.user_id`,
  );
  return rows.map(({ id }) => id);
}

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
