import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '../client.ts';
import type { StageKey } from './checkpoints.ts';

/** Where a chunk begins in the order of its stage. */
type ChunkStart = { step: number; cursor: number };

/** Holds the place of a chunk until its transaction ends. Two chunks that begin at the same place hold it one after the other. */
export async function lockChunk(tx: Transaction, stageKey: StageKey, start: ChunkStart): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${keyOf(stageKey, start)})`);
}

/**
 * Waits for the end of the transaction that holds the place of the chunk before. In the database, so that it sees where a
 * third transaction waits for both; whether that chunk was committed is what the checkpoint says then.
 */
export async function waitForChunk(tx: Transaction, stageKey: StageKey, start: ChunkStart): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${keyOf(stageKey, start)})`);
}

const keyOf = ({ massEditId, stage }: StageKey, { step, cursor }: ChunkStart): SQL =>
  sql`hashtextextended(${`mass edit ${massEditId}, ${stage}, ${step}, ${cursor}`}, 0)`;
