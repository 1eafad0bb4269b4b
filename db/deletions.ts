import { sql } from 'drizzle-orm';
import { rowOf, type Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';
import { NotProved } from './proof.ts';

/**
 * Lists the users that the file does not name. A person whose row is in the file is never missing, however broken the
 * row: whoever a row's external id or email finds is present. The uploader and admins are listed as kept.
 *
 * Proves in the same transaction that staging holds exactly the rows that were read: an emptied staging table would
 * name everybody.
 *
 * @param rowsRead what the ledger counted
 * @throws NotProved
 */
export async function listMissingUsers(tx: Transaction, edit: ClaimedEdit, rowsRead: number): Promise<void> {
  const { staged } = await rowOf<{ staged: number }>(
    tx,
    sql`select count(*)::int as staged from staged_rows where mass_edit_id = ${edit.id}`,
  );
  if (staged !== rowsRead) throw new NotProved(`Staging holds ${staged} rows where ${rowsRead} were read`);
  await tx.execute(sql`
    with present as materialized (
      select by_external_id as user_id from staged_rows where mass_edit_id = ${edit.id} and by_external_id is not null
        and verdict <> 'skipped'
      union
      select by_email from staged_rows where mass_edit_id = ${edit.id} and by_email is not null and verdict <> 'skipped'
    )
    insert into missing_users (mass_edit_id, organization_id, user_id, user_version, kept)
    select ${edit.id}, ${edit.organizationId}, u.id, u.version,
      case when u.id = ${edit.startedBy} then 'uploader' when u.role = 'admin' then 'admin' end
    from users u
    where u.organization_id = ${edit.organizationId} and u.deleted_at is null
      and not exists (select from present p where p.user_id = u.id)
    order by u.id`);
  await tx.execute(sql`
    insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
    select ${edit.id}, ${edit.organizationId}, null, 1, 'warning', 'KEPT', null, null,
      json_build_object('person', coalesce(u.email, u.external_id), 'reason', m.kept)
    from missing_users m join users u on u.id = m.user_id
    where m.mass_edit_id = ${edit.id} and m.kept is not null order by u.id`);
}

/** Whether any row finds a living user at all, and the first refused row that says nobody (then who is missing is unknown). */
export async function deletionSense(
  tx: Transaction,
  edit: ClaimedEdit,
): Promise<{ anyMatch: boolean; unreadableLine: number | null }> {
  return rowOf(
    tx,
    sql`select exists (select from staged_rows where mass_edit_id = ${edit.id} and verdict <> 'skipped'
            and (by_external_id is not null or by_email is not null)) as "anyMatch",
          (select min(line) from staged_rows where mass_edit_id = ${edit.id} and verdict = 'refused' and not readable)
            as "unreadableLine"`,
  );
}

/** The digest of the list of who is to be deleted: each person and the state they were seen in, bound to this mass edit. */
export async function digestOfList(tx: Transaction, edit: ClaimedEdit): Promise<{ digest: string; people: number }> {
  return rowOf(
    tx,
    sql`select encode(sha256(convert_to(${`${edit.id}:`} || coalesce(string_agg(user_id || '@' || user_version, ',' order by user_id), ''),
          'UTF8')), 'hex') as digest, count(*)::int as people
        from missing_users where mass_edit_id = ${edit.id} and kept is null`,
  );
}

/** Keeps everybody on the list: the deletions were declined. */
export async function declineDeletions(tx: Transaction, edit: ClaimedEdit): Promise<void> {
  await tx.execute(sql`update missing_users set kept = 'declined' where mass_edit_id = ${edit.id} and kept is null`);
}

/**
 * Deletes the next of the approved people, in key order: exactly the listed, by id and version. Whoever changed since
 * is kept and reported, whoever is gone already is left. Refuses to do anything unless the deletion is the decision.
 */
export async function deleteListedUsers(
  tx: Transaction,
  edit: ClaimedEdit,
  after: number,
  limit: number,
): Promise<{ taken: number; lastId: number }> {
  return rowOf(
    tx,
    sql`with listed as materialized (
      select m.user_id, m.user_version from missing_users m join mass_edits e on e.id = m.mass_edit_id
      where m.mass_edit_id = ${edit.id} and m.user_id > ${after} and m.kept is null
        and e.decision = 'approve' and e.list_digest = ${edit.listDigest}
      order by m.user_id limit ${limit}
    ), locked as materialized (
      select u.id, u.version, u.deleted_at, u.role, u.email, u.external_id from users u
      where u.id in (select user_id from listed) order by u.id for update
    ), deleted as (
      update users u set deleted_at = now() from locked k join listed l on l.user_id = k.id
      where u.id = k.id and k.deleted_at is null and k.version = l.user_version and k.role <> 'admin' and u.id <> ${edit.startedBy}
      returning u.id
    ), recorded as (
      insert into changes (organization_id, user_id, by_user, mass_edit_id, before, after)
      select ${edit.organizationId}, d.id, e.decided_by, ${edit.id}, '{"deleted": false}', '{"deleted": true}'
      from deleted d, mass_edits e where e.id = ${edit.id} order by d.id
    ), outcomes as (
      select l.user_id, case when d.id is not null then 'deleted' when k.deleted_at is not null or k.id is null then 'gone'
        else 'changed' end as outcome, coalesce(k.email, k.external_id) as person
      from listed l left join locked k on k.id = l.user_id left join deleted d on d.id = l.user_id
    ), noted as (
      update missing_users m set outcome = o.outcome from outcomes o where m.mass_edit_id = ${edit.id} and m.user_id = o.user_id
    ), said as (
      insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
      select ${edit.id}, ${edit.organizationId}, null, 4, 'error', 'CHANGED_SINCE_PLAN', null, null,
        json_build_object('person', person) from outcomes where outcome = 'changed' order by user_id
    )
    select count(*)::int as taken, coalesce(max(user_id), ${after}) as "lastId" from listed`,
  );
}

/**
 * Clears, in the next people in key order, every reference to somebody deleted: the membership is closed in history, the
 * change recorded. Where the plan is about to change such a person, it is told of the new version, and that there is
 * nothing there to replace any more.
 */
export async function clearReferences(
  tx: Transaction,
  edit: ClaimedEdit,
  after: number,
  limit: number,
): Promise<{ taken: number; lastId: number }> {
  return rowOf(
    tx,
    sql`with pointing as materialized (
      select m.user_id, a.id as attribute_id, m."values" -> a.id::text as person,
        coalesce((m.since_of ->> a.id::text)::date, m.since) as since
      from attributes a
      join memberships m on m.organization_id = ${edit.organizationId} and m."values" ? a.id::text
      join missing_users d on d.mass_edit_id = ${edit.id} and d.outcome = 'deleted' and to_jsonb(d.user_id) = m."values" -> a.id::text
      join users u on u.id = m.user_id and u.deleted_at is null
      where a.organization_id = ${edit.organizationId} and a.type = 'users' and m.user_id > ${after}
      order by m.user_id, a.id limit ${limit}
    ), whole as materialized (
      -- A person's references go together; the last one may be cut by the limit and comes again with the next chunk.
      select * from pointing
      where (select count(*) from pointing) < ${limit} or user_id < (select max(user_id) from pointing)
        or (select min(user_id) from pointing) = (select max(user_id) from pointing)
    ), people as materialized (
      select user_id, array_agg(attribute_id::text) as keys, jsonb_object_agg('@' || attribute_id, person) as before,
        jsonb_object_agg('@' || attribute_id, null) as after
      from whole group by user_id
    ), locked as materialized (
      select u.id, u.version from users u where u.id in (select user_id from people) order by u.id for update
    ), closed as (
      insert into membership_periods (organization_id, user_id, attribute_id, period, value)
      select ${edit.organizationId}, user_id, attribute_id, daterange(since, ${edit.appliedOn}::date), person
      from whole where since < ${edit.appliedOn}::date order by user_id
    ), cleared as (
      update memberships m set "values" = m."values" - p.keys, since_of = m.since_of - p.keys
      from people p where m.user_id = p.user_id
    ), touched as (
      update users u set version = u.version from locked k where u.id = k.id returning u.id, u.version
    ), replanned as (
      update plan_rows r set user_version = t.version, attributes_before = nullif(r.attributes_before - p.keys, '{}')
      from touched t join locked k on k.id = t.id join people p on p.user_id = t.id
      where r.mass_edit_id = ${edit.id} and r.user_id = t.id and r.user_version = k.version
    ), recorded as (
      insert into changes (organization_id, user_id, by_user, mass_edit_id, before, after)
      select ${edit.organizationId}, p.user_id, e.decided_by, ${edit.id}, p.before, p.after
      from people p, mass_edits e where e.id = ${edit.id} order by p.user_id
    )
    select count(distinct user_id)::int as taken, coalesce(max(user_id), ${after}) as "lastId" from whole`,
  );
}
