import type postgres from 'postgres';

/**
 * All data of an organization, in words and without keys, so that two organizations with the same history can be
 * compared. `live` is the data that users see. `plan` is the plan of a mass edit with its findings.
 */
export async function snapshot(sql: postgres.Sql, organizationId: string): Promise<Record<string, readonly unknown[]>> {
  const of = organizationId;
  const user = (id: string) => sql.unsafe(`(select coalesce(email, external_id) from users w where w.id = ${id})`);
  const value = (attribute: string, stored: string) =>
    sql.unsafe(`(select case a.type when 'choices' then (select name from segments g where g.id = (${stored} #>> '{}')::bigint)
      when 'users' then (select coalesce(email, external_id) from users w where w.id = (${stored} #>> '{}')::bigint)
      else ${stored} #>> '{}' end from attributes a where a.id = ${attribute})`);
  const attribute = (id: string) => sql.unsafe(`(select name from attributes b where b.id = ${id})`);
  return {
    users: await sql`select email, external_id, first_name, last_name, language, participates, role, version,
      deleted_at is not null as deleted from users where organization_id = ${of} order by coalesce(email, external_id), id`,
    memberships: await sql`select ${user('m.user_id')} as person, ${attribute('k.key::bigint')} as attribute,
      ${value('k.key::bigint', 'k.value')} as value, coalesce(m.since_of ->> k.key, m.since::text) as since
      from memberships m, jsonb_each(m.values) k where m.organization_id = ${of} order by 1, 2`,
    periods:
      await sql`select ${user('p.user_id')} as person, ${attribute('p.attribute_id')} as attribute, p.period::text,
      ${value('p.attribute_id', 'p.value')} as value from membership_periods p where organization_id = ${of} order by 1, 2, 3`,
    segments:
      await sql`select ${attribute('attribute_id')} as attribute, name from segments where organization_id = ${of} order by 1, 2`,
    answers:
      await sql`select ${user('a.user_id')} as person, question, score, comment, removed_at is not null as removed,
      removed_by_mass_edit is not null as by_mass_edit,
      (select json_object_agg(${attribute('k.key::bigint')}, ${value('k.key::bigint', 'k.value')}) from jsonb_each(score_under) k) as score_under,
      (select json_object_agg(${attribute('k.key::bigint')}, ${value('k.key::bigint', 'k.value')}) from jsonb_each(comment_under) k) as comment_under
      from answers a where organization_id = ${of} order by 1, 2`,
    answersBefore:
      await sql`select ${user('b.user_id')} as person, line, stage, participation, removed_at is not null as removed,
      score_under_before <> '{}' as was_under, score_under_after <> '{}' as is_under from answers_before b
      where organization_id = ${of} order by 1, 2, 3`,
    periodsBefore:
      await sql`select ${user('b.user_id')} as person, line, ${attribute('attribute_id')} as attribute, period::text,
      period_after::text, ${value('attribute_id', 'b.value')} as value from periods_before b
      where organization_id = ${of} order by 1, 3, 4`,
    changes: await sql`select ${user('user_id')} as person, before::text ~ 'deleted' as deletion from changes
      where organization_id = ${of} order by 1, 2`,
    findings: await sql`select line, severity, code, column_name, value, details from findings f
      where organization_id = ${of} order by mass_edit_id, coalesce(line, 0), code, column_name, value, details::text`,
    leftOut: await sql`select stage, severity, code, sum(count)::int as count from findings_left_out
      where organization_id = ${of} group by mass_edit_id, stage, severity, code having sum(count) <> 0
      order by mass_edit_id, stage, code`,
    planRows: await sql`select line, action, ${user('user_id')} as person, restores, email, external_id, first_name,
      last_name, language, participates, before, attributes_changed from plan_rows
      where organization_id = ${of} order by mass_edit_id, line`,
    missing:
      await sql`select ${user('user_id')} as person, kept, outcome from missing_users where organization_id = ${of}
      order by mass_edit_id, 1`,
    massEdits: await sql`select state, outcome, counts, plan_counts, rows, users_mark, users_by_others,
      users_expected, users_after from mass_edits where organization_id = ${of} order by id`,
    stages:
      await sql`select number, status, done, total, result - 'listDigest' as result from stages where organization_id = ${of}
      order by mass_edit_id, number`,
  };
}
