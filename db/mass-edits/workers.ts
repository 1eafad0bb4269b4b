import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import type { Lane } from '../../workflows/contract.ts';
import { type Database, probeOf } from '../client.ts';

const HEARTBEAT_EVERY_S = 5;
export const HEARTBEAT_EVERY_MS = HEARTBEAT_EVERY_S * 1000;
/** Whether the worker of a row `w` is alive. A worker that misses three heartbeats is gone or hangs. */
const IS_ALIVE = `w.seen_at > now() - interval '${3 * HEARTBEAT_EVERY_S} seconds'`;
/** Rows of processes that ended without `removeWorker`. */
const FORGET_AFTER = sql.raw(`interval '1 hour'`);

export type WorkerRow = { process: string; lanes: readonly Lane[]; taskQueue: string };

/** A new id for this process as a worker. */
export const newProcess = (): string => randomUUID();

/** Records that a worker is alive. */
export async function recordHeartbeat(db: Database, { process, lanes, taskQueue }: WorkerRow): Promise<void> {
  await db.transaction(async (tx) => {
    for (const lane of lanes)
      await tx.execute(sql`insert into operations.workers (process, lane, task_queue) values (${process}, ${lane}, ${taskQueue})
        on conflict (process, lane) do update set seen_at = now()`);
    await tx.execute(sql`delete from operations.workers where seen_at < now() - ${FORGET_AFTER}`);
  });
}

/** Removes a worker that stops. */
export async function removeWorker(db: Database, process: string): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.execute(sql`delete from operations.workers where process = ${process}`);
  });
}

/** For statements about mass edits: the lanes that have a worker, of any task queue, as a JSON array. */
export const LANES_WITH_WORKERS = sql<Lane[]>`(select coalesce(json_agg(distinct w.lane), '[]')
  from operations.workers w where ${sql.raw(IS_ALIVE)})`;

export type Workers = Record<Lane, number>;

/**
 * The number of workers of each lane of a task queue; null if PostgreSQL does not answer within a second. Uses the
 * probe's connection, so that the answer does not wait for the pool.
 */
export async function workersOf(db: Database, taskQueue: string): Promise<Workers | null> {
  const rows = await probeOf(db).ask(
    `select w.lane, count(*)::int as workers from operations.workers w where w.task_queue = $1 and ${IS_ALIVE} group by w.lane`,
    [taskQueue],
  );
  return rows && { small: 0, large: 0, ...Object.fromEntries(rows.map(({ lane, workers }) => [lane, workers])) };
}
