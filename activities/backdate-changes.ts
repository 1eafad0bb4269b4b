import { backdate, rowsToBackdate } from '../db/apply/apply-backdates.ts';
import type { MassEditRef, StageResult } from '../workflows/contract.ts';
import { runStage } from './stage-runner/run-stage.ts';
import type { StageDeps, Step } from './stage-runner/stage.ts';

export type BackdatingResult = { rows: number };

/**
 * Stage 7. Applies the backdates of the file. History is cut at the backdate. Survey scores from that day on move to
 * the new segment, and comments stay. If the file has no backdates, the stage is `not_applied`. A second run moves
 * nothing.
 *
 * @returns how many rows had a backdate
 * @throws CancelledFailure, ApplicationFailure as `runStage`
 */
export async function backdateChanges(deps: StageDeps, ref: MassEditRef): Promise<StageResult<BackdatingResult>> {
  return runStage<BackdatingResult>(deps, ref, {
    stage: 'Backdating changes',
    steps: [backdateStep],
    finish: async (_tx, _edit, at) => ({
      status: at.total > 0 ? 'done' : 'not_applied',
      result: { rows: at.done },
    }),
  });
}

const backdateStep: Step = (edit) => async (tx, at) => {
  const total = at.total || (await rowsToBackdate(tx, edit));
  if (total === 0) return { cursor: 0, done: 0, total, finished: true };
  const { taken, lastId } = await backdate(tx, edit, at.cursor, at.limit);
  return { cursor: lastId, done: at.done + taken, total, finished: taken < at.limit };
};
