import { inOrganization } from '../db/client.ts';
import { beginApplying, decide, type GateRow, gateOf } from '../db/decisions.ts';
import { tellAfterwards } from '../db/notices.ts';
import type { AnswerRefusal, Asked, MassEditRef, Recorded } from '../workflows/contract.ts';
import { withoutPersonalData } from './attempt.ts';
import type { StageDeps } from './in-chunks.ts';
import { type Gate, isSecondPersonRequired, refusalOf } from './rules/gate.ts';

/**
 * Records the answer of an operator or of the clock, or finds that the API has recorded one before: the first one stays.
 * An answer for another list, with a wrong number or without one that must be given, decides nothing; nor does one by an
 * operator if the organization demands a second person, as a signal does not say who gave it. If the decision in force is to
 * apply, applying begins: the state moves on and the day of the changes is fixed. Run twice: the same.
 *
 * @returns the decision in force, null if the gate waits on; then also why the answer was refused
 */
export async function recordDecision(deps: StageDeps, ref: MassEditRef, asked: Asked): Promise<Recorded> {
  return withoutPersonalData('Recording the decision', () =>
    inOrganization(deps.db, ref.organizationId, async (tx) => {
      await tellAfterwards(tx);
      const gate = await gateOf(tx, ref.massEditId);
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
function refusalIn({ gate, ...row }: GateRow, asked: Asked): AnswerRefusal | null {
  const { decision, listDigest } = asked;
  if (decision !== 'approve' && decision !== 'skip_deletions') return null;
  if (listDigest !== undefined && !isDigest(listDigest)) return 'other_list';
  const waits = { ...row, gate: gate as Gate | null };
  return refusalOf(waits, { ...asked, decision }) ?? (isSecondPersonRequired(waits, decision) ? 'second_person' : null);
}

/** A signal can hold any JSON. The database would fail at some of it, and the gate would not hear the next answer. */
const isDigest = (given: unknown): boolean => typeof given === 'string' && /^[0-9a-f]{64}$/.test(given);
