import type { Transaction } from '../../db/client.ts';
import { type Checkpoint, type StageKey, saveCheckpoint } from '../../db/stages/checkpoints.ts';
import { lockChunk, waitForChunk } from '../../db/stages/chunk-locks.ts';
import type { PreparedChunk } from './stage.ts';

type Chunk = Pick<PreparedChunk, 'write' | 'writeAfterPrevious' | 'exclusive'>;
type Write = <T>(chunk: (tx: Transaction) => Promise<T>) => Promise<T>;

/**
 * Writes two chunks of a stage at a time, because PostgreSQL uses one core for each connection. Chunks commit in order:
 * a chunk commits only if the checkpoint is at its start. So the checkpoint never covers a chunk without the chunks
 * before it.
 *
 *              time ─────────────────────────────────────────────────────────────►
 *     chunk 1  │lock 1│write ─────────│commit│
 *     chunk 2         │lock 2│write ──│wait 1│commit│
 *     chunk 3                                │lock 3│write ─────│commit│
 *     chunk 4, exclusive                                               │write│commit│
 *     wait 1: for the lock of chunk 1, which its commit releases. A commit has the checkpoint.
 *
 * A chunk waits for the previous chunk in the database, so that PostgreSQL sees a deadlock with a third transaction. A
 * chunk that locks existing users runs exclusively, without locks of chunks. Every writer locks users in id order. With
 * two chunks open, a stage would break that order and could deadlock.
 */
export function createOrderedChunkWriter(write: Write, stageKey: StageKey) {
  let before: Promise<void> = Promise.resolve();
  let last: Promise<void> = Promise.resolve();
  let lastBegins: Checkpoint | null = null;

  /** Resolves when the chunk holds its lock, with a promise of its end. */
  const open = (chunk: Chunk, from: Checkpoint, to: () => Checkpoint, committed: () => Promise<void>) =>
    new Promise<{ ended: Promise<void> }>((resolve) => {
      const previous = chunk.exclusive ? null : lastBegins;
      const ended = write(async (tx) => {
        if (!chunk.exclusive) await lockChunk(tx, stageKey, from);
        resolve({ ended });
        await chunk.write(tx);
        if (previous) await waitForChunk(tx, stageKey, previous);
        await chunk.writeAfterPrevious?.(tx);
        await saveCheckpoint(tx, stageKey, from, to());
      }).then(committed);
      // Resolves also if the write fails before the lock. The next `submit` or `finish` throws the error.
      ended.catch(() => resolve({ ended }));
    });

  return {
    /**
     * Starts to write a chunk as soon as fewer than two are open. Returns when the chunk has begun; an exclusive chunk
     * is committed then. Throws the error of an earlier chunk.
     *
     * @param to the checkpoint at the end of the chunk; called after `write` if the chunk is exclusive
     */
    submit: async (
      chunk: Chunk,
      from: Checkpoint,
      to: () => Checkpoint,
      committed: () => Promise<void>,
    ): Promise<void> => {
      await before;
      if (chunk.exclusive) await last;
      const { ended } = await open(chunk, from, to, committed);
      [before, last, lastBegins] = [last, ended, chunk.exclusive ? null : from];
      if (chunk.exclusive) await last;
    },
    /** Waits until all chunks are committed. Throws the error of any chunk. */
    finish: async (): Promise<void> => {
      await before;
      await last;
    },
    /** Waits until no write is open, and ignores errors. */
    drain: async (): Promise<void> => {
      await Promise.allSettled([before, last]);
    },
  };
}
