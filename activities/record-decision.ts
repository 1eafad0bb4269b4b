import { inOrganization } from '../db/client.ts';
import { muteNotifications } from '../db/mass-edits/change-notifications.ts';
import { beginApplying, decide, findGate, type GateRow } from '../db/mass-edits/decisions.ts';
import { gateRefusalOf, isSecondPersonRequired } from '../rules/gate.ts';
import type { AnswerRefusal, MassEditRef, Recorded, RequestedDecision } from '../workflows/contract.ts';
import { redactErrors } from './stage-runner/attempt.ts';
import type { StageDeps } from './stage-runner/stage.ts';

/**
 * Records the decision of an operator or of the clock, unless the API has recorded one before: the first one stays. An
 * answer is refused if it is for another list, if its count is wrong, or if a required count is absent. An operator's
 * answer is also refused if the organization demands a second person, because a signal does not say who sent it. If the
 * decision is to apply, the state becomes `applying` and the day of the changes is fixed. A second run changes nothing.
 *
 * @returns the decision in force; null if the gate still waits, with the reason for the refusal
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

/** The rules of the API apply to a signal too. Cancel and expiry are always accepted. */
function refusalIn(gate: GateRow, asked: RequestedDecision): AnswerRefusal | null {
  const { decision, listDigest } = asked;
  if (decision !== 'approve' && decision !== 'skip_deletions') return null;
  if (listDigest !== undefined && !isDigest(listDigest)) return 'other_list';
  return (
    gateRefusalOf(gate, { ...asked, decision }) ?? (isSecondPersonRequired(gate, decision) ? 'second_person' : null)
  );
}

/**
 * A signal can hold any JSON. Some JSON would make the query fail at each retry, and the gate would not receive the
 * next answer.
 */
const isDigest = (given: unknown): boolean => typeof given === 'string' && /^[0-9a-f]{64}$/.test(given);
