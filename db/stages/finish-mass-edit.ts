import { type SQL, sql } from 'drizzle-orm';
import { type Counts, type FinishResult, NO_COUNTS, type Outcome } from '../../workflows/contract.ts';
import { type RowStage, STAGES } from '../../workflows/stages.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';
import { countFindings } from '../mass-edits/findings.ts';
import type { UsersCounted } from '../people/active-user-count.ts';
import { removedAnswers } from '../people/answers.ts';
import type { Failure } from '../schema/schema.ts';
import { BACKDATES_IN_ROW } from '../sql/plan-row-fields.ts';
import { lastUserPassed } from '../sql/stage-progress.ts';

/**
 * The counts of the applied changes. A row counts as applied if the checkpoints of the stages have passed it. A row
 * that was planned and not applied (stopped, expired, declined) counts as skipped. So the counts always add up to the
 * rows read.
 */
export async function appliedCounts(tx: Transaction, edit: ClaimedMassEdit): Promise<Counts> {
  const found = await countFindings(tx, edit);
  const counts = await queryOne<Omit<Counts, 'errors' | 'warnings' | 'answersRemoved'>>(
    tx,
    sql`with passed as materialized (
      -- The last user id that each applying stage has passed.
      select ${passedBy('Upsert users')} as users, ${passedBy('Attribute mutations')} as memberships,
        ${passedBy('Backdating changes')} as dated
      from stages where mass_edit_id = ${edit.id} and started_at is not null
    ), rows as (
      select count(*)::int as read,
        count(*) filter (where action = 'create' and user_id <= users)::int as created,
        count(*) filter (where action = 'update' and user_id <= users)::int as updated,
        count(*) filter (where action = 'unchanged')::int as unchanged,
        count(*) filter (where action = 'refused')::int as refused,
        count(*) filter (where restores and user_id <= users)::int as restored,
        coalesce(sum(attributes_changed) filter (where user_id <= memberships), 0)::int as "membershipsChanged",
        coalesce(sum(${BACKDATES_IN_ROW}) filter (where user_id <= dated), 0)::int as backdated
      from plan_rows p cross join passed where mass_edit_id = ${edit.id}
    )
    select r.*, (r.read - r.created - r.updated - r.unchanged - r.refused)::int as skipped,
      (select count(*) from missing_users where mass_edit_id = ${edit.id} and outcome = 'deleted')::int as deleted,
      (select count(*) from segments where organization_id = ${edit.organizationId} and created_by_mass_edit = ${edit.id})::int
        as "segmentsCreated"
    from rows r`,
  );
  return { ...counts, answersRemoved: await removedAnswers(tx, edit), ...found };
}

const passedBy = (stage: RowStage): SQL =>
  sql`coalesce(max(${lastUserPassed(stage)}) filter (where number = ${STAGES[stage].number}), 0)`;

/** The counts of a file that could not be read as a whole: nothing but what was found. */
export async function fileErrorCounts(tx: Transaction, edit: ClaimedMassEdit): Promise<Counts> {
  return { ...NO_COUNTS, ...(await countFindings(tx, edit)) };
}

/** The outcome of a mass edit that ran to its end. */
export function outcomeOf(counts: Counts): Outcome {
  const nothingWent = counts.refused > 0 && counts.created + counts.updated + counts.unchanged + counts.deleted === 0;
  if (nothingWent) return 'failed';
  return counts.errors > 0 ? 'completed_with_errors' : 'completed';
}

/** Ends the mass edit: outcome, counts, and the stages that never ran. After a second run, the first end stays. */
export async function endMassEdit(
  tx: Transaction,
  edit: ClaimedMassEdit,
  end: { outcome: Outcome; counts: Counts; failure: Failure | null; users: UsersCounted | null },
): Promise<FinishResult> {
  const { byOthers = null, expected = null, after = null } = end.users ?? {};
  await tx.execute(sql`update stages set ended_at = coalesce(ended_at, case when status = 'running' then now() end),
      status = case when status = 'waiting' then 'not_applied'
                    when status = 'running' then ${end.outcome === 'failed' ? 'failed' : 'not_applied'} else status end
    where mass_edit_id = ${edit.id} and status in ('waiting', 'running')`);
  await tx.execute(sql`update mass_edits set state = 'ended', outcome = ${end.outcome},
      counts = ${JSON.stringify(end.counts)}::jsonb, failure = ${end.failure ? JSON.stringify(end.failure) : null}::jsonb,
      users_by_others = ${byOthers}::int, users_expected = ${expected}::int, users_after = ${after}::int, ended_at = now()
    where id = ${edit.id} and state <> 'ended'`);
  const { miscounted, ...ended } = await queryOne<Required<FinishResult> & { miscounted: boolean }>(
    tx,
    sql`select outcome, counts, coalesce(failure ->> 'reason' = 'miscounted', false) as miscounted
        from mass_edits where id = ${edit.id}`,
  );
  return { ...ended, ...(miscounted && { miscounted }) };
}
