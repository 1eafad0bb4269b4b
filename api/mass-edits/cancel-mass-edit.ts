import { decide, requestCancellation } from '../../db/mass-edits/decisions.ts';
import { findMassEdit, type MassEditView } from '../../db/mass-edits/mass-edits.ts';
import type { AsCaller } from '../auth.ts';
import { throwProblem } from '../problems.ts';
import { signalCancellation, type TemporalDeps } from '../temporal.ts';

/**
 * Cancels a mass edit: at the gate by deciding so, and nothing has been changed; under way by asking it to stop at its
 * next chunk, and what is applied stays. Asked again while it stops, the same.
 *
 * @param asCaller runs what is done for the caller who cancels
 * @param onSignalFailed called where the engine could not be told; the sweeper tells it
 * @returns the mass edit as it is then
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
  // Not started yet: the sweeper starts it and then tells it.
  if (workflowRunId === null) return asked;
  await signalCancellation(temporal, { organizationId, massEditId: publicId, runId: workflowRunId }).catch(
    onSignalFailed,
  );
  return asked;
}
