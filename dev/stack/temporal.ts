import { join } from 'node:path';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract.ts';
import type { StopSteps } from '../processes/processes.ts';
import { type ProcessContext, type SupervisedProcess, startProcess } from '../processes/supervised-process.ts';
import { withTemporal } from './temporal-connection.ts';

export type TemporalInput = {
  dataDir: string;
  cli: string;
  port: number;
  uiPort: number;
  namespace: string;
  /** For tests: everything in memory, gone when it stops. */
  throwaway: boolean;
  /** Releases its reserved ports. */
  releasePorts: () => Promise<void>;
};

const STOP_STEPS: StopSteps = [
  { signal: 'SIGTERM', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];
/** 0.4 s measured. A busy machine and a large database file need more. */
const READY_WITHIN_MS = 180_000;

/**
 * Each step of a workflow is a few commits. If each commit waits for the disk, a mass edit of 1,000 rows takes 1.14 s;
 * without that it takes 0.79 s. The file stays intact in a power cut. The checkpoints in PostgreSQL hold what the
 * engine loses of the last moments, and lost runs are started again (api/repair-lost-run.ts).
 */
const WITHOUT_WAITING = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'];

/**
 * Dynamic settings of the engine, for small mass edits. `docker-compose.yml` has the same for both kinds of Temporal.
 *
 * - The engine splits a task queue into four partitions by default, for thousands of tasks a second. A few workers do
 *   not poll all four at once, so a task waited up to six seconds in one of them. Priorities also hold only within a
 *   partition.
 * - The engine reads the transfer queue of a shard at most 20 times a second by default. A mass edit of 100 rows needs
 *   17 reads, and the embedded server has one shard. With 500 reads the stages of many small mass edits do not wait for
 *   each other.
 */
export const DYNAMIC_SETTINGS = {
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'history.transferProcessorMaxPollRPS': 500,
};

/**
 * Starts the Temporal server of the CLI with its UI. The search attributes are registered from the first moment,
 * because a start with an unknown attribute hangs. Its data is one file in the data directory.
 */
export async function startTemporal(input: TemporalInput, context: ProcessContext): Promise<SupervisedProcess> {
  await input.releasePorts();
  const searchAttributes = Object.values(SEARCH_ATTRIBUTES).flatMap((name) => [
    '--search-attribute',
    `${name}=Keyword`,
  ]);
  const address = `127.0.0.1:${input.port}`;
  return startProcess(
    {
      name: 'temporal',
      command: input.cli,
      args: [
        ...['server', 'start-dev', '--ip', '127.0.0.1'],
        ...['--port', String(input.port), '--ui-port', String(input.uiPort)],
        ...(input.throwaway ? [] : ['--db-filename', join(input.dataDir, 'temporal.db'), ...WITHOUT_WAITING]),
        ...['--namespace', input.namespace, '--log-level', 'warn'],
        ...Object.entries(DYNAMIC_SETTINGS).flatMap(([name, value]) => ['--dynamic-config-value', `${name}=${value}`]),
        ...searchAttributes,
      ],
      logFile: join(input.dataDir, 'logs', 'temporal.log'),
      stopSteps: STOP_STEPS,
      isReady: () => answers(address, input.namespace),
      readyWithinMs: READY_WITHIN_MS,
    },
    context,
  );
}

async function answers(address: string, namespace: string): Promise<boolean> {
  try {
    await withTemporal(address, ({ workflowService }) => workflowService.describeNamespace({ namespace }));
    return true;
  } catch {
    return false; // not yet
  }
}
