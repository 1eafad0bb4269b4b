import type postgres from 'postgres';

/**
 * How much to create: organizations, people in all of them together, ended mass edits, and the rows of those together.
 * With `aged` a third of the rows is updated twice and leaves dead rows in tables and indexes.
 */
export type Others = { organizations: number; people: number; massEdits: number; planRows: number; aged?: boolean };

/**
 * An ended mass edit: its position among all, its organization's number, its rows, its position within the organization
 * from 0.
 */
type Ended = { place: number; organization: number; rows: number; turn: number; last: boolean };
export type History = {
  edits: Ended[];
  /** The position of an organization's first mass edit, by the organization's number. */
  firstOf: Map<number, number>;
};

/** Distributes the mass edits over the largest organizations in turn, each with as many rows. */
export function historyOf({ massEdits, planRows }: Others, sizes: number[]): History {
  const most = Math.max(...sizes);
  // Sizes may differ by one.
  const large = sizes.filter((size) => size >= most - 1).length;
  const rows = massEdits === 0 ? 0 : Math.ceil(planRows / massEdits);
  const edits = Array.from({ length: massEdits }, (_, place) => {
    const organization = place % large;
    const all = { place, organization, turn: Math.floor(place / large), last: place + large >= massEdits };
    return { ...all, rows: Math.min(rows, sizes[organization]! - 1) };
  });
  const first = edits.filter(({ turn }) => turn === 0).map(({ organization, place }) => [organization, place] as const);
  return { edits, firstOf: new Map(first) };
}

/**
 * Writes the ended mass edits of the organizations in the table `others` with all their data: files, plan, findings,
 * stages, missing users and changes. The first mass edit of an organization creates people. The later ones change one
 * row in twenty and refuse one in a hundred. The last one deletes the deleted people.
 */
export async function seedHistory(tx: postgres.TransactionSql, { edits }: History): Promise<void> {
  if (edits.length === 0) return;
  await tx`create temp table other_edits on commit drop as
    select o.*, o.edits + e.place as edit, e.rows, e.turn, e.last and e.turn > 0 as deletes,
      now() - (${edits.length}::int - e.place) * interval '1 hour' as at
    from json_to_recordset(${JSON.stringify(edits)}::text::json) as e(place int, organization int, rows int, turn int, last boolean)
    join others o on o.number = e.organization order by e.place`;
  await tx`analyze other_edits`;
  for (const statement of HISTORY) await tx.unsafe(statement);
}

/** Each row of each plan by a number from 1. It is about the person of that number, and stands on the line after it. */
const EACH_ROW = `other_edits o cross join lateral generate_series(1, o.rows) n
  cross join lateral (select case when o.turn = 0 then 'create' when n % 20 = 0 then 'update'
    when n % 100 = 1 then 'refused' else 'unchanged' end as action) a
  cross join lateral (select * from memberships where user_id = o."user" + n offset 0) m`;
const SALARY = '(o.attribute + 5)::text';
const oneOf = (action: string, then: string): string => `case when a.action = '${action}' then ${then} end`;
const given = (text: string): string => `case when a.action in ('create', 'refused') then ${text} end`;

