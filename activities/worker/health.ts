import type { NativeConnection, Worker } from '@temporalio/worker';
import { type Database, probeOf } from '../../db/client.ts';
import { HEARTBEAT_EVERY_MS, newProcess, recordHeartbeat, removeWorker } from '../../db/mass-edits/workers.ts';
import { withTimeout } from '../../db/with-timeout.ts';
import type { Lane } from '../../workflows/contract.ts';

export type WorkerHealth = {
  /** Whether the process takes tasks: its workers run, and PostgreSQL and the engine answer. */
  check: () => Promise<{ ok: boolean; body: { status: 'ok' | 'not ready'; down: string[] } }>;
  /** Removes the worker from the list of active workers. */
  stop: () => Promise<void>;
};

const PROBE_TIMEOUT_MS = 1_000;

/**
 * Checks the health of a worker process and writes a heartbeat to the database while it is healthy. A process that
 * hangs writes none.
 */
export function watchHealth(
  { db, connection, workers }: { db: Database; connection: NativeConnection; workers: Pick<Worker, 'getState'>[] },
  as: { lanes: readonly Lane[]; taskQueue: string },
): WorkerHealth {
  const process = newProcess();
  let stopped = false;
  const check: WorkerHealth['check'] = async () => {
    const [database, engine] = await Promise.all([probeOf(db).ask(), isTemporalReachable(connection)]);
    const down = [
      ...(database ? [] : ['postgresql']),
      ...(engine ? [] : ['temporal']),
      ...(workers.every((worker) => worker.getState() === 'RUNNING') ? [] : ['worker']),
    ];
    return { ok: down.length === 0, body: { status: down.length === 0 ? 'ok' : 'not ready', down } };
  };
  let isSending = false;
  const sendHeartbeat = async (): Promise<void> => {
    if (isSending || stopped) return;
    isSending = true;
    try {
      if ((await check()).ok && !stopped) await recordHeartbeat(db, { process, ...as });
    } catch {
      // The next heartbeat tries again. Until then the worker counts as away.
    } finally {
      isSending = false;
    }
  };
  const timer = setInterval(() => void sendHeartbeat(), HEARTBEAT_EVERY_MS);
  void sendHeartbeat();
  return {
    check,
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
