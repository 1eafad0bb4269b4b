import { applyUsers, haveUsersChangedSince } from '../db/apply/apply-users.ts';
import { inOrganization } from '../db/client.ts';
import { rowsToApply } from '../db/plan/plan-freeze.ts';
import { haveHierarchiesChanged } from '../db/plan/reference-edges.ts';
import type { MassEditRef, StageResult } from '../workflows/contract.ts';
import { refuseCycles } from './hierarchy/refuse-cycles.ts';
import { keyRangeStep } from './stage-runner/key-range-step.ts';
import { runStage } from './stage-runner/run-stage.ts';
import type { StageDeps, Step } from './stage-runner/stage.ts';

export type UsersResult = { rows: number };

/**
 * Stage 5. Writes the users of accepted rows: new, changed and restored ones. Unchanged users are not written. If a
 * user changed since the plan, the user is not touched and the row is refused. If other writers changed users or
 * hierarchies since the last cycle detection, the detection runs again first. Two harmless changes can close a cycle
 * together. A second run writes nothing.
 *
 * @returns how many rows the stage went through
 * @throws CancelledFailure, ApplicationFailure as `runStage`
 */
export async function upsertUsers(deps: StageDeps, ref: MassEditRef): Promise<StageResult<UsersResult>> {
  return runStage<UsersResult>(deps, ref, {
    stage: 'Upsert users',
    steps: [
      refuseCyclesAgainStep(deps),
      keyRangeStep(deps, { write: applyUsers, rowsAdded: ({ creates }) => ({ users: creates }) }),
    ],
    finish: async (_tx, _edit, at) => ({ status: 'done', result: { rows: at.done } }),
  });
}

const refuseCyclesAgainStep =
  (deps: StageDeps): Step =>
  async (edit) => {
    const changed = await inOrganization(
      deps.db,
      edit.organizationId,
      async (tx) => (await haveHierarchiesChanged(tx, edit)) || (await haveUsersChangedSince(tx, edit)),
    );
    const refuse = changed ? await refuseCycles(deps)(edit) : undefined;
    return async (tx, at) => {
      if (refuse) await refuse(tx, at);
      return { cursor: 0, done: 0, total: await rowsToApply(tx, edit), finished: true };
    };
  };
