import { decide, requestCancellation } from '../../db/mass-edits/decisions.ts';
import { findMassEdit, type MassEditView } from '../../db/mass-edits/mass-edits.ts';
import type { AsCaller } from '../auth.ts';
import { throwProblem } from '../problems.ts';
import { signalCancellation, type TemporalDeps } from '../temporal.ts';

/**
 * Cancels a mass edit. At the gate, the cancellation is the decision, and nothing has been changed. A running mass edit
 * is asked to stop at its next chunk, and what is applied stays. A second request while it stops does the same.
 *
 * @param asCaller runs the writes for the caller who cancels
 * @param onSignalFailed called if the signal could not be sent; the reconciler sends it
 * @returns the mass edit after the request
 * @throws a problem: `already_ended`, and those of `asCaller`
 */
export async function cancelMassEdit(
  { temporal }: Pick<TemporalDeps, 'temporal'>,
  asCaller: AsCaller,
  edit: MassEditView,
  onSignalFailed: (error: unknown) => void,
): Promise<MassEditView> {
  const asked = await asCaller(async (tx, caller) => {
    const by = caller.user.id;
    const { inForce } = await decide(tx, { id: edit.id, decision: 'cancel', by });
    if (inForce !== 'cancel') await requestCancellation(tx, { id: edit.id, by });
    return findMassEdit(tx, edit.publicId);
  });
  if (!asked) throw new Error('The mass edit was there a moment ago');
  if (asked.state === 'ended' || asked.decision === 'expire') {
    throwProblem('already_ended', 'The mass edit has ended. There is nothing to cancel.', { state: asked.state });
  }
  const { organizationId, publicId, workflowRunId } = asked;
  // Not started yet: the reconciler starts it and then sends the signal.
  if (workflowRunId === null) return asked;
  await signalCancellation(temporal, { organizationId, massEditId: publicId, runId: workflowRunId }).catch(
    onSignalFailed,
  );
  return asked;
}
