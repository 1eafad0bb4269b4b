import { type SQL, sql } from 'drizzle-orm';
import type { AnswersToRemove } from '../../rules/gate.ts';
import { type RowStage, STAGES } from '../../workflows/stages.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { RETENTION } from './retention.ts';

/**
 * Answers that a mass edit takes out of reports, and how they come back. An answer with `removed_at` is in no report
 * and in no count. Every query of answers must test it.
 */

/** An answer that is out of reports and can come back. */
const RESTORABLE_ANSWERS = sql`a.removed_at > now() - ${RETENTION}`;

/**
 * For a statement that changes answers: a common table expression that writes the before-images.
 *
 * @param changed the name of an earlier expression with id, user_id, line, participation (`removed`, `returned` or
 *   null), the former removed_at and removed_by_mass_edit, and score_under as `was` and `is`
 */
export const recordAnswers = (edit: ClaimedMassEdit, stage: RowStage, changed: SQL): SQL => sql`recorded as (
    insert into answers_before (mass_edit_id, organization_id, stage, answer_id, user_id, line, participation, removed_at,
      removed_by_mass_edit, score_under_before, score_under_after)
    select ${edit.id}, ${edit.organizationId}, ${STAGES[stage].number}, c.id, c.user_id, c.line, c.participation, c.removed_at,
      c.removed_by_mass_edit, ${differing('was')}, ${differing('"is"')}
    from ${changed} c on conflict do nothing
  )`;

/** The attributes of one side of score_under whose value differs on the other side. */
const differing = (side: string): SQL =>
  sql.raw(`coalesce((select jsonb_object_agg(k.key, k.value) from jsonb_each(c.${side}) k
    where c.was -> k.key is distinct from c."is" -> k.key), '{}')`);

/**
 * Restores the removed answers of users who take part again by a plan row. Records them as before-images.
 *
 * @param rows selects plan rows
 */
export async function restoreAnswers(tx: Transaction, edit: ClaimedMassEdit, rows: SQL): Promise<void> {
  await queryOne(
    tx,
    sql`with p as materialized (
      select user_id, line from (${rows}) p where participates
    ), found as materialized (
      select p.line, a.id from p cross join lateral (select id, removed_at from answers o
        where o.organization_id = ${edit.organizationId} and o.user_id = p.user_id offset 0) a where ${RESTORABLE_ANSWERS}
    ), changed as (
      update answers a set removed_at = null, removed_by_mass_edit = null from found f
      where a.id = f.id and a.organization_id = ${edit.organizationId} and a.user_id = any(array(select user_id from p))
      returning a.id, a.user_id, f.line, 'returned' as participation, old.removed_at, old.removed_by_mass_edit,
        old.score_under as was, new.score_under as "is"
    ), ${recordAnswers(edit, 'Upsert users', sql`changed`)}
    select count(*) from p`,
  );
}

/** As `restoreAnswers`, for one user who is changed by hand. The user must be locked. */
export async function restoreAnswersOf(tx: Transaction, user: { organizationId: string; key: number }): Promise<void> {
  await tx.execute(sql`update answers a set removed_at = null, removed_by_mass_edit = null
    where a.organization_id = ${user.organizationId} and a.user_id = ${user.key} and ${RESTORABLE_ANSWERS}`);
}

/** Enough to see which surveys change; an organization sends a few in three months. */
const SURVEYS_SHOWN = 20;

export const NO_ANSWERS: AnswersToRemove = {
  ...{ answers: 0, comments: 0, users: 0, ofAnswers: 0 },
  ...{ surveys: [], moreSurveys: 0 },
};

/** The answers that the accepted rows would take out of reports. */
export async function answersToRemove(tx: Transaction, edit: ClaimedMassEdit): Promise<AnswersToRemove> {
  const groups = await queryMany<{ name: string | null; answers: number; comments: number; users: number }>(
    tx,
    sql`with p as materialized (
      select user_id, (backdates ->> 'participates')::date as day from plan_rows
      where mass_edit_id = ${edit.id} and action in ('create', 'update') and backdates ? 'participates'
    ), a as materialized (
      select p.user_id, p.day, a.survey_id, a.has_comment from p
      cross join lateral (select survey_id, comment is not null as has_comment from answers o
        where o.organization_id = ${edit.organizationId} and o.user_id = p.user_id and o.removed_at is null offset 0) a
    )
    select s.name, count(*)::int as answers, count(*) filter (where a.has_comment)::int as comments,
      count(distinct a.user_id)::int as users
    from a join surveys s on s.id = a.survey_id and s.organization_id = ${edit.organizationId}
    where s.sent_on >= a.day group by grouping sets ((s.id, s.name), ()) order by answers desc, s.id`,
  );
  const all = groups.find(({ name }) => name === null);
  if (!all || all.answers === 0) return NO_ANSWERS;
  const surveys = groups.flatMap(({ name, answers, comments }) => (name === null ? [] : [{ name, answers, comments }]));
  const { ofAnswers } = await queryOne<{ ofAnswers: number }>(
    tx,
    sql`select count(*)::int as "ofAnswers" from answers
        where organization_id = ${edit.organizationId} and removed_at is null`,
  );
  return {
    ...{ answers: all.answers, comments: all.comments, users: all.users, ofAnswers },
    surveys: surveys.slice(0, SURVEYS_SHOWN),
    moreSurveys: Math.max(0, surveys.length - SURVEYS_SHOWN),
  };
}

/** How many answers a mass edit has taken out of reports. */
export async function removedAnswers(tx: Transaction, edit: ClaimedMassEdit): Promise<number> {
  const { answers } = await queryOne<{ answers: number }>(
    tx,
    sql`select count(*)::int as answers from answers_before
        where mass_edit_id = ${edit.id} and stage = ${STAGES['Backdating changes'].number} and participation = 'removed'`,
  );
  return answers;
}
