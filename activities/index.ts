import type { Asked, Ending, FailureReason, MassEditRef } from '../workflows/contract.ts';
import { backdateChanges } from './backdate-changes.ts';
import { createSegments } from './create-segments.ts';
import { deleteUsers } from './delete-users.ts';
import { detectCycles, detectCyclesWithoutDeletions } from './detect-cycles.ts';
import type { StageDeps } from './in-chunks.ts';
import { mutateAttributes } from './mutate-attributes.ts';
import { recordDecision } from './record-decision.ts';
import { settle } from './settle.ts';
import { viewersOf } from './tell-viewers.ts';
import { upsertUsers } from './upsert-users.ts';
import { validateFile } from './validate-file.ts';

/** The activities as the worker registers them and the workflow calls them; one a stage, and two that record. */
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
    recordDecision: (edit: MassEditRef, asked: Asked) => told(deps, edit, recordDecision(deps, edit, asked)),
    settle: (edit: MassEditRef, ending: Ending, reason?: FailureReason) =>
      told(deps, edit, settle(deps, edit, ending, reason)),
  };
}

/** Tells viewers when it is committed. */
async function told<T>({ db }: StageDeps, edit: MassEditRef, recorded: Promise<T>): Promise<T> {
  const result = await recorded;
  viewersOf(db, edit).changed();
  return result;
}

export type Activities = ReturnType<typeof createActivities>;
