import { inOrganization } from '../db/client.ts';
import { muteNotifications } from '../db/mass-edits/change-notifications.ts';
import { beginApplying, decide, findGate, type GateRow } from '../db/mass-edits/decisions.ts';
import { type Gate, gateRefusalOf, isSecondPersonRequired } from '../rules/gate.ts';
import type { AnswerRefusal, MassEditRef, Recorded, RequestedDecision } from '../workflows/contract.ts';
import { redactErrors } from './stage-runner/attempt.ts';
import type { StageDeps } from './stage-runner/stage.ts';

/**
 * Records the answer of an operator or of the clock, or finds that the API has recorded one before: the first one stays.
 * An answer for another list, with a wrong number or without one that must be given, decides nothing; nor does one by an
 * operator if the organization demands a second person, as a signal does not say who gave it. If the decision in force is to
 * apply, applying begins: the state moves on and the day of the changes is fixed. Run twice: the same.
 *
 * @returns the decision in force, null if the gate waits on; then also why the answer was refused
 */
export async function recordDecision(deps: StageDeps, ref: MassEditRef, asked: RequestedDecision): Promise<Recorded> {
  return redactErrors('Recording the decision', () =>
    inOrganization(deps.db, ref.organizationId, async (tx) => {
      await muteNotifications(tx);
      const gate = await findGate(tx, ref.massEditId);
      const refused = refusalIn(gate, asked);
      const { inForce } = refused
        ? { inForce: gate.decision }
        : await decide(tx, { id: gate.id, decision: asked.decision, listDigest: asked.listDigest, by: null });
      if (inForce === 'approve' || inForce === 'skip_deletions') await beginApplying(tx, gate.id);
      return inForce ? { inForce } : { inForce, refused: refused ?? 'other_list' };
    }),
  );
}

/** The rules of the API hold for a signal too; to cancel, and the clock, are always heard. */
function refusalIn({ gate, ...row }: GateRow, asked: RequestedDecision): AnswerRefusal | null {
  const { decision } = asked;
  if (decision !== 'approve' && decision !== 'skip_deletions') return null;
  const waits = { ...row, gate: gate as Gate | null };
  return (
    gateRefusalOf(waits, { ...asked, decision }) ?? (isSecondPersonRequired(waits, decision) ? 'second_person' : null)
  );
}
