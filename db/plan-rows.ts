import { sql } from 'drizzle-orm';
import { rowOf, type Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

/**
 * Plans the next rows after a line: what becomes of each, compared with what the database holds now. Finds, in the same
 * pass, what only a comparison can find: identities that contradict, people who are named and not there. Writes the
 * plan and findings only. Gives how many rows it took and the last line.
 */
export async function planRows(
  tx: Transaction,
  edit: ClaimedEdit,
  after: number,
  limit: number,
): Promise<{ rows: number; lastLine: number }> {
  return rowOf(
    tx,
    sql`with ${ROWS(edit, after, limit)}, ${NAMED(edit)}, ${PROBLEMS}, ${DIFFERENCES}, planned as (
      insert into plan_rows (mass_edit_id, organization_id, line, action, user_id, user_version, restores, before, after,
        attributes_before, attributes_after, people, needs, backdates, new_segments)
      select ${edit.id}, ${edit.organizationId}, line, action, user_id, version, applies and existing = 'deleted',
        case when applies and after <> '{}' and existing <> 'none'
          then (select jsonb_object_agg(k, old -> k) from jsonb_object_keys(after) k) end,
        case when applies and after <> '{}' then after end,
        case when applies and changed <> '{}' and existing <> 'none'
          then (select jsonb_object_agg(k, current -> k) from jsonb_object_keys(changed) k where current ? k) end,
        case when applies and changed <> '{}' then changed end,
        people_named, needs, case when applies then backdates_in_force end, new_segments
      from (select *, action in ('create', 'update') as applies from differences) d
      order by line
    ), said as (
      insert into findings (mass_edit_id, organization_id, line, stage, severity, code, column_name, value, details)
      select ${edit.id}, ${edit.organizationId}, line, 1, severity, code, column_name, left(value, 200), details
      from (
        select line, 'error' as severity, code, column_name, value, details, place from problems
        union all
        select line, 'warning', 'RESTORES_DELETED', case when email is not null then 'Email' else 'External Id' end,
          coalesce(email, external_id), '{}'::jsonb, 9 from differences where action = 'update' and existing = 'deleted'
      ) f order by line, place
    )
    select count(*)::int as rows, coalesce(max(line), ${after}) as "lastLine" from r`,
  );
}

/** The rows of this chunk beside the people and memberships that they are about. */
const ROWS = (edit: ClaimedEdit, after: number, limit: number) => sql`
  r as materialized (
    select s.*, u.version, u.email_key as u_email_key, u.external_id_key as u_external_id_key,
      jsonb_build_object('email', u.email, 'externalId', u.external_id, 'firstName', u.first_name,
        'lastName', u.last_name, 'language', u.language, 'participates', u.participates) as old,
      u.participates as u_participates, coalesce(m."values", '{}') as current, m.since, m.since_of
    from (select * from staged_rows where mass_edit_id = ${edit.id} and line > ${after} order by line limit ${limit}) s
    left join users u on u.id = s.user_id and s.existing <> 'none'
    left join memberships m on m.user_id = u.id
  )`;

/**
 * Whom the rows name: somebody living by external id, then by email; else somebody whom a row of this file brings, by
 * whatever identity that row gives (then `via` is its line). An empty name clears.
 */
const NAMED = (edit: ClaimedEdit) => sql`
  named as materialized (
    select r.line, p.key, p.value as given, coalesce(x.id, e.id, n.user_id) as person,
      case when x.id is null and e.id is null then n.line end as via
    from r cross join lateral jsonb_each_text(r.people) p
    left join users x on x.organization_id = ${edit.organizationId} and x.external_id_key = fold(p.value)
      and x.deleted_at is null
    left join users e on e.organization_id = ${edit.organizationId} and e.email_key = fold(p.value) and e.deleted_at is null
    left join lateral (
      select user_id, line from (
        (select user_id, line, 1 as rank from staged_rows t where t.mass_edit_id = ${edit.id} and t.by_external_id is null
          and t.external_id_key is not null and t.external_id_key = fold(p.value) and t.verdict <> 'skipped'
          order by t.line limit 1)
        union all
        (select user_id, line, 2 from staged_rows t where t.mass_edit_id = ${edit.id} and t.by_email is null
          and t.email_key is not null and t.email_key = fold(p.value) and t.verdict <> 'skipped' order by t.line limit 1)
      ) found order by rank limit 1
    ) n on x.id is null and e.id is null
    where r.verdict <> 'skipped'
  ), named_in_row as (
    select line, jsonb_object_agg(key, person) as after,
      jsonb_strip_nulls(jsonb_object_agg(key, person)) as people,
      nullif(jsonb_strip_nulls(jsonb_object_agg(key, via)), '{}') as needs
    from named group by line
  )`;

/** What a comparison finds wrong. `cell`: the rest of the row goes on. `place`: the order within a row. */
const PROBLEMS = sql`
  problems as materialized (
    select line, 'IDENTITY_CONFLICT' as code, 'External Id' as column_name, external_id as value, '{}'::jsonb as details,
      false as cell, 1 as place
    from r where verdict <> 'skipped' and by_external_id <> by_email
    union all
    select line, 'EMAIL_CHANGE', 'Email', email, '{}', false, 2
    from r where verdict <> 'skipped' and existing <> 'none' and email_key <> u_email_key
      and (by_external_id = by_email) is not false
    union all
    select line, 'EXTERNAL_ID_CHANGE', 'External Id', external_id, '{}', false, 3
    from r where verdict <> 'skipped' and existing <> 'none' and external_id_key <> u_external_id_key
      and (by_external_id = by_email) is not false
    union all
    select line, 'REQUIRED_MISSING', 'First name', null, '{"field": "First name"}', false, 4
    from r where verdict <> 'skipped' and existing = 'none' and readable and first_name is null
    union all
    select n.line, case when n.person is null then 'PERSON_NOT_FOUND' else 'PERSON_IS_SELF' end, a.name, n.given, '{}',
      false, 5
    from named n join r on r.line = n.line join attributes a on a.id = n.key::bigint
    where n.given <> '' and (n.person is null or n.person = r.user_id)
    union all
    select r.line, 'BACKDATE_NEW_USER', coalesce(a.name, 'Participate in survey') || ' backdate', b.value, '{}', true, 6
    from r cross join lateral jsonb_each_text(r.backdates) b
    left join attributes a on b.key <> 'participates' and a.id = case when b.key <> 'participates' then b.key::bigint end
    where r.verdict <> 'skipped' and r.existing = 'none'
  ), refused as (
    select distinct line from problems where not cell
  )`;

/** Fields and attributes that would change, and what follows for the row. */
const DIFFERENCES = sql`
  wanted as (
    select r.*, n.people as people_named, n.needs, r."values" || coalesce(n.after, '{}') as wanted,
      jsonb_strip_nulls(r."values" || coalesce(n.after, '{}')) as sets,
      r.verdict = 'refused' or f.line is not null as is_refused
    from r left join named_in_row n on n.line = r.line left join refused f on f.line = r.line
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
    select c.*, case when backdates = '{}' or existing = 'none' then null else (
      select jsonb_object_agg(k, d) from jsonb_each_text(backdates) as b(k, d)
      where case when k = 'participates' then not participates and (after ? 'participates' or exists (
          select from answers a join surveys s on s.id = a.survey_id where a.user_id = c.user_id and s.sent_on >= d::date))
        else changed ? k or (sets ? k and coalesce((since_of ->> k)::date, since) > d::date) end
      ) end as backdates_in_force
    from compared c
  ), differences as materialized (
    select d.*, case when verdict = 'skipped' then 'skipped' when is_refused then 'refused' when existing = 'none' then 'create'
      when existing = 'deleted' or after <> '{}' or changed <> '{}' or backdates_in_force is not null then 'update'
      else 'unchanged' end as action
    from dated d
  )`;
