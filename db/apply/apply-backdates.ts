import { type SQL, sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';
import { recordAnswers } from '../people/answers.ts';

/** How many accepted rows have a backdate. With none, the stage does not apply. */
export async function rowsToBackdate(tx: Transaction, edit: ClaimedMassEdit): Promise<number> {
  const { rows } = await queryOne<{ rows: number }>(
    tx,
    sql`select count(*)::int as rows from plan_rows where mass_edit_id = ${edit.id} and action in ('create', 'update')
        and backdates is not null`,
  );
  return rows;
}

/**
 * Applies the backdates of the next users in id order. The membership holds from the given day, and history of that day
 * and later is cut. Scores of answers from that day on are reported under the new segment. Comments stay under the old
 * one. A cleared value takes the scores out of the segment. Participation FALSE with a day removes answers from
 * reports: those to surveys sent from that day on. If the user still takes part, no answer is removed. Each of these
 * changes is recorded as a before-image. A second run changes and records nothing.
 */
export async function backdate(
  tx: Transaction,
  edit: ClaimedMassEdit,
  after: number,
  limit: number,
): Promise<{ taken: number; lastId: number }> {
  const rows = sql`p as materialized (
      select user_id, line, backdates from plan_rows where mass_edit_id = ${edit.id} and action in ('create', 'update')
        and backdates is not null and user_id > ${after} order by user_id limit ${limit}
    ), d as materialized (
      select p.user_id, p.line, b.key, case when b.key <> 'participates' then b.key::bigint end as attribute_id,
        b.value::date as day
      from p cross join lateral jsonb_each_text(p.backdates) b
    )`;
  await lockParticipation(tx, rows);
  await cutHistory(tx, edit, rows);
  return queryOne(
    tx,
    sql`with ${rows}, held as materialized (
      select d.*, m."values" -> d.key as value, m."values" ? d.key as holds,
        coalesce((m.since_of ->> d.key)::date, m.since) as since
      from d left join lateral (select * from memberships o where o.user_id = d.user_id offset 0) m on true
    ), earlier as materialized (
      select * from held where attribute_id is not null and holds and day < since
    ), days as materialized (
      select user_id, jsonb_object_agg(key, day::text) as days from earlier group by user_id
    ), dated as (
      update memberships m set since_of = m.since_of || t.days from days t
      where m.user_id = t.user_id and m.user_id = any(array(select user_id from days))
    ), begun as (
      insert into periods_before (mass_edit_id, organization_id, user_id, attribute_id, line, value, period, period_after)
      select ${edit.id}, ${edit.organizationId}, user_id, attribute_id, line, value, daterange(since, null), daterange(day, null)
      from earlier on conflict do nothing
    ), answered as materialized (
      select h.key, h.value, h.day, h.attribute_id, h.line, a.* from held h
      cross join lateral (select id, score, answered_on, survey_id, removed_at from answers o
        where o.organization_id = ${edit.organizationId} and o.user_id = h.user_id offset 0) a
      where h.attribute_id is not null
        or not coalesce((select u.participates from users u where u.id = h.user_id), true)
    ), given as materialized (
      -- For each answer and backdate: the backdate removes the answer, or reports its score under another segment.
      select a.id, a.line, a.key, a.value, a.attribute_id is null as removes from answered a
      join surveys s on s.id = a.survey_id and s.organization_id = ${edit.organizationId}
      where case when a.attribute_id is null then s.sent_on >= a.day and a.removed_at is null
        else a.answered_on >= a.day and a.score is not null end
    ), moves as materialized (
      select id, min(line) as line, coalesce(jsonb_object_agg(key, value) filter (where not removes), '{}') as under,
        bool_or(removes) as removes
      from given group by id
    ), changed as (
      update answers a set score_under = jsonb_strip_nulls(a.score_under || v.under),
        removed_at = case when v.removes then now() else a.removed_at end,
        removed_by_mass_edit = case when v.removes then ${edit.id}::bigint else a.removed_by_mass_edit end
      from moves v
      -- Answers are looked up by user. By their own key, the planner may read all answers of the organization for each
      -- chunk.
      where a.id = v.id and a.organization_id = ${edit.organizationId} and a.user_id = any(array(select user_id from p))
        and (v.removes or a.score_under is distinct from jsonb_strip_nulls(a.score_under || v.under))
      returning a.id, a.user_id, v.line, case when v.removes then 'removed' end as participation,
        old.removed_at, old.removed_by_mass_edit, old.score_under as was, new.score_under as "is"
    ), ${recordAnswers(edit, 'Backdating changes', sql`changed`)}
    select count(*)::int as taken, coalesce(max(user_id), ${after}) as "lastId" from p`,
  );
}

/**
 * Locks the users whose answers may be removed. A request can set such a user to take part at the same moment. Then
 * this chunk sees it, or that request restores the answers that this chunk removes.
 */
async function lockParticipation(tx: Transaction, rows: SQL): Promise<void> {
  await tx.execute(sql`with ${rows} select 1 from users u
    where u.id = any(array(select user_id from p where backdates ? 'participates')) order by u.id for share`);
}

/** Cuts the history of an attribute at the day from which the new membership holds. */
async function cutHistory(tx: Transaction, edit: ClaimedMassEdit, rows: SQL): Promise<void> {
  const ofUsers = sql`h.organization_id = ${edit.organizationId} and h.user_id = d.user_id and h.attribute_id = d.attribute_id
      and h.user_id = any(array(select user_id from p))`;
  const recorded = sql`insert into periods_before
      (mass_edit_id, organization_id, user_id, attribute_id, line, value, period, period_after)
    select ${edit.id}, ${edit.organizationId}, user_id, attribute_id, line, value, period, period_after from cut
    on conflict do nothing`;
  await tx.execute(sql`with ${rows}, cut as (
      delete from membership_periods h using d where ${ofUsers} and lower(h.period) >= d.day
      returning h.user_id, h.attribute_id, d.line, h.value, h.period, null::daterange as period_after
    ) ${recorded}`);
  await tx.execute(sql`with ${rows}, cut as (
      update membership_periods h set period = daterange(lower(h.period), d.day) from d where ${ofUsers} and upper(h.period) > d.day
      returning h.user_id, h.attribute_id, d.line, h.value, old.period as period, new.period as period_after
    ) ${recorded}`);
}
