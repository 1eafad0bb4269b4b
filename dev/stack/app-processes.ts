import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Config, childEnvironment, type SettingName } from '../../config.ts';
import { LANES, type Lane, queueOf } from '../../workflows/contract.ts';
import type { StopSteps } from '../processes/processes.ts';
import type { ProcessSpec } from '../processes/supervised-process.ts';
import type { Stack } from './stack.ts';
import { withTemporal } from './temporal-connection.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
/** Ends a child when its parent is gone; production code does not know of it. */
const EXIT_WITH_PARENT = pathToFileURL(join(import.meta.dirname, '../processes/exit-with-parent.ts')).href;

/** A cold start on a busy small machine, the worker's bundling of the workflows included, is a few seconds. */
const READY_WITHIN_MS = 180_000;
/** Beyond its own grace, for closing connections; what has not ended by then hangs. */
const BEYOND_GRACE_MS = 5_000;
const KILLED_WITHIN_MS = 5_000;
/** A question that is not answered by then is asked again. */
const ASK_WITHIN_MS = 2_000;
/** The number that Temporal's interface gives to the kind of task queue that activities are on. */
const ACTIVITY_TASK_QUEUE = 2;

/** The API as a program of the stack: ready when `/readyz` says so. Frees its port by `releasePort` before it starts. */
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

/** The worker of a lane as a program of the stack: ready when Temporal has seen it ask for work. */
export function workerProcess(config: Config, stack: Stack, lane: Lane): ProcessSpec {
  let startedAt = 0;
  const name = lane === 'small' ? 'worker' : 'large-worker';
  const settings = {
    DATABASE_URL: stack.workerDatabaseUrl,
    WORKER_LANE: lane,
    // The API has the port that was given, and the workers the two after it.
    ...(config.monitorPort ? { MONITOR_PORT: String(config.monitorPort + 1 + LANES.indexOf(lane)) } : {}),
  };
  return {
    ...nodeProcess(name, 'activities/worker.ts', config, stack, settings),
    prepare: () => {
      startedAt = Date.now();
    },
    // Since it started: Temporal remembers for minutes who asked before.
    isReady: async () => (await lastPoll(stack.temporalAddress, config, lane)) >= startedAt,
  };
}

/**
 * As docker-compose.yml and package.json have it. With as much memory as a large machine has, Node lets garbage lie: api
 * and worker took 410 and 680 MiB for what 240 and 400 do as fast (100,000 rows; docs/performance.md).
 */
const HEAP = ['--max-semi-space-size=4', '--max-old-space-size=1024'];

function nodeProcess(
  name: 'api' | 'worker' | 'large-worker',
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
    args: [...HEAP, '--import', EXIT_WITH_PARENT, join(PROJECT, script)],
    env: childEnvironment({ ...config.given, TEMPORAL_ADDRESS: stack.temporalAddress, ...settings }),
    logFile: join(stack.dataDir, 'logs', `${name}.log`),
    channel: true,
    stopSteps,
    readyWithinMs: READY_WITHIN_MS,
  };
}

/** When a worker last asked for work of a lane, in milliseconds since 1970; 0 for never. */
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
