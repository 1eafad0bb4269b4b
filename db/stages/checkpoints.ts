import { sql } from 'drizzle-orm';
import type { StageName } from '../../workflows/contract.ts';
import { STAGES } from '../../workflows/stages.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { plainArray } from '../sql/array-literals.ts';

/**
 * The position of a stage. `step` counts from 0; `cursor` belongs to the step (a line, a user id). A chunk moves both.
 */
export type Checkpoint = {
  status: 'waiting' | 'running' | 'done' | 'not_applied' | 'failed';
  step: number;
  cursor: number;
  done: number;
  total: number;
  result: Record<string, unknown> | null;
};
/** Attempts since the checkpoint last moved: `begun` includes the present one. */
export type Attempts = { begun: number; failed: number };

/**
 * Marks the stage as running (the time of its first start stays), counts the attempt and returns the checkpoint. A
 * second run returns the same, with one attempt more.
 */
export async function beginStage(tx: Transaction, massEditId: number, stage: number): Promise<Checkpoint & Attempts> {
  return queryOne<Checkpoint & Attempts>(
    tx,
    sql`update stages set status = case when status in ('waiting', 'failed') then 'running' else status end,
          started_at = coalesce(started_at, now()), attempts = attempts + 1
        where mass_edit_id = ${massEditId} and number = ${stage}
        returning status, step, "cursor", done, total, result, attempts as begun, failed_attempts as failed`,
  );
}

/**
 * Counts an attempt that failed for a reason of its own, and returns the number of failures since the checkpoint last
 * moved. Does not check the fence: an attempt that was replaced counts too. Returns 0 if the stage has ended.
 */
export async function countFailedAttempt(tx: Transaction, { massEditId, stage }: StageKey): Promise<number> {
  const [counted] = await queryMany<{ failed: number }>(
    tx,
    sql`update stages set failed_attempts = failed_attempts + 1
        where mass_edit_id = ${massEditId} and number = ${stage} and status in ('waiting', 'running')
        returning failed_attempts as failed`,
  );
  return counted?.failed ?? 0;
}

/** Takes an attempt out of the count, if it ended for a reason that is not its own. */
export async function uncountAttempt(tx: Transaction, { massEditId, stage }: StageKey): Promise<void> {
  await tx.execute(sql`update stages set attempts = greatest(attempts - 1, 0)
    where mass_edit_id = ${massEditId} and number = ${stage} and status = 'running'`);
}

/** Identifies one stage of a mass edit. */
export type StageKey = { massEditId: number; stage: number };
type StagePosition = { step: number; cursor: number };

/**
 * Moves the checkpoint from the start of a chunk to its end, in the transaction of the chunk. Progress never goes back.
 * If the checkpoint moves, attempts are counted from 0 again.
 *
 * @throws if the checkpoint is at another position: the chunk before was not committed
 */
export async function saveCheckpoint(
  tx: Transaction,
  { massEditId, stage }: StageKey,
  from: StagePosition,
  to: StagePosition & { done: number; total: number },
): Promise<void> {
  const isProgress = to.step !== from.step || to.cursor !== from.cursor;
  const moved = await queryMany(
    tx,
    sql`update stages set step = ${to.step}, "cursor" = ${to.cursor}, done = greatest(done, ${to.done}::int),
          total = greatest(total, ${to.total}::int) ${isProgress ? NO_ATTEMPTS : sql``}
        where mass_edit_id = ${massEditId} and number = ${stage} and step = ${from.step} and "cursor" = ${from.cursor}
        returning 1 as moved`,
  );
  if (moved.length === 0) throw new Error('The chunk before this one was not written');
}

const NO_ATTEMPTS = sql`, attempts = 0, failed_attempts = 0`;

/**
 * Ends the stage with its result. Later attempts return the stored result. The end is the time of this call, not of the
 * start of the transaction: its work belongs to the stage.
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
 * Opens a done stage again and keeps its start. Returns false, and does nothing, if the stage is open or if its result
 * has `mark`. The second end of the stage writes `mark`, so that a retry does not open it again.
 */
export async function reopenDoneStage(
  tx: Transaction,
  massEditId: number,
  stage: StageName,
  mark: string,
): Promise<boolean> {
  const opened = await queryMany(
    tx,
    sql`update stages set status = 'running', step = 0, "cursor" = 0, result = null, ended_at = null ${NO_ATTEMPTS}
        where mass_edit_id = ${massEditId} and number = ${STAGES[stage].number} and status = 'done' and not result ? ${mark} returning 1 as one`,
  );
  return opened.length === 1;
}

/**
 * Marks stages that have not begun as `not_applied`. The workflow skips them; one of an earlier version runs them, and
 * gets the stored result. A second run changes nothing.
 */
export async function skipStages(tx: Transaction, massEditId: number, stages: readonly StageName[]): Promise<void> {
  const numbers = stages.map((stage) => STAGES[stage].number);
  await tx.execute(sql`update stages set status = 'not_applied', result = '{"status": "not_applied"}'
    where mass_edit_id = ${massEditId} and number = any(${plainArray(numbers)}::int[]) and status = 'waiting'`);
}

/** The number of the stage that runs, or was the last to; that of validation before any. */
export async function stageUnderWay(tx: Transaction, massEditId: number): Promise<number> {
  const { stage } = await queryOne<{ stage: number }>(
    tx,
    sql`select coalesce(max(number) filter (where status = 'running'), max(number) filter (where started_at is not null), ${STAGES.Validation.number}) as stage
        from stages where mass_edit_id = ${massEditId}`,
  );
  return stage;
}
