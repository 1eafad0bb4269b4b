import { type SQL, sql } from 'drizzle-orm';
import type { Transaction } from '../client.ts';
import type { StageKey } from './checkpoints.ts';

type ChunkStart = { step: number; cursor: number };

/** Takes the lock of a chunk until its transaction ends. Two chunks with the same start take it one after the other. */
export async function lockChunk(tx: Transaction, stageKey: StageKey, start: ChunkStart): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(${keyOf(stageKey, start)})`);
}

/**
 * Waits for the end of the transaction that holds the lock of the chunk before. The wait is in the database, so that
 * PostgreSQL detects a deadlock with a third transaction. The checkpoint then shows whether that chunk was committed.
 */
export async function waitForChunk(tx: Transaction, stageKey: StageKey, start: ChunkStart): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock_shared(${keyOf(stageKey, start)})`);
}

const keyOf = ({ massEditId, stage }: StageKey, { step, cursor }: ChunkStart): SQL =>
  sql`hashtextextended(${`mass edit ${massEditId}, ${stage}, ${step}, ${cursor}`}, 0)`;
