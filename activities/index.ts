import type { Ending, FailureReason, MassEditRef, RequestedDecision } from '../workflows/contract.ts';
import { backdateChanges } from './backdate-changes.ts';
import { createSegments } from './create-segments.ts';
import { deleteUsers } from './delete-users.ts';
import { detectCycles, detectCyclesWithoutDeletions } from './detect-cycles.ts';
import { finishMassEdit } from './finish-mass-edit.ts';
import { mutateAttributes } from './mutate-attributes.ts';
import { recordDecision } from './record-decision.ts';
import { withHeartbeat } from './stage-runner/attempt.ts';
import { createProgressNotifier } from './stage-runner/notify-viewers.ts';
import type { StageDeps } from './stage-runner/stage.ts';
import { upsertUsers } from './upsert-users.ts';
import { validateFile } from './validate-file.ts';
import { noteOperator } from './worker/note-operator.ts';

/** The activities as the worker registers them and the workflow calls them: one for each stage, and two that record. */
export function createActivities(deps: StageDeps) {
  return {
    validateFile: (edit: MassEditRef) => validateFile(deps, edit),
    detectCycles: (edit: MassEditRef) => detectCycles(deps, edit),
    detectCyclesWithoutDeletions: (edit: MassEditRef) => detectCyclesWithoutDeletions(deps, edit),
    createSegments: (edit: MassEditRef) => createSegments(deps, edit),
    deleteUsers: (edit: MassEditRef) => deleteUsers(deps, edit),
    upsertUsers: (edit: MassEditRef) => upsertUsers(deps, edit),
    mutateAttributes: (edit: MassEditRef) => mutateAttributes(deps, edit),
    backdateChanges: (edit: MassEditRef) => backdateChanges(deps, edit),
    recordDecision: (edit: MassEditRef, asked: RequestedDecision) =>
      recordAndNotify(deps, edit, async () => {
        const decided = await recordDecision(deps, edit, asked);
        if (decided.inForce === asked.decision) await noteOperator(deps.db, edit, asked);
        return decided;
      }),
    settle: (edit: MassEditRef, ending: Ending, reason?: FailureReason) =>
      recordAndNotify(deps, edit, async () => {
        if (ending === 'cancel') await noteOperator(deps.db, edit, { decision: 'cancel' });
        return finishMassEdit(deps, edit, ending, reason);
      }),
  };
}

/** Often enough for the heartbeat timeout of these activities in workflows/stages.ts. */
const HEARTBEAT_EVERY_MS = 1_000;

/** Runs an activity that records. Heartbeats meanwhile, and notifies viewers after the commit. */
async function recordAndNotify<T>({ db }: StageDeps, edit: MassEditRef, record: () => Promise<T>): Promise<T> {
  const result = await withHeartbeat(record, HEARTBEAT_EVERY_MS);
  createProgressNotifier(db, edit).changed();
  return result;
}

export type Activities = ReturnType<typeof createActivities>;
