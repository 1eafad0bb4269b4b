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
  await cutHistory(tx, edit, rows);
  return rowOf(
    tx,
    sql`with ${rows}, dated as (
      update memberships m set since_of = m.since_of || t.days
      from (select d.user_id, jsonb_object_agg(d.key, d.day::text) as days from d join memberships h on h.user_id = d.user_id
            where d.attribute_id is not null and h."values" ? d.key
              and d.day < coalesce((h.since_of ->> d.key)::date, h.since) group by d.user_id) t
      where m.user_id = t.user_id
    ), moves as materialized (
      select a.id, jsonb_object_agg(d.key, m."values" -> d.key) as under
      from d join answers a on a.organization_id = ${edit.organizationId} and a.user_id = d.user_id and a.answered_on >= d.day
      left join memberships m on m.user_id = d.user_id
      where d.attribute_id is not null and a.score is not null group by a.id
    ), moved as (
      update answers a set score_under = jsonb_strip_nulls(a.score_under || v.under) from moves v
      where a.id = v.id and a.score_under is distinct from jsonb_strip_nulls(a.score_under || v.under)
        and not exists (select from d join surveys s on s.id = a.survey_id
          where d.key = 'participates' and d.user_id = a.user_id and s.sent_on >= d.day)
    ), removed as (
      delete from answers a using d, surveys s
      where d.key = 'participates' and a.organization_id = ${edit.organizationId} and a.user_id = d.user_id
        and s.id = a.survey_id and s.sent_on >= d.day
    )
    select count(*)::int as taken, coalesce(max(user_id), ${after}) as "lastId" from p`,
  );
}

/** Nothing that history says of an attribute may reach past the day from which the new membership holds. */
async function cutHistory(tx: Transaction, edit: ClaimedEdit, rows: ReturnType<typeof sql>): Promise<void> {
  await tx.execute(sql`with ${rows} delete from membership_periods h using d
    where h.organization_id = ${edit.organizationId} and h.user_id = d.user_id and h.attribute_id = d.attribute_id
      and lower(h.period) >= d.day`);
  await tx.execute(sql`with ${rows} update membership_periods h set period = daterange(lower(h.period), d.day) from d
    where h.organization_id = ${edit.organizationId} and h.user_id = d.user_id and h.attribute_id = d.attribute_id
      and upper(h.period) > d.day`);
}
