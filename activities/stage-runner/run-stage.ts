import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { inOrganization, type Transaction } from '../../db/client.ts';
import { beginStage, type Checkpoint, endStage } from '../../db/stages/checkpoints.ts';
import { assertFence } from '../../db/stages/fence.ts';
import type { MassEditRef, StageResult } from '../../workflows/contract.ts';
import { STAGES } from '../../workflows/stages.ts';
import { createAnalyzeTracker } from './analyze-tracker.ts';
import { claimFence, redactErrors, throwIfCancelled, withHeartbeat } from './attempt.ts';
import { refuseFurtherAttempts, withFailureCount } from './failed-attempts.ts';
import { createProgressNotifier, type ProgressNotifier } from './notify-viewers.ts';
import { createOrderedChunkWriter } from './ordered-chunk-writer.ts';
import type { ChunkHandler, ChunkProducer, ChunkProgress, PreparedChunk, StageDefinition, StageDeps } from './stage.ts';

/**
 * Rows a chunk. With this many rows the fixed cost of a transaction is small, and another writer waits about 50 ms at
 * most.
 */
const CHUNK_ROWS = 5_000;
/** The number of rows in a chunk. */
export const chunkRowsOf = (deps: StageDeps): number => deps.chunkRows ?? CHUNK_ROWS;

/**
 * Runs a stage chunk by chunk: one transaction = one chunk = one checkpoint = one heartbeat. A retry continues after
 * the checkpoint. A stage that is done returns its stored result and writes nothing. The fence refuses an older attempt
 * that wakes up. Cancellation is checked between chunks. A stage that makes no progress is given up.
 *
 * @throws CancelledFailure if asked to stop; ApplicationFailure for faults, without data of a row: the engine retries
 *   unless the stage is given up
 */
export async function runStage<Result extends Record<string, unknown>>(
  deps: StageDeps,
  ref: MassEditRef,
  work: StageDefinition<Result>,
): Promise<StageResult<Result>> {
  const { number, fenceOrder } = STAGES[work.stage];
  const notifier = createProgressNotifier(deps.db, ref);
  return redactErrors(work.stage, () =>
    withHeartbeat(async (heartbeat) => {
      const edit = await claimFence(deps.db, ref, work.fenceOrder ?? fenceOrder);
      const write: Write = (chunk) =>
        inOrganization(deps.db, edit.organizationId, async (tx) => {
          await assertFence(tx, edit);
          return chunk(tx);
        });
      const result = await withFailureCount(deps.db, edit, number, async () => {
        const begun = await write(async (tx) => {
          await work.prepare?.(tx, edit);
          return beginStage(tx, edit.id, number);
        });
        if (begun.status !== 'running') return begun.result as StageResult<Result>;
        refuseFurtherAttempts(begun);
        notifier.changed();

        const at = await runSteps({ deps, edit, number, work, write, heartbeat, notifier }, begun);
        return write(async (tx) => {
          const { status, result } = await work.finish(tx, edit, at);
          await endStage(tx, edit.id, number, status, { ...result, status });
          return { ...result, status };
        });
      });
      notifier.changed();
      return result;
    }),
  );
}

/** Opens a transaction that asserts the fence. */
type Write = <T>(chunk: (tx: Transaction) => Promise<T>) => Promise<T>;
type StageRun = {
  deps: StageDeps;
  edit: ClaimedMassEdit;
  number: number;
  work: Pick<StageDefinition<never>, 'steps'>;
  write: Write;
  heartbeat: (details: unknown) => void;
  notifier: ProgressNotifier;
};

/** Runs the steps from the checkpoint on, and returns the last checkpoint. */
async function runSteps(run: StageRun, from: Checkpoint): Promise<Checkpoint> {
  let at = from;
  for (const [index, openStep] of run.work.steps.entries()) {
    if (index < at.step) continue;
    const step = await openStep(run.edit, at);
    const producer = typeof step === 'function' ? producerOf(step, run.deps) : step;
    const outcome = await runStep(run, index, producer, at);
    at = outcome.at;
    if (outcome.restart) return runSteps(run, at);
  }
  return at;
}

/**
 * A handler as a producer. The progress of its chunk is known only after the write, and so is the start of the next
 * chunk: each runs exclusively.
 */
const producerOf = (handler: ChunkHandler, deps: StageDeps): ChunkProducer => ({
  prepareNext: async (at) => {
    const chunk: PreparedChunk = {
      ...{ ...at, finished: false, exclusive: true },
      write: async (tx) => Object.assign(chunk, await handler(tx, { ...at, limit: chunkRowsOf(deps) })),
    };
    return chunk;
  },
});

/** Writes the chunks of a step, and prepares the next one meanwhile. */
async function runStep(
  run: StageRun,
  index: number,
  { prepareNext }: ChunkProducer,
  from: Checkpoint,
): Promise<{ at: Checkpoint; restart: boolean }> {
  const recordInserts = createAnalyzeTracker(run.deps.db);
  const writer = createOrderedChunkWriter(run.write, { massEditId: run.edit.id, stage: run.number });
  try {
    for (let at = from; ; ) {
      throwIfCancelled();
      const [begin, chunk] = [at, await prepareNext(at)];
      const end = (): Checkpoint => nextCheckpoint(run, index, begin, chunk);
      await writer.submit(chunk, begin, end, async () => {
        const { done, total } = end();
        run.heartbeat({ done, total });
        run.notifier.progressed();
        await recordInserts(chunk.rowsAdded ?? {}, chunk.finished);
      });
      at = end();
      if (!chunk.finished && !chunk.restart) continue;
      await writer.finish();
      return { at, restart: chunk.restart ?? false };
    }
  } finally {
    await writer.drain();
  }
}

/**
 * The checkpoint after a chunk. After the last step the cursor stays: it shows how far the stage has come until the
 * stage is done.
 */
function nextCheckpoint(run: StageRun, index: number, at: Checkpoint, did: ChunkProgress): Checkpoint {
  const isLast = index + 1 === run.work.steps.length;
  const total = Math.max(at.total, did.total);
  return {
    ...at,
    step: did.restart ? 0 : did.finished ? index + 1 : index,
    cursor: did.restart || (did.finished && !isLast) ? 0 : did.cursor,
    // A validation that restarts counts its rows again. Without the limit, progress would go back at the end.
    done: Math.min(Math.max(at.done, did.done), total),
    total,
  };
}
