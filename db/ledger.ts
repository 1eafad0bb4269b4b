import { sql } from 'drizzle-orm';
import { rowOf, rowsOf, type Transaction } from './client.ts';

/** Where a stage stands. `step` counts from 0; `cursor` is the step's own (a line, a user id); both move with the chunk. */
export type Checkpoint = {
  status: 'waiting' | 'running' | 'done' | 'not_applied' | 'failed';
  step: number;
  cursor: number;
  done: number;
  total: number;
  result: Record<string, unknown> | null;
};

/** Marks the stage as running (its first start keeps its time) and tells where it stands. Run twice: the same answer. */
export async function beginStage(tx: Transaction, massEditId: number, stage: number): Promise<Checkpoint> {
  return rowOf<Checkpoint>(
    tx,
    sql`update stages set status = case when status in ('waiting', 'failed') then 'running' else status end,
          started_at = coalesce(started_at, now())
        where mass_edit_id = ${massEditId} and number = ${stage}
        returning status, step, "cursor", done, total, result`,
  );
}

/** The ledger of one stage. */
export type Ledger = { massEditId: number; stage: number };
type Place = { step: number; cursor: number };

/**
 * Moves the checkpoint from where a chunk begins to behind it, in the transaction of that chunk. Progress never goes back.
 *
 * @throws where the checkpoint stands elsewhere: the chunk before this one was not committed
 */
export async function saveCheckpoint(
  tx: Transaction,
  { massEditId, stage }: Ledger,
  from: Place,
  to: Place & { done: number; total: number },
): Promise<void> {
  const moved = await rowsOf(
    tx,
    sql`update stages set step = ${to.step}, "cursor" = ${to.cursor}, done = greatest(done, ${to.done}::int),
          total = greatest(total, ${to.total}::int)
        where mass_edit_id = ${massEditId} and number = ${stage} and step = ${from.step} and "cursor" = ${from.cursor}
        returning 1 as moved`,
  );
  if (moved.length === 0) throw new Error('The chunk before this one was not written');
}

/**
 * Ends the stage with its result, which later attempts of it return unseen. Its end is the time of this call, not the begin of
 * the transaction: the work of the last transaction belongs to the stage.
 */
export async function endStage(
  tx: Transaction,
  massEditId: number,
  stage: number,
  status: 'done' | 'not_applied',
  result: Record<string, unknown>,
): Promise<void> {
  await tx.execute(sql`update stages set status = ${status}, result = ${JSON.stringify(result)}::jsonb, done = total,
      ended_at = clock_timestamp()
    where mass_edit_id = ${massEditId} and number = ${stage}`);
}

/**
 * Opens a done stage once more, keeping its start. Says false, and does nothing, where it is open or where its result
 * has `mark`, which the second time leaves: so that a retry does not open it again.
 */
export async function reopenDoneStage(
  tx: Transaction,
  massEditId: number,
  stage: number,
  mark: string,
): Promise<boolean> {
  const opened = await rowsOf(
    tx,
    sql`update stages set status = 'running', step = 0, "cursor" = 0, result = null, ended_at = null
        where mass_edit_id = ${massEditId} and number = ${stage} and status = 'done' and not result ? ${mark} returning 1 as one`,
  );
  return opened.length === 1;
}

/** The number of the stage that runs, or was the last to; 1 before any. */
export async function stageUnderWay(tx: Transaction, massEditId: number): Promise<number> {
  const { stage } = await rowOf<{ stage: number }>(
    tx,
    sql`select coalesce(max(number) filter (where status = 'running'), max(number) filter (where started_at is not null), 1) as stage
        from stages where mass_edit_id = ${massEditId}`,
  );
  return stage;
}
