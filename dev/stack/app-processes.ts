import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Config, childEnvironment, type SettingName } from '../../config.ts';
import { LANES, type Lane, queueOf } from '../../workflows/contract.ts';
import type { StopSteps } from '../processes/processes.ts';
import type { ProcessSpec } from '../processes/supervised-process.ts';
import type { Stack } from './stack.ts';
import { withTemporal } from './temporal-connection.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
/** Ends a child when its parent is gone. Production code does not know of it. */
const EXIT_WITH_PARENT = pathToFileURL(join(import.meta.dirname, '../processes/exit-with-parent.ts')).href;

/** A cold start on a busy small machine is a few seconds. That includes the worker's bundling of the workflows. */
const READY_WITHIN_MS = 180_000;
/** Added to the program's own grace time, for closing connections. A program that still runs after that hangs. */
const BEYOND_GRACE_MS = 5_000;
const KILLED_WITHIN_MS = 5_000;
/** A readiness check without an answer by then is repeated. */
const ASK_WITHIN_MS = 2_000;
/** Temporal's enum value for the activity task queue type. */
const ACTIVITY_TASK_QUEUE = 2;

/**
 * The API as a program of the stack. It is ready when `/readyz` says so. `releasePort` frees its port before it starts.
 */
export function apiProcess(
  config: Config,
  stack: Stack,
  { port, apiUrl, operatorToken, releasePort }: ApiInput,
): ProcessSpec {
  return {
    ...nodeProcess('api', 'api/server.ts', config, stack, {
      DATABASE_URL: stack.apiDatabaseUrl,
      OPERATOR_TOKEN: operatorToken,
      HOST: config.host,
      PORT: String(port),
      // No load balancer stands before it, and a person waits for the end.
      DRAIN_TIME: config.given.DRAIN_TIME ?? '1ms',
    }),
    prepare: releasePort,
    isReady: async () => {
      try {
        return (await fetch(`${apiUrl}/readyz`, { signal: AbortSignal.timeout(ASK_WITHIN_MS) })).ok;
      } catch {
        return false; // not yet
      }
    },
  };
}
export type ApiInput = { port: number; apiUrl: string; operatorToken: string; releasePort: () => Promise<void> };

/** The worker of a lane as a program of the stack. It is ready when Temporal has seen it poll. */
export function workerProcess(config: Config, stack: Stack, lane: Lane): ProcessSpec {
  let startedAt = 0;
  const name = lane === 'small' ? 'worker' : 'large-worker';
  const settings = {
    DATABASE_URL: stack.workerDatabaseUrl,
    WORKER_LANE: lane,
    // The API has the given port, and the workers the two ports after it.
    ...(config.monitorPort ? { MONITOR_PORT: String(config.monitorPort + 1 + LANES.indexOf(lane)) } : {}),
  };
  return {
    ...nodeProcess(name, 'activities/worker.ts', config, stack, settings),
    prepare: () => {
      startedAt = Date.now();
    },
    // Only polls since the start count, because Temporal remembers old pollers for minutes.
    isReady: async () => (await lastPoll(stack.temporalAddress, config, lane)) >= startedAt,
  };
}

/**
 * The same values as in docker-compose.yml and package.json. On a machine with much memory Node delays garbage
 * collection: api and worker took 410 and 680 MiB for work that 240 and 400 MiB do as fast (100,000 rows). A worker
 * holds a chunk of rows while it plans it, and would copy them again and again with less room (docs/performance.md).
 */
const HEAP = (semiSpaceMiB: number): string[] => [`--max-semi-space-size=${semiSpaceMiB}`, '--max-old-space-size=1024'];
const SEMI_SPACE_MIB = { api: 4, worker: 16, 'large-worker': 16 };

function nodeProcess(
  name: keyof typeof SEMI_SPACE_MIB,
  script: string,
  config: Config,
  stack: Stack,
  settings: Partial<Record<SettingName, string>>,
): Omit<ProcessSpec, 'isReady'> {
  const stopSteps: StopSteps = [
    { signal: 'SIGTERM', waitMs: config.shutdownGraceMs + BEYOND_GRACE_MS },
    { signal: 'SIGKILL', waitMs: KILLED_WITHIN_MS },
  ];
  return {
    name,
    command: process.execPath,
    args: [...HEAP(SEMI_SPACE_MIB[name]), '--import', EXIT_WITH_PARENT, join(PROJECT, script)],
    env: childEnvironment({ ...config.given, TEMPORAL_ADDRESS: stack.temporalAddress, ...settings }),
    logFile: join(stack.dataDir, 'logs', `${name}.log`),
    channel: true,
    stopSteps,
    readyWithinMs: READY_WITHIN_MS,
  };
}

/** When a worker of a lane last polled, in milliseconds since 1970; 0 for never. */
async function lastPoll(address: string, config: Config, lane: Lane): Promise<number> {
  const { temporalNamespace: namespace } = config;
  const name = queueOf(config.taskQueue, lane);
  try {
    const { pollers } = await withTemporal(address, ({ workflowService }) =>
      workflowService.describeTaskQueue({ namespace, taskQueue: { name }, taskQueueType: ACTIVITY_TASK_QUEUE }),
    );
    return Math.max(0, ...(pollers ?? []).map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000));
  } catch {
    return 0; // not yet
  }
}
