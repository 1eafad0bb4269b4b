import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Decision, RequestedDecision } from '../../workflows/contract.ts';
import { only, type RowOf, type Transaction } from '../client.ts';
import { massEdits } from '../schema/mass-edits.ts';
import { organizations } from '../schema/schema.ts';

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
  const { id, decision, state, listDigest } = massEdits;
  const { listDigest: seen } = asked;
  const isOfList = seen === undefined ? sql`${asked.decision !== 'approve'}` : eq(listDigest, seen);
  const won = await tx
    .update(massEdits)
    .set({ decision: asked.decision, decidedBy: asked.by, decidedAt: sql`now()` })
    .where(and(eq(id, asked.id), isNull(decision), eq(state, 'awaiting_approval'), isOfList))
    .returning({ id });
  const [row] = await tx.select({ decision }).from(massEdits).where(eq(id, asked.id));
  return { won: won.length === 1, inForce: row?.decision ?? null };
}

/** Asks a running mass edit (not at the gate) to stop at its next chunk. A second call changes nothing. */
export async function requestCancellation(tx: Transaction, asked: { id: number; by: number | null }): Promise<void> {
  const { id, state, cancelRequestedAt } = massEdits;
  await tx
    .update(massEdits)
    .set({ cancelRequestedAt: sql`now()`, cancelRequestedBy: asked.by })
    .where(and(eq(id, asked.id), ne(state, 'ended'), isNull(cancelRequestedAt)));
}

const GATE = {
  id: massEdits.id,
  decision: massEdits.decision,
  gate: massEdits.gate,
  countRequired: massEdits.countRequired,
  deletions: massEdits.deletions,
  secondApprover: organizations.secondApprover,
};
export type GateRow = RowOf<typeof GATE>;

/** The gate of a mass edit. */
export async function findGate(tx: Transaction, massEditId: string): Promise<GateRow> {
  const rows = tx.select(GATE).from(massEdits).innerJoin(organizations, eq(organizations.id, massEdits.organizationId));
  return only(await rows.where(eq(massEdits.publicId, massEditId)));
}

/** Lets applying begin. Sets the day, in the organization's time zone, that the changes are dated with. */
export async function beginApplying(tx: Transaction, id: number): Promise<void> {
  await tx.execute(sql`update mass_edits m set state = 'applying',
      applied_on = coalesce(m.applied_on, (now() at time zone o.time_zone)::date)
    from organizations o where o.id = m.organization_id and m.id = ${id} and m.state = 'awaiting_approval'`);
}
