import { clearReferences, deleteListedUsers } from '../db/apply/delete-users.ts';
import { deleteFindings } from '../db/mass-edits/findings.ts';
import { digestOfList, findUsersPointingAtListed } from '../db/plan/missing-users.ts';
import { linesOf } from '../db/plan/reference-edges.ts';
import { InvariantViolation } from '../db/stages/invariant-violation.ts';
import type { MassEditRef, StageResult } from '../workflows/contract.ts';
import { runStage } from './stage-runner/run-stage.ts';
import type { StageDeps, Step } from './stage-runner/stage.ts';

export type DeletionResult = { listed: number };

/**
 * Stage 4. Deletes exactly the users of the approved list, by id and version, then clears every reference to them. A
 * user that changed since the plan is kept (CHANGED_SINCE_PLAN). Without an approval, or if the list is empty, the
 * stage is `not_applied`. A second run deletes nothing.
 *
 * @returns how many users were listed
 * @throws ApplicationFailure if the list is not the approved one; otherwise as `runStage`
 */
export async function deleteUsers(deps: StageDeps, ref: MassEditRef): Promise<StageResult<DeletionResult>> {
  return runStage<DeletionResult>(deps, ref, {
    stage: 'Delete users',
    steps: [verifyListStep, deleteStep, clearReferencesStep],
    finish: async (_tx, _edit, at) => ({
      status: at.total > 0 ? 'done' : 'not_applied',
      result: { listed: at.total },
    }),
  });
}

const verifyListStep: Step = (edit) => async (tx) => {
  if (edit.decision !== 'approve') return { cursor: 0, done: 0, total: 0, finished: true };
  const { digest, people } = await digestOfList(tx, edit);
  // The plan has these findings already. Clearing writes them again, because other writers may have changed references.
  if (people > 0) await deleteFindings(tx, edit, 'Cycle detection', 'REFERENCE_CLEARED');
  if (digest !== edit.listDigest) throw new InvariantViolation('The list is not the one that was approved');
  return { cursor: 0, done: 0, total: people, finished: true };
};

const deleteStep: Step = (edit) => async (tx, at) => {
  if (at.total === 0) return { cursor: 0, done: 0, total: 0, finished: true };
  const { taken, lastId } = await deleteListedUsers(tx, edit, at.cursor, at.limit);
  return { cursor: lastId, done: at.done + taken, total: at.total, finished: taken < at.limit };
};

/**
 * Lists the users once for all chunks, and once more at the end: another writer may have added a reference meanwhile.
 */
const clearReferencesStep: Step = (edit) => {
  let users: number[] = [];
  let lines = new Map<number, number>();
  return async (tx, at) => {
    const same = { done: at.done, total: at.total };
    if (at.total === 0) return { ...same, cursor: 0, finished: true };
    if (users.length === 0) {
      users = await findUsersPointingAtListed(tx, edit, 'deleted');
      if (users.length > 0) lines = await linesOf(tx, edit, users);
    }
    const next = users.splice(0, at.limit);
    if (next.length > 0)
      await clearReferences(
        tx,
        edit,
        next.map((id) => ({ id, line: lines.get(id) ?? null })),
      );
    return { ...same, cursor: next.at(-1) ?? at.cursor, finished: next.length === 0 };
  };
};