const HISTORY = [
  // The files are not read again, so each has one small chunk.
  `create temp table other_files on commit drop as select edit, nextval(pg_get_serial_sequence('files', 'id')) as file from other_edits;
  insert into files (id, organization_id, created_at) overriding system value
  select f.file, o.id, o.at from other_edits o join other_files f using (edit);
  insert into file_chunks (file_id, organization_id, number, bytes)
  select f.file, o.id, 0, convert_to('Email', 'UTF8') from other_edits o join other_files f using (edit)`,
  `insert into plan_rows (mass_edit_id, user_id, organization_id, line, user_version, membership_version, named_as,
    attributes_changed, known, finds, participates, row_hash, action, email, external_id, first_name, last_name, language, before,
    attributes_before, attributes_after)
  select o.edit, m.user_id, o.id, n + 1, case when o.turn > 0 then 1 end, case when o.turn > 0 then 1 end, 1,
    case a.action when 'create' then 7 when 'update' then 1 else 0 end, a.action = 'unchanged', o.turn > 0,
    ${oneOf('create', 'true')}, case when a.action <> 'refused' then md5(m.user_id::text)::uuid end, a.action,
    ${given(`case when n % 10 < 9 then 'person.' || n || '@example.com' end`)}, ${given(`'E-' || lpad(n::text, 7, '0')`)},
    ${oneOf('create', `'First' || n % 100`)}, case when a.action in ('create', 'update') then 'Last' || n % 1000 end,
    ${oneOf('create', `'en'`)}, ${oneOf('update', `'{"lastName": "Before"}'::jsonb`)},
    ${oneOf('update', `jsonb_build_object(${SALARY}, '1')`)},
    case a.action when 'create' then m."values" when 'update' then jsonb_build_object(${SALARY}, m."values" -> ${SALARY}) end
  from ${EACH_ROW}`,
  `insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value)
  select o.edit, o.id, n + 1, 1, 'error', 'NUMBER_INVALID', 'Salary', 'much' from ${EACH_ROW} where a.action = 'refused'
  union all
  select o.edit, o.id, n + 1, 1, 'warning', 'CASE_VARIANT', 'Department', 'SEGMENT' from ${EACH_ROW} where n % 50 = 5`,
  `insert into planned_segments (mass_edit_id, organization_id, id, attribute_id, name)
  select o.made, o.id, s.id, s.attribute_id, s.name from others o join segments s on s.organization_id = o.id
  where o.made is not null`,
  `insert into missing_users (mass_edit_id, organization_id, user_id, user_version, kept, outcome)
  select o.edit, o.id, u.id, 1, case when u.role = 'admin' then 'uploader' end, case when u.role <> 'admin' then 'deleted' end
  from other_edits o join users u on u.organization_id = o.id and (u.role = 'admin' or u.deleted_at is not null) where o.deletes;
  insert into changes (organization_id, user_id, by_user, mass_edit_id, before, after)
  select o.id, x.user_id, o."user", o.edit, '{"deleted": false}', '{"deleted": true}'
  from other_edits o join missing_users x on x.mass_edit_id = o.edit and x.outcome = 'deleted' where o.deletes`,
  `insert into stages (mass_edit_id, organization_id, number, status, step, "cursor", done, total, result, started_at, ended_at)
  select o.edit, o.id, s, case when s = 7 or s = 4 and not o.deletes then 'not_applied' else 'done' end, 3, 0, o.rows, o.rows,
    '{"status": "done"}', o.at + s * interval '1 second', o.at + (s + 1) * interval '1 second'
  from other_edits o cross join generate_series(1, 7) s`,
  `with counted as (
    select mass_edit_id, jsonb_build_object('read', count(*), 'created', count(*) filter (where action = 'create'),
      'updated', count(*) filter (where action = 'update'), 'unchanged', count(*) filter (where action = 'unchanged'),
      'refused', count(*) filter (where action = 'refused'), 'skipped', 0, 'restored', 0, 'backdated', 0,
      'membershipsChanged', sum(attributes_changed)) as counts
    from plan_rows where mass_edit_id in (select edit from other_edits) group by 1
  ), found as (
    select mass_edit_id, count(*) filter (where severity = 'error') as errors, count(*) filter (where severity = 'warning') as warnings
    from findings where mass_edit_id in (select edit from other_edits) group by 1
  ), gone as (
    select mass_edit_id, count(*) as deleted from missing_users where outcome = 'deleted' group by 1
  ), all_counts as (
    select o.*, f.file, coalesce(gone.deleted, 0) as deleted, coalesce(found.errors, 0) as errors, counted.counts || jsonb_build_object(
      'errors', coalesce(found.errors, 0), 'warnings', coalesce(found.warnings, 0), 'deleted', coalesce(gone.deleted, 0),
      'segmentsCreated', case when o.turn = 0 then (select sum(c) from unnest(o.counts) c) else 0 end) as all_of_it
    from other_edits o join other_files f using (edit) join counted on counted.mass_edit_id = o.edit
    left join found on found.mass_edit_id = o.edit left join gone on gone.mass_edit_id = o.edit
  )
  insert into mass_edits (id, organization_id, state, outcome, file_id, file_name, size_bytes, sha256, reading, rows,
    reset_empty_fields, delete_missing_users, review, approval_timeout_ms, request_fingerprint, started_by, workflow_run_id, run_ids,
    fence_run, fence_stage, fence_attempt, plan_counts, counts, frozen_at, list_digest, deletions, of_users, decision, decided_by,
    decided_at, applied_on, row_context, matched_as, new_user_ids, created_at, ended_at)
  overriding system value
  select edit, id, 'ended', case when errors > 0 then 'completed_with_errors' else 'completed' end, file, 'users.csv', 5,
    encode(sha256(convert_to(edit::text, 'UTF8')), 'hex'), '{"header": ["Email"]}', rows, false, deletes, 'deletions', 86400000,
    encode(sha256(convert_to(edit::text, 'UTF8')), 'hex'), "user", uuidv7()::text, array[uuidv7()::text], 1, 80, 1, all_of_it,
    all_of_it, at, encode(sha256(convert_to(edit::text, 'UTF8')), 'hex'), deleted, size, case when deletes then 'approve' end,
    case when deletes then "user" end, case when deletes then at end, at::date, 'seeded', 'seeded', '{}', at, at + interval '1 minute'
  from all_counts order by edit`,
];
