import { inOrganization } from '../db/client.ts';
import { beginApplying, decide, gateOf } from '../db/decisions.ts';
import { tellAfterwards } from '../db/notices.ts';
import type { Asked, Decision, MassEditRef } from '../workflows/contract.ts';
import { withoutPersonalData } from './attempt.ts';
import type { StageDeps } from './in-chunks.ts';

/**
 * Records the answer of an operator or of the clock, or finds that the API has recorded one before: the first one stays.
 * An approval of another list, or without the number where it must be given, decides nothing. Where the decision in
 * force is to apply, applying begins: the state moves on and the day of the changes is fixed. Run twice: the same.
 *
 * @returns the decision in force, null where the gate waits on
 */
export async function recordDecision(
  deps: StageDeps,
  ref: MassEditRef,
  asked: Asked,
): Promise<{ inForce: Decision | null }> {
  return withoutPersonalData('Recording the decision', () =>
    inOrganization(deps.db, ref.organizationId, async (tx) => {
      await tellAfterwards(tx);
      const gate = await gateOf(tx, ref.massEditId);
      const counted = asked.decision !== 'approve' || !gate.countRequired || asked.count === gate.deletions;
      const { inForce } = counted
        ? await decide(tx, { id: gate.id, decision: asked.decision, listDigest: asked.listDigest, by: null })
        : { inForce: gate.decision };
      if (inForce === 'approve' || inForce === 'skip_deletions') await beginApplying(tx, gate.id);
      return { inForce };
    }),
  );
}
