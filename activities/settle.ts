import { inOrganization } from '../db/client.ts';
import { holdFence } from '../db/fence.ts';
import { dropUnlessCsv } from '../db/files.ts';
import { stageUnderWay } from '../db/ledger.ts';
import { appliedCounts, endMassEdit, fileErrorCounts, outcomeOf } from '../db/settle.ts';
import type { Counts, Ending, FailureReason, MassEditRef, MassEditResult, Outcome } from '../workflows/contract.ts';
import { claimFor, withoutPersonalData } from './attempt.ts';
import type { StageDeps } from './in-chunks.ts';

/** After all stages: a sleeper of any of them writes nothing once this has claimed. */
const LAST_PLACE = 80;

/**
 * Ends a mass edit: counts what was really applied, names the outcome, and deletes the bytes of a file that is no CSV. The end is written once; run twice it gives the
 * first end again.
 *
 * @param ending why it ends: `applied` to its end; `file_error`; `cancel` or `expire`; `fault` if a stage could not be
 *   done, which an administrator sees with the stage, the reason and a reference, by which an operator finds it
 * @param reason of a `fault`
 */
export async function settle(
  deps: StageDeps,
  ref: MassEditRef,
  ending: Ending,
  reason: FailureReason = 'unknown',
): Promise<MassEditResult> {
  return withoutPersonalData('Settling', async () => {
    const edit = await claimFor(deps.db, ref, LAST_PLACE);
    return inOrganization(deps.db, edit.organizationId, async (tx) => {
      await holdFence(tx, edit);
      const counts = ending === 'file_error' ? await fileErrorCounts(tx, edit) : await appliedCounts(tx, edit);
      const failure =
        ending === 'fault'
          ? {
              stage: await stageUnderWay(tx, edit.id),
              reason,
              reference: ref.massEditId,
              message: MESSAGES[reason],
            }
          : null;
      await dropUnlessCsv(tx, edit);
      return endMassEdit(tx, edit, { outcome: outcomeFor(ending, counts), counts, failure });
    });
  });
}

const MESSAGES: Record<FailureReason, string> = {
  value_refused: 'The stage could not be done: the database refuses a value that no rule had refused',
  no_progress: 'The stage could not be done: several attempts came no further',
  not_proved: 'The stage was not done: the stored data is not what was counted or approved',
  timed_out: 'The stage could not be done within twelve hours',
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
