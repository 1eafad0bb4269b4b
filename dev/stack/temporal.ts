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
  /** Lets go of the ports that were held for it. */
  releasePorts: () => Promise<void>;
};

const STOP_STEPS: StopSteps = [
  { signal: 'SIGTERM', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];
/** 0.4 s measured; a busy machine and a large database file need more. */
const READY_WITHIN_MS = 180_000;

/**
 * Each step of a workflow is a few commits, and the disk was waited for at each: a mass edit of 1,000 rows took 1.14 s and
 * takes 0.79. The file stays whole in a power cut; what the engine forgets of the last moments, the ledger in PostgreSQL
 * still knows, and lost runs are started again (api/repair-lost-run.ts).
 */
const WITHOUT_WAITING = ['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'];

/**
 * The engine splits a task queue into four by default, for thousands of tasks a second. A few workers do not ask at all four
 * at once, so that a task waited up to six seconds at one of them, and only within each the priorities hold.
 */
export const ONE_PARTITION = ['Read', 'Write'].flatMap((kind) => [
  '--dynamic-config-value',
  `matching.numTaskqueue${kind}Partitions=1`,
]);

/**
 * Starts the Temporal server of the CLI with its UI; the search attributes are registered from the first moment, since
 * a start that names an unknown one hangs. Its data is one file in the data directory.
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
        ...ONE_PARTITION,
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
