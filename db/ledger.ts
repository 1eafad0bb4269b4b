import { sql } from 'drizzle-orm';
import { rowOf, type Transaction } from './client.ts';

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

/** Moves the checkpoint, in the transaction of the chunk it speaks of. Progress never goes back. */
export async function saveCheckpoint(
  tx: Transaction,
  massEditId: number,
  stage: number,
  at: { step: number; cursor: number; done: number; total: number },
): Promise<void> {
  await tx.execute(sql`update stages set step = ${at.step}, "cursor" = ${at.cursor}, done = greatest(done, ${at.done}::int),
    total = greatest(total, ${at.total}::int) where mass_edit_id = ${massEditId} and number = ${stage}`);
}

/** Ends the stage with its result, which later attempts of it return unseen. */
export async function endStage(
  tx: Transaction,
  massEditId: number,
  stage: number,
  status: 'done' | 'not_applied',
  result: Record<string, unknown>,
): Promise<void> {
  await tx.execute(sql`update stages set status = ${status}, result = ${JSON.stringify(result)}::jsonb, done = total, ended_at = now()
    where mass_edit_id = ${massEditId} and number = ${stage}`);
}

/** Opens a stage that was done once more (cycle detection, when the deletions were declined), keeping its start. */
export async function reopenStage(tx: Transaction, massEditId: number, stage: number): Promise<void> {
  await tx.execute(sql`update stages set status = 'running', step = 0, "cursor" = 0, result = null, ended_at = null
    where mass_edit_id = ${massEditId} and number = ${stage}`);
}
