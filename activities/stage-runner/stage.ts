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
  /** Rows a chunk; 5,000 by default. */
  chunkRows?: number;
  /** Rows that equal a row of the baseline are parsed like all others. */
  readEveryRow?: boolean;
};

/**
 * The result of a chunk: its cursor in the order of the step, the progress that users see, and the rows added to each
 * table. `restart`: run all steps again from the first.
 */
export type ChunkProgress = {
  cursor: number;
  done: number;
  total: number;
  finished: boolean;
  rowsAdded?: RowsAdded;
  restart?: boolean;
};

/** Writes the next chunk after the checkpoint, of `limit` rows at most. Its progress is known only then. */
export type ChunkHandler = (tx: Transaction, at: Checkpoint & { limit: number }) => Promise<ChunkProgress>;

/** A chunk whose progress is known before the chunk is written, or at the end of the write if it is exclusive. */
export type PreparedChunk = ChunkProgress & {
  write: (tx: Transaction) => Promise<unknown>;
  /**
   * A write to a row that every chunk writes. Runs after the commit of the previous chunk. An earlier write would block
   * that chunk.
   */
  writeAfterPrevious?: (tx: Transaction) => Promise<unknown>;
  /** Written while no other chunk is open: it locks rows that other writers lock too, or its progress is not known. */
  exclusive?: boolean;
};

/** Prepares one chunk after the other while earlier chunks are written. `at` is the end of the previous chunk. */
export type ChunkProducer = { prepareNext: (at: Checkpoint) => Promise<PreparedChunk> };

/** One pass of a stage. Called once an attempt, with the checkpoint after which to continue. */
export type Step = (
  edit: ClaimedMassEdit,
  at: Checkpoint,
) => Promise<ChunkHandler | ChunkProducer> | ChunkHandler | ChunkProducer;

export type StageEnd<Result> = { status: 'done' | 'not_applied'; result: Result };

export type StageDefinition<Result extends Record<string, unknown>> = {
  stage: StageName;
  /** Order in the fence; by default that of the stage. */
  fenceOrder?: number;
  /** Runs with the fence, before the checkpoint is read. Only to reopen a stage that is done, or to restart a stage. */
  prepare?: (tx: Transaction, edit: ClaimedMassEdit) => Promise<void>;
  steps: Step[];
  /** Runs in the transaction that ends the stage. */
  finish: (tx: Transaction, edit: ClaimedMassEdit, at: Checkpoint) => Promise<StageEnd<Result>>;
};
