import { type Database, inOrganization, type Transaction } from '../../db/client.ts';
import { beginStage, type Checkpoint, endStage, saveCheckpoint } from '../../db/stages/checkpoints.ts';
import { assertFence, type ClaimedMassEdit } from '../../db/stages/fence.ts';
import { type MassEditRef, type StageName, type StageResult, stageNumber } from '../../workflows/contract.ts';
import { createAnalyzeTracker, type RowsAdded } from './analyze-tracker.ts';
import { claimFence, redactErrors, throwIfCancelled, withHeartbeat } from './attempt.ts';
import { refuseFurtherAttempts, withFailureCount } from './failed-attempts.ts';
import { createProgressNotifier, type ProgressNotifier } from './notify-viewers.ts';
import { createOrderedChunkWriter } from './ordered-chunk-writer.ts';

export type Limits = { maxBytes: number; maxRows: number; maxColumns: number; maxCellCharacters: number };
export type StageDeps = {
  db: Database;
  limits: Limits;
  languages: string[];
  /** Rows a chunk; 5,000 by default. */
  chunkRows?: number;
};

/**
 * The result of a chunk: its position in the order of the step, the progress that users see, and the rows added to
 * tables that later statements query. `restart`: run all steps again from the first.
 */
export type ChunkProgress = {
  cursor: number;
  done: number;
  total: number;
  finished: boolean;
  rowsAdded?: RowsAdded;
  restart?: boolean;
};
/** Writes the next chunk after the checkpoint, of `limit` rows at most. */
export type ChunkHandler = (tx: Transaction, at: Checkpoint & { limit: number }) => Promise<ChunkProgress>;

/** A chunk whose checkpoint is known before the chunk is written. */
export type PreparedChunk = ChunkProgress & {
  write: (tx: Transaction) => Promise<unknown>;
  /**
   * A write to a row that every chunk writes. Runs after the previous chunk has committed: if it ran earlier, it would
   * block that chunk.
   */
  writeAfterPrevious?: (tx: Transaction) => Promise<unknown>;
  /** Locks rows that other writers lock too, so it may not hold these locks while it waits for the previous chunk. */
  exclusive?: boolean;
};
/**
 * Prepares one chunk after the other while earlier chunks are written. Two are written at a time, and they commit in
 * order.
 */
export type ChunkProducer = { prepareNext: () => Promise<PreparedChunk> };

/** One pass of a stage. Called once an attempt, with the checkpoint after which to continue. */
export type Step = (
  edit: ClaimedMassEdit,
  at: Checkpoint,
) => Promise<ChunkHandler | ChunkProducer> | ChunkHandler | ChunkProducer;

export type StageEnd<Result> = { status: 'done' | 'not_applied'; result: Result };
export type StageDefinition<Result extends Record<string, unknown>> = {
  stage: StageName;
  /** Order in the fence; by default ten times the number of the stage. */
  fenceOrder?: number;
  /** Runs with the fence, before the checkpoint is read. Only to reopen a stage that is done, or to restart a stage. */
  prepare?: (tx: Transaction, edit: ClaimedMassEdit) => Promise<void>;
  steps: Step[];
  /** Runs in the transaction that ends the stage. */
  finish: (tx: Transaction, edit: ClaimedMassEdit, at: Checkpoint) => Promise<StageEnd<Result>>;
};

/**
 * Rows a chunk: large enough that the fixed cost of the transaction does not count, and small enough that another
 * writer waits at most about 50 ms.
 */
const CHUNK_ROWS = 5_000;
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
  const number = stageNumber(work.stage);
  const notifier = createProgressNotifier(deps.db, ref);
  return redactErrors(work.stage, () =>
    withHeartbeat(async (heartbeat) => {
      const edit = await claimFence(deps.db, ref, work.fenceOrder ?? number * 10);
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
type StepOutcome = { at: Checkpoint; restart: boolean };

/** Runs the steps from the checkpoint on, and returns the last checkpoint. */
async function runSteps(run: StageRun, from: Checkpoint): Promise<Checkpoint> {
  let at = from;
  for (const [index, openStep] of run.work.steps.entries()) {
    if (index < at.step) continue;
    const step = await openStep(run.edit, at);
    const outcome = await ('prepareNext' in step
      ? runPipelined(run, index, step, at)
      : runSequential(run, index, step, at));
    at = outcome.at;
    if (outcome.restart) return runSteps(run, at);
  }
  return at;
}

/** For a step whose chunk is known only after its write. */
async function runSequential(
  run: StageRun,
  index: number,
  chunk: ChunkHandler,
  from: Checkpoint,
): Promise<StepOutcome> {
  const recordInserts = createAnalyzeTracker(run.deps.db);
  for (let at = from; ; ) {
    throwIfCancelled();
    const { did, next } = await run.write(async (tx) => {
      const did = await chunk(tx, { ...at, limit: chunkRowsOf(run.deps) });
      const next = nextCheckpoint(run, index, at, did);
      await saveCheckpoint(tx, { massEditId: run.edit.id, stage: run.number }, at, next);
      return { did, next };
    });
    at = next;
    afterCommit(run, at);
    if (did.restart) return { at, restart: true };
    await recordInserts(did.rowsAdded ?? {}, did.finished);
    if (did.finished) return { at, restart: false };
  }
}

/** For a step that prepares its chunks. */
async function runPipelined(
  run: StageRun,
  index: number,
  { prepareNext }: ChunkProducer,
  from: Checkpoint,
): Promise<StepOutcome> {
  const recordInserts = createAnalyzeTracker(run.deps.db);
  const writer = createOrderedChunkWriter(run.write, { massEditId: run.edit.id, stage: run.number });
  try {
    for (let at = from; ; ) {
      throwIfCancelled();
      const chunk = await prepareNext();
      const next = nextCheckpoint(run, index, at, chunk);
      await writer.submit(chunk, at, next, async () => {
        afterCommit(run, next);
        await recordInserts(chunk.rowsAdded ?? {}, chunk.finished);
      });
      at = next;
      if (!chunk.finished) continue;
      await writer.finish();
      return { at, restart: false };
    }
  } finally {
    await writer.drain();
  }
}

function afterCommit(run: StageRun, { done, total }: Checkpoint): void {
  run.heartbeat({ done, total });
  run.notifier.progressed();
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
    // A validation that restarts counts its rows again. Without the limit, progress would have to go back at the end.
    done: Math.min(Math.max(at.done, did.done), total),
    total,
  };
}
