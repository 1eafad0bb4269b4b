import { inOrganization } from '../db/client.ts';
import { holdFence } from '../db/fence.ts';
import { dropUnlessCsv } from '../db/files.ts';
import { stageUnderWay } from '../db/ledger.ts';
import { appliedCounts, endMassEdit, fileErrorCounts, outcomeOf } from '../db/settle.ts';
import type { Counts, Ending, MassEditRef, MassEditResult, Outcome } from '../workflows/contract.ts';
import { claimFor, withoutPersonalData } from './attempt.ts';
import type { StageDeps } from './in-chunks.ts';

/** After all stages: a sleeper of any of them writes nothing once this has claimed. */
const LAST_PLACE = 80;

/**
 * Ends a mass edit: counts what was really applied, names the outcome, and deletes the bytes of a file that is no CSV. The end is written once; run twice it gives the
 * first end again.
 *
 * @param ending why it ends: `applied` to its end; `file_error`; `cancel` or `expire`; `fault` where a stage could not
 *   be done, which an administrator sees with the stage and a reference and an operator finds by it
 */
export async function settle(deps: StageDeps, ref: MassEditRef, ending: Ending): Promise<MassEditResult> {
  return withoutPersonalData('Settling', async () => {
    const edit = await claimFor(deps.db, ref, LAST_PLACE);
    return inOrganization(deps.db, edit.organizationId, async (tx) => {
      await holdFence(tx, edit);
      const counts = ending === 'file_error' ? await fileErrorCounts(tx, edit) : await appliedCounts(tx, edit);
      const failure =
        ending === 'fault'
          ? {
              stage: await stageUnderWay(tx, edit.id),
              reference: ref.massEditId,
              message: 'The stage could not be done',
            }
          : null;
      await dropUnlessCsv(tx, edit);
      return endMassEdit(tx, edit, { outcome: outcomeFor(ending, counts), counts, failure });
    });
  });
}

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
