import { sql } from 'drizzle-orm';
import type { GateAsked } from '../../rules/gate.ts';
import type { Decision, RequestedDecision } from '../../workflows/contract.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';

/**
 * `id`: the mass edit's internal key. `listDigest`: needed to approve; checked whenever it is given. `by`: the user who
 * decides; null for an operator or the clock.
 */
export type DecisionAsked = Pick<RequestedDecision, 'decision' | 'listDigest'> & { id: number; by: number | null };

/**
 * Decides a mass edit that waits at the gate. The row is the decision: one of many administrators, operators and the
 * clock wins. A second call, or a loser, changes nothing and gets the decision in force.
 */
export async function decide(
  tx: Transaction,
  asked: DecisionAsked,
): Promise<{ won: boolean; inForce: Decision | null }> {
  const needsDigest = asked.decision === 'approve';
  const won = await queryMany(
    tx,
    sql`update mass_edits set decision = ${asked.decision}, decided_by = ${asked.by}, decided_at = now()
        where id = ${asked.id} and decision is null and state = 'awaiting_approval'
          and (${asked.listDigest ?? null}::text = list_digest or (${asked.listDigest === undefined} and not ${needsDigest}))
        returning 1 as won`,
  );
  const [row] = await queryMany<{ decision: Decision | null }>(
    tx,
    sql`select decision from mass_edits where id = ${asked.id}`,
  );
  return { won: won.length === 1, inForce: row?.decision ?? null };
}

/** Asks a running mass edit (not at the gate) to stop at its next chunk. A second call changes nothing. */
export async function requestCancellation(tx: Transaction, asked: { id: number; by: number | null }): Promise<void> {
  await tx.execute(sql`update mass_edits set cancel_requested_at = now(), cancel_requested_by = ${asked.by}
    where id = ${asked.id} and state <> 'ended' and cancel_requested_at is null`);
}

export type GateRow = GateAsked & { id: number; decision: Decision | null };

/** The gate of a mass edit. */
export async function findGate(tx: Transaction, massEditId: string): Promise<GateRow> {
  return queryOne<GateRow>(
    tx,
    sql`select m.id, m.decision, m.gate, m.count_required as "countRequired", m.deletions,
          o.second_approver as "secondApprover"
        from mass_edits m join organizations o on o.id = m.organization_id where m.public_id = ${massEditId}`,
  );
}

/** Lets applying begin. Sets the day, in the organization's time zone, that the changes are dated with. */
export async function beginApplying(tx: Transaction, id: number): Promise<void> {
  await tx.execute(sql`update mass_edits m set state = 'applying',
      applied_on = coalesce(m.applied_on, (now() at time zone o.time_zone)::date)
    from organizations o where o.id = m.organization_id and m.id = ${id} and m.state = 'awaiting_approval'`);
}
