import { sql } from 'drizzle-orm';
import { rowOf, type Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

/**
 * Plans the next rows after a line: what becomes of each, compared with what the database holds now. Finds, in the same
 * pass, what only a comparison can find: identities that contradict, people who are named and not there. Writes the
 * plan and findings only. Gives how many rows it took and the last line.
 *
 * Each step takes the rows of the one before it and looks things up row by row, by index: whatever the planner believes
 * of tables that were empty a moment ago, there is no join here that it could turn into a square.
 */
export async function planRows(
  tx: Transaction,
  edit: ClaimedEdit,
  after: number,
  limit: number,
): Promise<{ rows: number; lastLine: number }> {
  return rowOf(
    tx,
    sql`with ${ROWS(edit, after, limit)}, ${CHECKED(edit)}, ${COMPARED(edit)}, ${DECIDED}, planned as (
      insert into plan_rows (mass_edit_id, organization_id, line, action, user_id, user_version, restores, before, after,
        attributes_before, attributes_after, people, needs, backdates, new_segments, row_hash, named_as, membership_version)
      select ${edit.id}, ${edit.organizationId}, line, action, user_id, version, applies and existing = 'deleted',
        case when applies and after <> '{}' and existing <> 'none'
          then (select jsonb_object_agg(k, old -> k) from jsonb_object_keys(after) k) end,
        case when applies and after <> '{}' then after end,
        case when applies and changed <> '{}' and existing <> 'none'
          then (select jsonb_object_agg(k, current -> k) from jsonb_object_keys(changed) k where current ? k) end,
        case when applies and changed <> '{}' then changed end,
        people_named, needs, case when applies then backdates_in_force end, new_segments,
        case when action in ('create', 'update', 'unchanged') and existing <> 'deleted' then row_hash end, named_as, membership_version
      from (select *, action in ('create', 'update') as applies from decided) d
      order by line
    ), said as (
      insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
      select ${edit.id}, ${edit.organizationId}, d.line, 1, p.severity, p.code, p.column_name, left(p.value, 200), p.details
      from decided d cross join lateral (${PROBLEMS}) p
      where d.verdict <> 'skipped' and d.may_say order by d.line, p.place
    )
    select count(*)::int as rows, coalesce(max(line), ${after}) as "lastLine" from r`,
  );
}

/** The rows of this chunk beside the people and memberships that they are about. */
const ROWS = (edit: ClaimedEdit, after: number, limit: number) => sql`
  r as materialized (
    select s.*, u.version, u.email_key as u_email_key, u.external_id_key as u_external_id_key,
      case when s.existing <> 'none' then jsonb_build_object('email', u.email, 'externalId', u.external_id,
        'firstName', u.first_name, 'lastName', u.last_name, 'language', u.language, 'participates', u.participates) end as old,
      u.participates as u_participates, coalesce(m."values", '{}') as current, m.since, m.since_of, m.version as membership_version
    from (select * from staged_rows where mass_edit_id = ${edit.id} and line > ${after} order by line limit ${limit}) s
    -- By the key, row by row: a join may read all users for each chunk.
    left join lateral (select * from users o where o.id = s.user_id and s.existing <> 'none' offset 0) u on true
    left join lateral (select * from memberships o where o.user_id = u.id offset 0) m on true
  )`;

/** Each row with whom it names, and with what is wrong with its identity. */
const CHECKED = (edit: ClaimedEdit) => sql`
  checked as (
    select r.*, ${LOST_REFERENCES(edit)} as lost_references,
      n.lost, n.named, n.people_named, n.named_as, n.needs, n.lost is not null as names_nobody,
      coalesce(by_external_id <> by_email, false) as conflicts,
      existing <> 'none' and coalesce(email_key <> u_email_key, false)
        and (by_external_id = by_email) is not false as changes_email,
      existing <> 'none' and coalesce(external_id_key <> u_external_id_key, false)
        and (by_external_id = by_email) is not false as changes_external_id,
      external_id_key = ltrim(u_external_id_key, '0') and external_id_key ~ '^[0-9]+$' as lost_zeros,
      existing = 'none' and readable and first_name is null and (verdict = 'ok' or not exists (select from findings f
        where f.mass_edit_id = ${edit.id} and f.line = r.line and f.column_name = 'First name')) as lacks_name
    from r left join lateral (${NAMED(edit)}) n on r.people <> '{}' and r.verdict <> 'skipped'
  )`;

/**
 * Whom somebody points at who comes back, and who is deleted by now: pointed at no more, unless the row says so. A scalar
 * question, and only of such rows: as a join it was asked of every row, by reading all users each time.
 */
const LOST_REFERENCES = (edit: ClaimedEdit) => sql`
  case when r.existing = 'deleted' then (
    select jsonb_object_agg(a.id, null) from attributes a
    where a.organization_id = ${edit.organizationId} and a.type = 'users' and r.current ? a.id::text
      and (select t.deleted_at is null from users t where t.id = (r.current ->> a.id::text)::bigint) is not true) end`;

/**
 * Whom a row names: whoever is named already, where the cell is one of their names, so that a template means the same
 * when it comes back; else somebody living by external id, then by email; else somebody whom a row of this file brings, by
 * whatever identity that row gives (then `needs` has its line). An empty name clears.
 */
const NAMED = (edit: ClaimedEdit) => sql`
  select jsonb_object_agg(f.key, f.person) as named, jsonb_object_agg(f.key, f.person) filter (where f.person is not null) as people_named,
    jsonb_object_agg(f.key, f.via) filter (where f.via is not null) as needs,
    bit_xor(names_hash(f.key, f.email_key, f.external_id_key)) filter (where f.person is not null) as named_as,
    jsonb_agg(jsonb_build_array(f.key, f.value, f.person)) filter (where f.value <> '' and (f.person is null or f.person = r.user_id)) as lost
  from (
    select p.key, p.value, coalesce(h.id, x.id, e.id, t.user_id, w.user_id) as person, coalesce(t.line, w.line) as via,
      coalesce(h.email_key, x.email_key, e.email_key, t.email_key, w.email_key) as email_key,
      coalesce(h.external_id_key, x.external_id_key, e.external_id_key, t.external_id_key, w.external_id_key) as external_id_key
    from (select key, value, fold(value) as folded from jsonb_each_text(r.people) offset 0) p
    left join lateral (select * from users c where c.id = (r.current ->> p.key)::bigint and c.deleted_at is null
      and (c.external_id_key = p.folded or c.email_key = p.folded) offset 0) h on true
    left join lateral (select * from users c where c.organization_id = ${edit.organizationId} and c.external_id_key = p.folded
      and c.deleted_at is null and h.id is null offset 0) x on true
    left join lateral (select * from users c where c.organization_id = ${edit.organizationId} and c.email_key = p.folded
      and c.deleted_at is null and h.id is null and x.id is null offset 0) e on true
    left join lateral (select * from staged_rows s where s.mass_edit_id = ${edit.id} and s.by_external_id is null
      and s.external_id_key is not null and s.external_id_key = p.folded and s.verdict <> 'skipped'
      and h.id is null and x.id is null and e.id is null order by s.line limit 1) t on true
    left join lateral (select * from staged_rows s where s.mass_edit_id = ${edit.id} and s.by_email is null
      and s.email_key is not null and s.email_key = p.folded and s.verdict <> 'skipped'
      and h.id is null and x.id is null and e.id is null and t.line is null order by s.line limit 1) w on true
    offset 0
  ) f`;

/** The fields and attributes that would change. In `after` and `changed`, null clears. */
const COMPARED = (edit: ClaimedEdit) => sql`
  wanted as (
    select *, coalesce(lost_references, '{}') || "values" || coalesce(named, '{}') as wanted,
      jsonb_strip_nulls("values" || coalesce(named, '{}')) as sets
    from checked
  ), compared as (
    select w.*,
      case when existing = 'none' then sets
        when sets = wanted and current @> sets then '{}'
        else (select coalesce(jsonb_object_agg(k, v), '{}') from jsonb_each(wanted) as c(k, v)
              where case when v = 'null' then current ? k else current -> k is distinct from v end) end as changed,
      jsonb_strip_nulls(jsonb_build_object(
        'email', case when u_email_key is null then email end,
        'externalId', case when u_external_id_key is null then external_id end,
        'firstName', case when first_name is distinct from old ->> 'firstName' then first_name end,
        'lastName', case when last_name <> '' and last_name is distinct from old ->> 'lastName' then last_name end,
        'language', case when existing = 'none' then coalesce(language, 'en')
          when language is distinct from old ->> 'language' then language end,
        'participates', case when existing = 'none' then coalesce(participates, true)
          when participates is distinct from u_participates then participates end))
      || case when last_name = '' and old ->> 'lastName' is not null then '{"lastName": null}'::jsonb else '{}' end as after
    from wanted w
  ), dated as (
    -- A backdate is in force where it moves something: a change, a membership that began later, or one that ended later.
    select c.*, case when backdates = '{}' or existing = 'none' then null else (
      select jsonb_object_agg(k, d) from jsonb_each_text(backdates) as b(k, d)
      where case when k = 'participates' then not participates and (after ? 'participates' or exists (
          select from answers a join surveys s on s.id = a.survey_id where a.user_id = c.user_id and s.sent_on >= d::date))
        when changed ? k then true
        when sets ? k then coalesce((since_of ->> k)::date, since) > d::date
        else exists (select from membership_periods h where h.organization_id = ${edit.organizationId}
          and h.user_id = c.user_id and h.attribute_id = k::bigint and upper(h.period) > d::date) end
      ) end as backdates_in_force
    from compared c
  )`;

const DECIDED = sql`
  decided as materialized (
    select d.*, case when verdict = 'skipped' then 'skipped'
      when verdict = 'refused' or conflicts or changes_email or changes_external_id or lacks_name or names_nobody then 'refused'
      when existing = 'none' then 'create'
      when existing = 'deleted' or after <> '{}' or changed <> '{}' or backdates_in_force is not null then 'update'
      else 'unchanged' end as action,
      -- Of most rows there is nothing to say, and asking each question of PROBLEMS costs as much as planning them.
      conflicts or changes_email or changes_external_id or lacks_name or names_nobody or existing = 'deleted'
        or (existing = 'none' and backdates <> '{}') as may_say
    from dated d
  )`;

/** What the comparison has to say of a row, in the order of the columns. */
const PROBLEMS = sql`
  select 'error' as severity, 'IDENTITY_CONFLICT' as code, 'External Id' as column_name, d.external_id as value,
    '{}'::jsonb as details, 1 as place where d.conflicts
  union all
  select 'error', 'EMAIL_CHANGE', 'Email', d.email, '{}', 2 where d.changes_email
  union all
  select 'error', case when d.lost_zeros then 'LEADING_ZEROS_LOST' else 'EXTERNAL_ID_CHANGE' end, 'External Id',
    d.external_id, case when d.lost_zeros then jsonb_build_object('present', d.old ->> 'externalId') else '{}' end, 3
  where d.changes_external_id
  union all
  select 'error', 'REQUIRED_MISSING', 'First name', null, '{"field": "First name"}', 4 where d.lacks_name
  union all
  select 'error', case when n.name ->> 2 is null then 'PERSON_NOT_FOUND' else 'PERSON_IS_SELF' end, a.name, n.name ->> 1,
    '{}', 5
  from jsonb_array_elements(d.lost) as n(name) join attributes a on a.id = (n.name ->> 0)::bigint
  union all
  select 'error', 'BACKDATE_NEW_USER', coalesce(a.name, 'Participate in survey') || ' backdate', b.value, '{}', 6
  from jsonb_each_text(
    case when d.existing = 'none' and coalesce(d.email, d.external_id) is not null then d.backdates else '{}' end) b
  left join attributes a on a.id = case when b.key <> 'participates' then b.key::bigint end
  union all
  select 'warning', 'RESTORES_DELETED', case when d.email is not null then 'Email' else 'External Id' end,
    coalesce(d.email, d.external_id), '{}', 7 where d.action = 'update' and d.existing = 'deleted'
  union all
  select 'warning', 'REFERENCE_CLEARED', a.name, null,
    jsonb_build_object('person', coalesce(d.old ->> 'email', d.old ->> 'externalId'), 'attribute', a.name), 8
  from jsonb_object_keys(case when d.action = 'update' then d.lost_references end) as l(key)
  join attributes a on a.id = l.key::bigint where not coalesce(d.named ? l.key, false)`;
