import { type Database, inOrganization, type Transaction } from '../db/client.ts';
import { type ClaimedEdit, holdFence } from '../db/fence.ts';
import { beginStage, type Checkpoint, endStage, saveCheckpoint } from '../db/ledger.ts';
import { type MassEditRef, type StageName, type StageResult, stageNumber } from '../workflows/contract.ts';
import { claimFor, heartbeating, throwIfCancelled, withoutPersonalData } from './attempt.ts';
import { countingFailures, refuseFurtherAttempts } from './failed-attempts.ts';
import { type Filled, statisticsOf } from './tell-planner.ts';
import { type TellViewers, viewersOf } from './tell-viewers.ts';
import { twoAtATime } from './two-at-a-time.ts';

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
/** Does the next chunk after the checkpoint, of `limit` rows at most. */
export type ChunkWork = (tx: Transaction, at: Checkpoint & { limit: number }) => Promise<ChunkDone>;

/** A chunk of which it is known how far it comes before anything of it is written. */
export type WorkedOut = ChunkDone & {
  write: (tx: Transaction) => Promise<unknown>;
  /** Writes what each of the chunks writes, once those before it are committed: one that came first would hold the other up. */
  writeLast?: (tx: Transaction) => Promise<unknown>;
  /** It locks rows that others lock too, so that it may not hold them while it waits for the chunk before it. */
  alone?: boolean;
};
/** Works out one chunk after the other, while those before it are written: two at a time, and committed in their order. */
export type AheadOfWrite = { workOut: () => Promise<WorkedOut> };

/** One pass of a stage: called once an attempt, with the checkpoint to go on after. */
export type Step = (edit: ClaimedEdit, at: Checkpoint) => Promise<ChunkWork | AheadOfWrite> | ChunkWork | AheadOfWrite;

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

/**
 * Runs a stage chunk by chunk: one transaction = one chunk = one checkpoint = one heartbeat. A retried stage goes on
 * from its checkpoint; a stage that was done gives its stored result and touches nothing. An older attempt that wakes
 * up is refused by the fence. Cancellation is looked at between chunks. A stage that comes no further is given up.
 *
 * @throws CancelledFailure when asked to stop; ApplicationFailure for faults, without any value of a row in it: the engine
 *   tries again unless the stage is given up
 */
export async function inChunks<Result extends Record<string, unknown>>(
  deps: StageDeps,
  ref: MassEditRef,
  work: StageWork<Result>,
): Promise<StageResult<Result>> {
  const number = stageNumber(work.stage);
  const viewers = viewersOf(deps.db, ref);
  return withoutPersonalData(work.stage, () =>
    heartbeating(async (beat) => {
      const edit = await claimFor(deps.db, ref, work.place ?? number * 10);
      const write: Write = (chunk) =>
        inOrganization(deps.db, edit.organizationId, async (tx) => {
          await holdFence(tx, edit);
          return chunk(tx);
        });
      const result = await countingFailures(deps.db, edit, number, async () => {
        const begun = await write(async (tx) => {
          await work.prepare?.(tx, edit);
          return beginStage(tx, edit.id, number);
        });
        if (begun.status !== 'running') return begun.result as StageResult<Result>;
        refuseFurtherAttempts(begun);
        viewers.changed();

        const at = await takeSteps({ deps, edit, number, work, write, beat, viewers }, begun);
        return write(async (tx) => {
          const { status, result } = await work.finish(tx, edit, at);
          await endStage(tx, edit.id, number, status, { ...result, status });
          return { ...result, status };
        });
      });
      viewers.changed();
      return result;
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
  viewers: TellViewers;
};
type Taken = { at: Checkpoint; anew: boolean };

/** Takes the steps from the checkpoint on, and gives the one behind the last. */
async function takeSteps(run: Run, from: Checkpoint): Promise<Checkpoint> {
  let at = from;
  for (const [index, open] of run.work.steps.entries()) {
    if (index < at.step) continue;
    const step = await open(run.edit, at);
    const taken = await ('workOut' in step ? takeAhead(run, index, step, at) : takeChunks(run, index, step, at));
    at = taken.at;
    if (taken.anew) return takeSteps(run, at);
  }
  return at;
}

/** Each chunk learns what it did by doing it. */
async function takeChunks(run: Run, index: number, chunk: ChunkWork, from: Checkpoint): Promise<Taken> {
  const tellPlanner = statisticsOf(run.deps.db);
  for (let at = from; ; ) {
    throwIfCancelled();
    const { did, next } = await run.write(async (tx) => {
      const did = await chunk(tx, { ...at, limit: chunkRowsOf(run.deps) });
      const next = behind(run, index, at, did);
      await saveCheckpoint(tx, { massEditId: run.edit.id, stage: run.number }, at, next);
      return { did, next };
    });
    at = next;
    afterCommit(run, at);
    if (did.anew) return { at, anew: true };
    await tellPlanner(did.filled ?? {}, did.finished);
    if (did.finished) return { at, anew: false };
  }
}

/** Each chunk is known before it is written. */
async function takeAhead(run: Run, index: number, { workOut }: AheadOfWrite, from: Checkpoint): Promise<Taken> {
  const tellPlanner = statisticsOf(run.deps.db);
  const lanes = twoAtATime(run.write, { massEditId: run.edit.id, stage: run.number });
  try {
    for (let at = from; ; ) {
      throwIfCancelled();
      const chunk = await workOut();
      const next = behind(run, index, at, chunk);
      await lanes.begin(chunk, at, next, async () => {
        afterCommit(run, next);
        await tellPlanner(chunk.filled ?? {}, chunk.finished);
      });
      at = next;
      if (!chunk.finished) continue;
      await lanes.end();
      return { at, anew: false };
    }
  } finally {
    await lanes.settled();
  }
}

function afterCommit(run: Run, { done, total }: Checkpoint): void {
  run.beat({ done, total });
  run.viewers.progressed();
}

/** The checkpoint behind a chunk. After the last step the cursor stays: it tells how far the stage has come until it is done. */
function behind(run: Run, index: number, at: Checkpoint, did: ChunkDone): Checkpoint {
  const isLast = index + 1 === run.work.steps.length;
  const total = Math.max(at.total, did.total);
  return {
    ...at,
    step: did.anew ? 0 : did.finished ? index + 1 : index,
    cursor: did.anew || (did.finished && !isLast) ? 0 : did.cursor,
    // What is done once more (a validation that begins anew) is not counted beyond all there is, as at the end
    // progress would have to go back.
    done: Math.min(Math.max(at.done, did.done), total),
    total,
  };
}
