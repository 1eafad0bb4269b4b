import { ApplicationFailure, CancelledFailure, Context } from '@temporalio/activity';
import { type Database, inOrganization, type Transaction } from '../db/client.ts';
import { type ClaimedEdit, claim, holdFence, sqlStateOf } from '../db/fence.ts';
import { beginStage, type Checkpoint, endStage, saveCheckpoint } from '../db/ledger.ts';
import { NotProved } from '../db/proof.ts';
import { type FilledTable, refreshStatistics } from '../db/statistics.ts';
import { type MassEditRef, type StageName, type StageResult, stageNumber } from '../workflows/contract.ts';

export type Limits = { maxBytes: number; maxRows: number; maxColumns: number; maxCellCharacters: number };
export type StageDeps = {
  db: Database;
  limits: Limits;
  languages: string[];
  /** Rows a chunk; 5,000 where nothing is said. */
  chunkRows?: number;
};

/**
 * What a chunk did: how far it came in the step's own order, what the person sees of it, and how many rows it added to
 * tables that are looked things up in afterwards. `anew`: all steps are to be taken once more, from the first.
 */
export type ChunkDone = {
  cursor: number;
  done: number;
  total: number;
  finished: boolean;
  filled?: Filled;
  anew?: boolean;
};
type Filled = Partial<Record<FilledTable, number>>;
/** Does the next chunk after the checkpoint, of `limit` rows at most. */
export type ChunkWork = (tx: Transaction, at: Checkpoint & { limit: number }) => Promise<ChunkDone>;
/** Works out the next chunk before its transaction begins, so that nobody waits for what is only read. */
export type AheadOfWrite = { workOut: () => Promise<ChunkWork> };
/** One pass of a stage: called once an attempt, with the cursor to go on after. */
export type Step = (edit: ClaimedEdit, cursor: number) => Promise<ChunkWork | AheadOfWrite> | ChunkWork | AheadOfWrite;

export type StageEnd<Result> = { status: 'done' | 'not_applied'; result: Result };
export type StageWork<Result extends Record<string, unknown>> = {
  stage: StageName;
  /** Place in the order of the workflow, for the fence; by default ten times the stage's number. */
  place?: number;
  /** Runs with the claim, before the ledger is asked: only to open a done stage again, or to begin one anew. */
  prepare?: (tx: Transaction, edit: ClaimedEdit) => Promise<void>;
  steps: Step[];
  /** Runs in the transaction that ends the stage. */
  finish: (tx: Transaction, edit: ClaimedEdit, at: Checkpoint) => Promise<StageEnd<Result>>;
};

/**
 * Rows a chunk: large enough that its transaction's fixed cost vanishes, small enough that another writer waits about
 * 50 ms for it at most.
 */
const CHUNK_ROWS = 5_000;
export const chunkRowsOf = (deps: StageDeps): number => deps.chunkRows ?? CHUNK_ROWS;
/** Below this many rows even the worst plan takes no time; above it the planner is told at each fourfold. */
const STATISTICS_FROM_ROWS = 300;
const STATISTICS_GROWTH = 4;
/** What is told last holds for the stages to come; a table that is half as large again needs no other plan. */
const STATISTICS_GROWTH_AT_END = 1.5;
/** Well under the heartbeat timeout in workflows/stages.ts, for chunks that are one long statement. */
const HEARTBEAT_EVERY_MS = 5_000;

/**
 * Runs a stage chunk by chunk: one transaction = one chunk = one checkpoint = one heartbeat. A retried stage goes on
 * from its checkpoint; a stage that was done gives its stored result and touches nothing. An older attempt that wakes
 * up is refused by the fence. Cancellation is looked at between chunks.
 *
 * @throws CancelledFailure when asked to stop; ApplicationFailure (retried by the engine) for faults, without any value
 *   of a row in it
 */
export async function inChunks<Result extends Record<string, unknown>>(
  deps: StageDeps,
  ref: MassEditRef,
  work: StageWork<Result>,
): Promise<StageResult<Result>> {
  const number = stageNumber(work.stage);
  return withoutPersonalData(work.stage, () =>
    heartbeating(async (beat) => {
      const edit = await claimFor(deps.db, ref, work.place ?? number * 10);
      const write: Write = (chunk) =>
        inOrganization(deps.db, edit.organizationId, async (tx) => {
          await holdFence(tx, edit);
          return chunk(tx);
        });
      const begun = await write(async (tx) => {
        await work.prepare?.(tx, edit);
        return beginStage(tx, edit.id, number);
      });
      if (begun.status !== 'running') return begun.result as StageResult<Result>;

      const at = await takeSteps({ deps, edit, number, work, write, beat }, begun);
      return write(async (tx) => {
        const { status, result } = await work.finish(tx, edit, at);
        await endStage(tx, edit.id, number, status, { ...result, status });
        return { ...result, status };
      });
    }),
  );
}

