import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from './client.ts';
import type { Ledger } from './ledger.ts';

/** Where a chunk begins in the order of its stage. */
type Begins = { step: number; cursor: number };

/** Holds the place of a chunk until its transaction ends. Two chunks that begin at the same place hold it one after the other. */
export async function takePlace(tx: Transaction, ledger: Ledger, begins: Begins): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${keyOf(ledger, begins)})`);
}

/**
 * Waits for the end of the transaction that holds the place of the chunk before. In the database, so that it sees where a
 * third transaction waits for both; whether that chunk was committed is what the checkpoint says then.
 */
export async function afterPlace(tx: Transaction, ledger: Ledger, begins: Begins): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${keyOf(ledger, begins)})`);
}

const keyOf = ({ massEditId, stage }: Ledger, { step, cursor }: Begins): SQL =>
  sql`hashtextextended(${`mass edit ${massEditId}, ${stage}, ${step}, ${cursor}`}, 0)`;
