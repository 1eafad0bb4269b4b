import { sql } from 'drizzle-orm';
import { queryMany, type Transaction } from '../client.ts';
import { muteNotifications } from './change-notifications.ts';

/**
 * Whether an answer or a cancellation is in force that neither a user nor the clock gave, without a stored operator.
 */
const IS_UNNAMED_OPERATOR = sql.raw(`answered_by_operator is null and decided_by is null and cancel_requested_by is null
  and decision is distinct from 'expire'`);

/** Whether the operator who answered or cancelled a mass edit is still unknown. */
export async function isOperatorUnknown(tx: Transaction, massEditId: string): Promise<boolean> {
  const rows = await queryMany(
    tx,
    sql`select 1 from mass_edits where public_id = ${massEditId} and ${IS_UNNAMED_OPERATOR}`,
  );
  return rows.length > 0;
}

/** Saves the operator. The first one stays. */
export async function setOperator(tx: Transaction, massEditId: string, identity: string): Promise<void> {
  await muteNotifications(tx);
  await tx.execute(sql`update mass_edits set answered_by_operator = ${identity}
    where public_id = ${massEditId} and ${IS_UNNAMED_OPERATOR}`);
}
