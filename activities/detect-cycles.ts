import { inOrganization } from '../db/client.ts';
import { deleteFindings } from '../db/mass-edits/findings.ts';
import { addListedFindings, listCapacityFor, splitByCapacity } from '../db/mass-edits/findings-listed.ts';
import { declineDeletions, saveReportCounts } from '../db/plan/missing-users.ts';
import { freezePlan, referencesToDeleted, refuseRows, warnOfClearedReferences } from '../db/plan/plan-freeze.ts';
import { clearUnusedSegments } from '../db/plan/planned-segments.ts';
import { reopenDoneStage } from '../db/stages/checkpoints.ts';
import { finding } from '../rules/findings/findings.ts';
import { decideGate } from '../rules/gate.ts';
import type { FrozenPlan, MassEditRef, StageResult } from '../workflows/contract.ts';
import { FENCE_ORDERS } from '../workflows/stages.ts';
import { inBatches } from './hierarchy/batches.ts';
import { refuseCycles } from './hierarchy/refuse-cycles.ts';
import { runStage } from './stage-runner/run-stage.ts';
import type { StageDeps, Step } from './stage-runner/stage.ts';
import { countNewNames } from './upload/count-new-segments.ts';
import { excerptOf, readReferenceCells } from './upload/reference-cells.ts';

/**
 * Stage 2. Works on the final state: database, plus file, minus deletions. Refuses a row that references a deleted
 * user, or a user whose own row is refused. Refuses rows that close a cycle, until no such row is left. Then freezes
 * the plan that is approved at the gate. Writes the plan and findings only.
 *
 * @returns the counts of the plan, how many users would be deleted, and whether the gate must ask
 * @throws CancelledFailure, ApplicationFailure as `runStage`
 */
export async function detectCycles(deps: StageDeps, ref: MassEditRef): Promise<StageResult<FrozenPlan>> {
  return runStage<FrozenPlan>(deps, ref, {
    stage: 'Cycle detection',
    steps: [refuseReferencesToDeletedStep(deps), refuseCycles(deps), dropUnusedSegmentsStep, countNewNames(deps)],
    finish: async (tx, edit) => {
      await warnOfClearedReferences(tx, edit);
      if (edit.deleteMissingUsers) await saveReportCounts(tx, edit);
      return { status: 'done', result: await freezePlan(tx, edit, decideGate) };
    },
  });
}

/**
 * Stage 2 once more without deletions, because the gate declined them. Rows that close a cycle now are refused too.
 * Rows that were refused before stay refused.
 */
export async function detectCyclesWithoutDeletions(
  deps: StageDeps,
  ref: MassEditRef,
): Promise<StageResult<FrozenPlan>> {
  return runStage<FrozenPlan & { withoutDeletions: true }>(deps, ref, {
    stage: 'Cycle detection',
    fenceOrder: FENCE_ORDERS.cycleDetectionAgain,
    prepare: async (tx, edit) => {
      if (!(await reopenDoneStage(tx, edit.id, 'Cycle detection', 'withoutDeletions'))) return;
      await declineDeletions(tx, edit);
      await deleteFindings(tx, edit, 'Cycle detection', 'REFERENCE_CLEARED');
    },
    steps: [refuseCycles(deps), dropUnusedSegmentsStep],
    finish: async (tx, edit) => ({
      status: 'done',
      result: { ...(await freezePlan(tx, edit, null)), withoutDeletions: true },
    }),
  });
}

/** A row that was refused after stage 1 creates no segment. */
const dropUnusedSegmentsStep: Step = (edit) => async (tx, at) => {
  await clearUnusedSegments(tx, edit);
  return { cursor: 0, done: at.done, total: at.total, finished: true };
};

/**
 * Refuses every row that references a user that this mass edit deletes, even if the row repeats the current value. Each
 * reference gets one finding. A row that was refused before gets its findings too.
 */
const refuseReferencesToDeletedStep =
  (deps: StageDeps): Step =>
  async (edit) => {
    const references = edit.deleteMissingUsers
      ? await inOrganization(deps.db, edit.organizationId, (tx) => referencesToDeleted(tx, edit))
      : [];
    const given = await readReferenceCells(deps, edit, new Set(references.map(({ line }) => line)));
    return async (tx) => {
      const capacity = await listCapacityFor(tx, edit);
      for (const some of inBatches(references)) {
        const found = some.map(({ line, key, name }) => {
          const value = excerptOf(given, line, key);
          return finding(line, 'PERSON_DELETED', name, value, { person: value ?? '' });
        });
        await addListedFindings(tx, edit, 'Cycle detection', splitByCapacity(found, capacity));
        await refuseRows(
          tx,
          edit,
          some.map(({ line }) => line),
        );
      }
      return { cursor: 0, done: 0, total: 0, finished: true };
    };
  };
