import type { Transaction } from '../../db/client.ts';
import { type Checkpoint, type StageKey, saveCheckpoint } from '../../db/stages/checkpoints.ts';
import { lockChunk, waitForChunk } from '../../db/stages/chunk-locks.ts';
import type { PreparedChunk } from './stage.ts';

type Chunk = Pick<PreparedChunk, 'write' | 'writeAfterPrevious' | 'exclusive'>;
type Write = <T>(chunk: (tx: Transaction) => Promise<T>) => Promise<T>;

/**
 * Writes chunks of a stage, two at a time, as PostgreSQL uses one core for each connection. They are committed in their
 * order, each only where the checkpoint stands at its beginning, so that the ledger never tells of a chunk without the
 * ones before it.
 *
 * A chunk waits for the one before it in the database, where a third transaction that waits for both is seen. What locks
 * rows that others lock too is written alone: others go through people in the order of their keys, and so does a stage
 * only as long as it holds one chunk at a time.
 */
export function createOrderedChunkWriter(write: Write, stageKey: StageKey) {
  let before: Promise<void> = Promise.resolve();
  let last: Promise<void> = Promise.resolve();
  let lastBegins: Checkpoint | null = null;

  /** Resolves when the chunk has its place, with a promise of its end. */
  const open = (chunk: Chunk, from: Checkpoint, to: Checkpoint, committed: () => Promise<void>) =>
    new Promise<{ ended: Promise<void> }>((resolve) => {
      const previous = lastBegins;
      const ended = write(async (tx) => {
        await lockChunk(tx, stageKey, from);
        resolve({ ended });
        await chunk.write(tx);
        if (previous) await waitForChunk(tx, stageKey, previous);
        await chunk.writeAfterPrevious?.(tx);
        await saveCheckpoint(tx, stageKey, from, to);
      }).then(committed);
      // Also where it fails before it has a place; whoever begins the next chunk, or waits for the end, is told.
      ended.catch(() => resolve({ ended }));
    });

  return {
    /** Begins to write a chunk when there is room for it. Throws what a chunk before it threw. */
    submit: async (chunk: Chunk, from: Checkpoint, to: Checkpoint, committed: () => Promise<void>): Promise<void> => {
      await before;
      if (chunk.exclusive) await last;
      const { ended } = await open(chunk, from, to, committed);
      [before, last, lastBegins] = [last, ended, from];
      if (chunk.exclusive) await last;
    },
    /** Waits until all are committed. Throws what any of them threw. */
    finish: async (): Promise<void> => {
      await before;
      await last;
    },
    /** Waits until nothing is under way any more, however it ended. */
    drain: async (): Promise<void> => {
      await Promise.allSettled([before, last]);
    },
  };
}
