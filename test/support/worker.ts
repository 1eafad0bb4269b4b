import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { inject } from 'vitest';
import type { StageDeps } from '../../activities/stage-runner/stage.ts';
import { watchHealth } from '../../activities/worker/health.ts';
import { workerOptions } from '../../activities/worker-options.ts';
import { connect, disconnect } from '../../db/client.ts';
import { LANES, type Lane, type MassEditRef, type RequestedDecision } from '../../workflows/contract.ts';
import { until } from './until.ts';

/** The limits of a test file: the defaults of config.ts. */
export const LIMITS = { maxBytes: 2 ** 28, maxRows: 1_000_000, maxColumns: 500, maxCellCharacters: 10_000 };
export const LANGUAGES = 'en,sv,da,nb,fi,de,fr,es,it,nl,pl,pt'.split(',');

export type RunningWorker = {
  client: Client;
  taskQueue: string;
  deps: StageDeps;
  /** Waits until a stage of this workflow knows that it must stop: it does no chunk after the present ones. */
  stopIsHeard(workflowId: string): Promise<void>;
  /** Stops the worker; the client stays. */
  stop(): Promise<void>;
  close(): Promise<void>;
};

export type WorkerSettings = {
  taskQueue: string;
  chunkRows?: number;
  readEveryRow?: boolean;
  databaseUrl?: string;
  /** With workflows of another version. */
  workflowBundlePath?: string;
  /** If the time to answer has run out, the recording of the expiry waits for this. */
  expiry?: (edit: MassEditRef) => Promise<void>;
  /** The lanes; both by default. */
  lanes?: readonly Lane[];
  largeStages?: number;
};

const bundleOf = ({ workflowBundlePath = inject('workflowBundlePath') }: WorkerSettings): string => workflowBundlePath;

/** A real worker on a task queue of its own, beside this test file, on the stack of the whole run. */
export async function startWorker(options: WorkerSettings): Promise<RunningWorker> {
  quietRuntime();
  const db = connect(options.databaseUrl ?? inject('workerDatabaseUrl'), { max: 8, applicationName: 'test worker' });
  const { chunkRows, readEveryRow } = options;
  const deps: StageDeps = { db, limits: LIMITS, languages: LANGUAGES, chunkRows, readEveryRow };
  const address = inject('temporalAddress');
  const native = await NativeConnection.connect({ address });
  const stopped = new Set<string>();
  const workerOf = (lane: Lane): Promise<Worker> => {
    const { activities, ...rest } = workerOptions(deps, { ...options, lane, largeStages: options.largeStages ?? 2 });
    return Worker.create({
      connection: native,
      workflowBundle: lane === 'small' ? { codePath: bundleOf(options) } : undefined,
      ...rest,
      activities: {
        ...activities,
        recordDecision: async (edit: MassEditRef, asked: RequestedDecision) => {
          if (asked.decision === 'expire') await options.expiry?.(edit);
          return activities.recordDecision(edit, asked);
        },
      },
      interceptors: {
        activity: [
          ({ cancellationSignal, info }) => {
            const id = info.workflowExecution?.workflowId;
            if (id) cancellationSignal.addEventListener('abort', () => stopped.add(id));
            return {};
          },
        ],
      },
      shutdownGraceTime: '2 seconds',
    });
  };
  const workers = await Promise.all((options.lanes ?? LANES).map(workerOf));
  const running = Promise.all(workers.map((worker) => worker.run()));
  running.catch(() => {});
  const health = watchHealth({ db, connection: native, workers }, { lanes: options.lanes ?? LANES, ...options });
  const connection = await Connection.connect({ address });
  let isStopped = false;
  const stop = async (): Promise<void> => {
    if (isStopped) return;
    isStopped = true;
    for (const worker of workers) worker.shutdown();
    await health.stop();
    await running;
  };
  return {
    client: new Client({ connection }),
    taskQueue: options.taskQueue,
    deps,
    stopIsHeard: async (workflowId) => {
      await until('a stage knows that it has to stop', async () => stopped.has(workflowId));
    },
    stop,
    close: async () => {
      await stop();
      await connection.close();
      await native.close();
      await disconnect(db);
    },
  };
}

/** The engine's own log does not help in a test that kills on purpose. Faults are asserted. */
export const QUIET = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} };

let quiet = false;
export function quietRuntime(): void {
  if (quiet) return;
  quiet = true;
  Runtime.install({ logger: QUIET });
}
