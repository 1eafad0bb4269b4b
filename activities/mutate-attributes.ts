import { anyRefusedWhileApplying, changeMemberships } from '../db/apply/apply-memberships.ts';
import { inOrganization } from '../db/client.ts';
import type { MassEditRef, StageResult } from '../workflows/contract.ts';
import { keyRangeStep } from './stage-runner/key-range-step.ts';
import { runStage } from './stage-runner/run-stage.ts';
import type { StageDeps, Step } from './stage-runner/stage.ts';

export type AttributesResult = { rows: number };

/**
 * Stage 6. Changes memberships and values of the users that stage 5 wrote. The old membership is closed in history, and
 * the new one holds from the day of applying. A second run closes and opens nothing.
 *
 * @returns how many rows the stage went through
 * @throws CancelledFailure, ApplicationFailure as `runStage`
 */
export async function mutateAttributes(deps: StageDeps, ref: MassEditRef): Promise<StageResult<AttributesResult>> {
  return runStage<AttributesResult>(deps, ref, {
    stage: 'Attribute mutations',
    steps: [changeMembershipsStep(deps)],
    finish: async (_tx, _edit, at) => ({ status: 'done', result: { rows: at.done } }),
  });
}

const changeMembershipsStep =
  (deps: StageDeps): Step =>
  async (edit, at) => {
    const refused = await inOrganization(deps.db, edit.organizationId, (tx) => anyRefusedWhileApplying(tx, edit));
    return keyRangeStep(deps, { write: (tx, claimed, range) => changeMemberships(tx, claimed, range, refused) })(
      edit,
      at,
    );
  };
