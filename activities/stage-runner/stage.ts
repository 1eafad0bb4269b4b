import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import type { Database, Transaction } from '../../db/client.ts';
import type { Checkpoint } from '../../db/stages/checkpoints.ts';
import type { StageName } from '../../workflows/contract.ts';
import type { RowsAdded } from './analyze-tracker.ts';

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
 * tables that are looked things up in afterwards. `restart`: all steps are to be taken once more, from the first.
 */
export type ChunkProgress = {
  cursor: number;
  done: number;
  total: number;
  finished: boolean;
  rowsAdded?: RowsAdded;
  restart?: boolean;
};

/** Does the next chunk after the checkpoint, of `limit` rows at most. */
export type ChunkHandler = (tx: Transaction, at: Checkpoint & { limit: number }) => Promise<ChunkProgress>;

/** A chunk of which it is known how far it comes before anything of it is written. */
export type PreparedChunk = ChunkProgress & {
  write: (tx: Transaction) => Promise<unknown>;
  /** Writes what each of the chunks writes, once those before it are committed: one that came first would hold the other up. */
  writeAfterPrevious?: (tx: Transaction) => Promise<unknown>;
  /** It locks rows that others lock too, so that it may not hold them while it waits for the chunk before it. */
  exclusive?: boolean;
};

/** Works out one chunk after the other, while those before it are written: two at a time, and committed in their order. */
export type ChunkProducer = { prepareNext: () => Promise<PreparedChunk> };

/** One pass of a stage: called once an attempt, with the checkpoint to go on after. */
export type Step = (
  edit: ClaimedMassEdit,
  at: Checkpoint,
) => Promise<ChunkHandler | ChunkProducer> | ChunkHandler | ChunkProducer;

export type StageEnd<Result> = { status: 'done' | 'not_applied'; result: Result };

export type StageDefinition<Result extends Record<string, unknown>> = {
  stage: StageName;
  /** For the fence; by default that of the stage. */
  fenceOrder?: number;
  /** Runs with the fence, before the checkpoint is read. Only to reopen a stage that is done, or to restart a stage. */
  prepare?: (tx: Transaction, edit: ClaimedMassEdit) => Promise<void>;
  steps: Step[];
  /** Runs in the transaction that ends the stage. */
  finish: (tx: Transaction, edit: ClaimedMassEdit, at: Checkpoint) => Promise<StageEnd<Result>>;
};