/** Opens a transaction of the holder of the fence. */
type Write = <T>(chunk: (tx: Transaction) => Promise<T>) => Promise<T>;
type Run = {
  deps: StageDeps;
  edit: ClaimedEdit;
  number: number;
  work: Pick<StageWork<never>, 'steps'>;
  write: Write;
  beat: (details: unknown) => void;
};

/** Takes the steps from the checkpoint on, and gives the one behind the last. */
async function takeSteps(run: Run, from: Checkpoint): Promise<Checkpoint> {
  const tellPlanner = statisticsOf(run.deps.db);
  let at = from;
  for (const [index, open] of run.work.steps.entries()) {
    if (index < at.step) continue;
    const step = await open(run.edit, at.cursor);
    for (let finished = false; !finished; ) {
      throwIfCancelled();
      const taken = await takeChunk(run, index, step, at);
      at = taken.at;
      finished = taken.finished;
      run.beat({ done: at.done, total: at.total });
      if (taken.anew) return takeSteps(run, at);
      await tellPlanner(taken.filled, taken.finished);
    }
  }
  return at;
}

/** One transaction: the chunk's work, and the checkpoint behind it. */
async function takeChunk(run: Run, index: number, step: ChunkWork | AheadOfWrite, at: Checkpoint) {
  const isLast = index + 1 === run.work.steps.length;
  const chunk = 'workOut' in step ? await step.workOut() : step;
  return run.write(async (tx) => {
    const did = await chunk(tx, { ...at, limit: chunkRowsOf(run.deps) });
    // After the last step the cursor stays: it tells how far the stage has come until it is marked as done.
    const total = Math.max(at.total, did.total);
    const next = {
      step: did.anew ? 0 : did.finished ? index + 1 : index,
      cursor: did.anew || (did.finished && !isLast) ? 0 : did.cursor,
      // What is done once more (a validation that begins anew) is not counted beyond all there is, as at the end
      // progress would have to go back.
      done: Math.min(Math.max(at.done, did.done), total),
      total,
    };
    await saveCheckpoint(tx, run.edit.id, run.number, next);
    return { at: { ...at, ...next }, finished: did.finished, filled: did.filled ?? {}, anew: did.anew ?? false };
  });
}

/**
 * Counts the rows that were added to each table, and tells the planner of it at each fourfold and at the end of the step.
 * Each by itself: while one is filled the next is still empty, and what is told of it then is wrong later.
 */
function statisticsOf(db: Database): (filled: Filled, finished: boolean) => Promise<void> {
  const written: Filled = {};
  const told: Filled = {};
  return async (filled, finished) => {
    const growth = finished ? STATISTICS_GROWTH_AT_END : STATISTICS_GROWTH;
    for (const [table, more] of Object.entries(filled) as [FilledTable, number][]) {
      const rows = (written[table] ?? 0) + more;
      written[table] = rows;
      if (rows < Math.max((told[table] ?? 0) * growth, STATISTICS_FROM_ROWS)) continue;
      told[table] = rows;
      await refreshStatistics(db, table);
    }
  };
}

/** Takes the fence for the activity attempt that is running now. */
export async function claimFor(db: Database, ref: MassEditRef, place: number): Promise<ClaimedEdit> {
  const { attempt, workflowExecution } = Context.current().info;
  if (!workflowExecution) throw new Error('A stage runs as an activity of a workflow');
  return claim(db, { ...ref, runId: workflowExecution.runId, stage: place, attempt });
}

/**
 * Runs an activity's body and lets nothing personal out of it: driver errors carry values of rows in their detail, and
 * the engine's history is plain text. What remains says which kind of fault it was.
 */
export async function withoutPersonalData<T>(what: string, body: () => Promise<T>): Promise<T> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof CancelledFailure || error instanceof ApplicationFailure) throw error;
    const state = sqlStateOf(error);
    const kind = state ? `Database ${state}` : nameOf(error);
    Context.current().log.error('stage attempt failed', { what, kind, stack: ownFramesOf(error) });
    const proof = error instanceof NotProved ? `: ${error.message}` : '';
    throw ApplicationFailure.create({ message: `${what}: ${kind}${proof}`, type: kind, nonRetryable: proof !== '' });
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'UnknownFault');

/** The stack without its first lines, which repeat the message. */
function ownFramesOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack
    ?.split('\n')
    .filter((line) => line.trimStart().startsWith('at '))
    .join('\n');
}

/** The heartbeat never throws, and a cancellation is only seen where somebody looks. */
export function throwIfCancelled(): void {
  if (Context.current().cancellationSignal.aborted) throw new CancelledFailure('Asked to stop between two chunks');
}

async function heartbeating<T>(body: (beat: (details: unknown) => void) => Promise<T>): Promise<T> {
  const activity = Context.current();
  let last: unknown;
  const timer = setInterval(() => activity.heartbeat(last), HEARTBEAT_EVERY_MS);
  try {
    return await body((details) => {
      last = details;
      activity.heartbeat(details);
    });
  } finally {
    clearInterval(timer);
  }
}
