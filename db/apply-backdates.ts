import { sql } from 'drizzle-orm';
import { rowOf, type Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

/** How many accepted rows have a backdate; with none the stage does not apply. */
export async function rowsToBackdate(tx: Transaction, edit: ClaimedEdit): Promise<number> {
  const { rows } = await rowOf<{ rows: number }>(
    tx,
    sql`select count(*)::int as rows from plan_rows where mass_edit_id = ${edit.id} and action in ('create', 'update')
        and backdates is not null`,
  );
  return rows;
}

/**
 * Dates the changes of the next people in key order back: the membership holds from the given day, what history said of
 * that day and later is cut, scores of answers from that day on are reported under the new segment (comments stay where
 * they are), a cleared value takes the scores out of the segment. Participation FALSE with a day removes the person's
 * answers to surveys sent from that day on. Run twice, the second time changes nothing.
 */
export async function backdate(
  tx: Transaction,
  edit: ClaimedEdit,
  after: number,
  limit: number,
): Promise<{ taken: number; lastId: number }> {
  const rows = sql`p as materialized (
      select user_id, backdates from plan_rows where mass_edit_id = ${edit.id} and action in ('create', 'update')
        and backdates is not null and user_id > ${after} order by user_id limit ${limit}
    ), d as materialized (
      select p.user_id, b.key, case when b.key <> 'participates' then b.key::bigint end as attribute_id, b.value::date as day
      from p cross join lateral jsonb_each_text(p.backdates) b
    )`;
  // An answer is found by its user: by its own key, the planner may read all answers of the organization for each chunk.
  const ofUsers = sql`a.organization_id = ${edit.organizationId} and a.user_id = any(array(select user_id from p))`;
  await cutHistory(tx, edit, rows);
  return rowOf(
    tx,
    sql`with ${rows}, held as materialized (
      select d.*, m."values" -> d.key as value, m."values" ? d.key as holds,
        coalesce((m.since_of ->> d.key)::date, m.since) as since
      from d left join lateral (select * from memberships o where o.user_id = d.user_id offset 0) m on true
    ), days as materialized (
      select user_id, jsonb_object_agg(key, day::text) as days from held
      where attribute_id is not null and holds and day < since group by user_id
    ), dated as (
      update memberships m set since_of = m.since_of || t.days from days t
      where m.user_id = t.user_id and m.user_id = any(array(select user_id from days))
    ), answered as materialized (
      select h.key, h.value, h.day, h.attribute_id, a.* from held h
      cross join lateral (select id, score, answered_on, survey_id from answers o
        where o.organization_id = ${edit.organizationId} and o.user_id = h.user_id offset 0) a
    ), given as materialized (
      -- Of each answer and backdate: whether it takes the answer out, or reports its score under another segment.
      select a.id, a.key, a.value, a.attribute_id is null as removes from answered a
      join surveys s on s.id = a.survey_id and s.organization_id = ${edit.organizationId}
      where case when a.attribute_id is null then s.sent_on >= a.day else a.answered_on >= a.day and a.score is not null end
    ), moves as materialized (
      select id, jsonb_object_agg(key, value) as under from given group by id having not bool_or(removes)
    ), moved as (
      update answers a set score_under = jsonb_strip_nulls(a.score_under || v.under) from moves v
      where a.id = v.id and ${ofUsers} and a.score_under is distinct from jsonb_strip_nulls(a.score_under || v.under)
    ), removed as (
      delete from answers a using (select distinct id from given where removes) g where a.id = g.id and ${ofUsers}
    )
    select count(*)::int as taken, coalesce(max(user_id), ${after}) as "lastId" from p`,
  );
}

/** Nothing that history says of an attribute may reach past the day from which the new membership holds. */
async function cutHistory(tx: Transaction, edit: ClaimedEdit, rows: ReturnType<typeof sql>): Promise<void> {
  await tx.execute(sql`with ${rows} delete from membership_periods h using d
    where h.organization_id = ${edit.organizationId} and h.user_id = d.user_id and h.attribute_id = d.attribute_id
      and h.user_id = any(array(select user_id from p)) and lower(h.period) >= d.day`);
  await tx.execute(sql`with ${rows} update membership_periods h set period = daterange(lower(h.period), d.day) from d
    where h.organization_id = ${edit.organizationId} and h.user_id = d.user_id and h.attribute_id = d.attribute_id
      and h.user_id = any(array(select user_id from p)) and upper(h.period) > d.day`);
}
