import { inOrganization } from '../db/client.ts';
import { findMassEdit, replaceWorkflowRunId } from '../db/mass-edits/mass-edits.ts';
import { currentRunOf, type RunToSignal, startRun, startToCancel, type TemporalDeps } from './temporal.ts';

/**
 * Makes sure that a mass edit that is open in the database has an open run. Otherwise it would keep the lock of its
 * organization.
 *
 * - If an operator reset the run, the id of the new run is saved, so that signals go there.
 * - If an operator terminated the run, a new run ends the mass edit as cancelled: what was applied stays and is
 *   counted.
 * - If the engine has lost the run, a new run continues after the checkpoints.
 *
 * Several processes may do this at once: the workflow id allows one run at a time.
 *
 * @throws the errors of the engine's client; the next round retries
 */
export async function repairLostRun(deps: TemporalDeps, seen: RunToSignal): Promise<void> {
  const { organizationId, massEditId } = seen;
  const current = await currentRunOf(deps.temporal, organizationId);
  if (current?.isOpen && current.runId === seen.runId) return;
  if (current?.isOpen && current.massEditId !== massEditId) return; // an earlier run that is closing

  // Read after the engine: a run that has ended has written its end to the database before.
  const edit = await inOrganization(deps.db, organizationId, (tx) => findMassEdit(tx, massEditId));
  if (!edit || edit.state === 'ended' || edit.workflowRunId !== seen.runId) return;
  const runId = current?.isOpen
    ? current.runId
    : await (current?.massEditId === massEditId ? startToCancel(deps, edit) : startRun(deps, edit));
  if (runId === null) return; // another process was faster; the next round saves the run
  await inOrganization(deps.db, organizationId, (tx) =>
    replaceWorkflowRunId(tx, massEditId, { was: seen.runId, is: runId }),
  );
}
