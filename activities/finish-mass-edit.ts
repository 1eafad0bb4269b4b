import { Context } from '@temporalio/activity';
import { inOrganization } from '../db/client.ts';
import { dropUnlessCsv } from '../db/mass-edits/files.ts';
import { countUsersAgain, type UsersCounted } from '../db/people/active-user-count.ts';
import { stageUnderWay } from '../db/stages/checkpoints.ts';
import { assertFence } from '../db/stages/fence.ts';
import { appliedCounts, endMassEdit, fileErrorCounts, outcomeOf } from '../db/stages/finish-mass-edit.ts';
import type { Counts, Ending, FailureReason, FinishResult, MassEditRef, Outcome } from '../workflows/contract.ts';
import { FENCE_ORDERS } from '../workflows/stages.ts';
import { claimFence, redactErrors } from './stage-runner/attempt.ts';
import type { StageDeps } from './stage-runner/stage.ts';

/**
 * Ends a mass edit. Counts what was applied, counts the active users again, sets the outcome, and deletes the bytes of
 * a file that is no CSV. If there are more or fewer active users than expected, the outcome is `failed`. The end is
 * written once; a second run returns the first end.
 *
 * @param ending why it ends: `applied`, `file_error`, `cancel`, `expire`, or `fault` if a stage could not be completed.
 *   After a fault the administrator sees the stage, the reason and a reference. An operator finds the fault by the
 *   reference
 * @param reason of a `fault`
 */
export async function finishMassEdit(
  deps: StageDeps,
  ref: MassEditRef,
  ending: Ending,
  reason: FailureReason = 'unknown',
): Promise<FinishResult> {
  return redactErrors('Settling', async () => {
    const edit = await claimFence(deps.db, ref, FENCE_ORDERS.finish);
    return inOrganization(deps.db, edit.organizationId, async (tx) => {
      await assertFence(tx, edit);
      const counts = ending === 'file_error' ? await fileErrorCounts(tx, edit) : await appliedCounts(tx, edit);
      const users = await countUsersAgain(tx, edit, counts);
      const failed = ending === 'fault' ? reason : isMiscounted(users) ? 'miscounted' : null;
      const failure = failed && {
        stage: await stageUnderWay(tx, edit.id),
        ...{ reason: failed, reference: ref.massEditId, message: MESSAGES[failed] },
      };
      await dropUnlessCsv(tx, edit);
      const outcome = failed ? 'failed' : outcomeFor(ending, counts);
      return endMassEdit(tx, edit, { outcome, counts, failure, users });
    });
  });
}

/** Whether the count of active users differs from the expected one. The log tells the operator by how many. */
function isMiscounted(users: UsersCounted | null): boolean {
  if (users === null || users.after === users.expected) return false;
  Context.current().log.error('the active users are not those that were counted', { ...users });
  return true;
}

const MESSAGES: Record<FailureReason, string> = {
  value_refused: 'The stage could not be done: the database refuses a value that no rule had refused',
  no_progress: 'The stage could not be done: several attempts came no further',
  not_proved: 'The stage was not done: the stored data is not what was counted or approved',
  timed_out: 'The stage could not be done within twelve hours',
  miscounted: 'The active users at the end are not those before plus created and restored minus deleted',
  unknown: 'The stage could not be done',
};

function outcomeFor(ending: Ending, counts: Counts): Outcome {
  switch (ending) {
    case 'applied':
      return outcomeOf(counts);
    case 'cancel':
      return 'cancelled';
    case 'expire':
      return 'expired';
    default:
      return 'failed';
  }
}
