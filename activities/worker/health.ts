import type { NativeConnection, Worker } from '@temporalio/worker';
import { type Database, probeOf } from '../../db/client.ts';
import { HEARTBEAT_EVERY_MS, newProcess, recordHeartbeat, removeWorker } from '../../db/mass-edits/workers.ts';
import { withTimeout } from '../../db/within.ts';
import type { Lane } from '../../workflows/contract.ts';

export type WorkerHealth = {
  /** Whether the process takes up work: its workers run, and PostgreSQL and the engine answer. */
  look: () => Promise<{ ok: boolean; body: { status: 'ok' | 'not ready'; down: string[] } }>;
  /** Takes the worker off the list of those that are there. */
  stop: () => Promise<void>;
};

const PROBE_TIMEOUT_MS = 1_000;

/**
 * Looks after the health of a worker process, and notes in the database that it is there as long as it is well. A process that
 * stands still notes nothing.
 */
export function watchHealth(
  { db, connection, workers }: { db: Database; connection: NativeConnection; workers: Pick<Worker, 'getState'>[] },
  as: { lanes: readonly Lane[]; taskQueue: string },
): WorkerHealth {
  const process = newProcess();
  let stopped = false;
  const look: WorkerHealth['look'] = async () => {
    const [database, engine] = await Promise.all([probeOf(db).ask(), isTemporalReachable(connection)]);
    const down = [
      ...(database ? [] : ['postgresql']),
      ...(engine ? [] : ['temporal']),
      ...(workers.every((worker) => worker.getState() === 'RUNNING') ? [] : ['worker']),
    ];
    return { ok: down.length === 0, body: { status: down.length === 0 ? 'ok' : 'not ready', down } };
  };
  let beating = false;
  const beat = async (): Promise<void> => {
    if (beating || stopped) return;
    beating = true;
    try {
      if ((await look()).ok && !stopped) await recordHeartbeat(db, { process, ...as });
    } catch {
      // The next beat tries again; until then the worker counts as away.
    } finally {
      beating = false;
    }
  };
  const timer = setInterval(() => void beat(), HEARTBEAT_EVERY_MS);
  void beat();
  return {
    look,
    stop: async () => {
      stopped = true;
      clearInterval(timer);
      await withTimeout(
        PROBE_TIMEOUT_MS,
        removeWorker(db, process).catch(() => {}),
      );
    },
  };
}

async function isTemporalReachable(connection: NativeConnection): Promise<boolean> {
  try {
    await connection.withDeadline(Date.now() + PROBE_TIMEOUT_MS, () => connection.workflowService.getSystemInfo({}));
    return true;
  } catch {
    return false;
  }
}
