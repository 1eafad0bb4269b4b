import { inOrganization } from '../db/client.ts';
import { findMassEdit, replaceWorkflowRunId } from '../db/mass-edits/mass-edits.ts';
import { currentRunOf, type RunToSignal, startRun, startToCancel, type TemporalDeps } from './temporal.ts';

/**
 * Keeps the lock from being left behind: a mass edit that is open in the database has an open run, or gets one.
 *
 * Where an operator reset its run, the new one is noted, so that signals go there. Where an operator terminated it, a
 * new run ends the mass edit as cancelled: what was applied stays and is counted. Where the engine has lost it
 * altogether, a new run goes on from the ledger. Run by many at once it comes to the same: the workflow id admits one
 * run at a time.
 *
 * @throws what the engine's client throws; looked at again later
 */
export async function repairLostRun(deps: TemporalDeps, seen: RunToSignal): Promise<void> {
  const { organizationId, massEditId } = seen;
  const current = await currentRunOf(deps.temporal, organizationId);
  if (current?.isOpen && current.runId === seen.runId) return;
  if (current?.isOpen && current.massEditId !== massEditId) return; // an earlier one that is just closing

  // Asked after the engine: a run that came to its end has said so in the database before.
  const edit = await inOrganization(deps.db, organizationId, (tx) => findMassEdit(tx, massEditId));
  if (!edit || edit.state === 'ended' || edit.workflowRunId !== seen.runId) return;
  const runId = current?.isOpen
    ? current.runId
    : await (current?.massEditId === massEditId ? startToCancel(deps, edit) : startRun(deps, edit));
  if (runId === null) return; // somebody else was quicker; the next round notes the run
  await inOrganization(deps.db, organizationId, (tx) =>
    replaceWorkflowRunId(tx, massEditId, { was: seen.runId, is: runId }),
  );
}
