import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { type Config, readConfig } from '../config.ts';
import { connect, disconnect } from '../db/client.ts';
import { describeFault } from '../monitoring/describe-fault.ts';
import { type MonitorInput, startMonitor } from '../monitoring/monitor.ts';
import type { Lane } from '../workflows/contract.ts';
import { type WorkerHealth, watchHealth } from './worker/health.ts';
import { aroundActivities } from './worker/interceptors.ts';
import { type WorkerLog, workerLog } from './worker/log.ts';
import { workerMetrics } from './worker/metrics.ts';
import { connectionsOf, workerOptions } from './worker-options.ts';

const STOP_SIGNALS: NodeJS.Signals[] = ['SIGTERM', 'SIGINT'];
/** Of the grace, for stages to come to the end of a chunk. The rest is for closing connections. */
const FOR_STAGES = 0.7;
/** Of the grace: when what is left is cut, so that the process is gone within it. */
const CUT_AT = 0.95;

/**
 * The worker process: takes workflow and activity tasks from the queues of its lanes and keeps nothing of its own. Add
 * machines to go faster across organizations. SIGTERM: takes nothing new, lets stages come to the end of a chunk, ends. What
 * has not ended within the grace, as a statement that a silent database holds, is cut.
 *
 * An exception that no code caught ends the process: a driver that lost its socket in the middle of something is not to
 * be trusted any further, and the engine gives the work to another attempt.
 */
async function main(config: Config, log: WorkerLog): Promise<void> {
  const { lanes, largeStages } = config;
  endWithinGrace(config, log);
  const exporter = config.monitorPort === undefined ? undefined : await freeAddress();
  Runtime.install({
    ...log.runtime,
    shutdownSignals: STOP_SIGNALS,
    telemetryOptions: {
      logging: log.logging,
      ...(exporter ? { metrics: { prometheus: { bindAddress: exporter, useSecondsForDurations: true } } } : {}),
    },
  });
  const max = connectionsOf(lanes, largeStages);
  const db = connect(config.databaseUrl, { max, applicationName: 'mass-edit worker' });
  const metrics = workerMetrics(db);
  let health: WorkerHealth | undefined;
  const monitor = await monitorOf(config, log, {
    // The engine's library counts in its own exporter; a scraper gets both in one.
    metrics: async () =>
      (await metrics.text()) + (exporter ? await (await fetch(`http://${exporter}/metrics`)).text() : ''),
    ready: async () => (health ? health.look() : { ok: false, body: { status: 'not ready', down: ['worker'] } }),
  });
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await NativeConnection.connect({
    ...connectionOptions,
    address: config.temporalAddress ?? connectionOptions.address,
  });
  const workerOf = async (lane: Lane): Promise<Worker> =>
    Worker.create({
      connection,
      namespace: config.given.TEMPORAL_NAMESPACE ?? namespace ?? config.temporalNamespace,
      workflowBundle: lane === 'small' ? await bundleWorkflows(log) : undefined,
      ...workerOptions({ db, limits: config, languages: config.languages }, { ...config, lane }),
      interceptors: { activity: [aroundActivities(lane, metrics)] },
      shutdownGraceTime: config.shutdownGraceMs * FOR_STAGES,
    });
  try {
    const workers = await Promise.all(lanes.map(workerOf));
    const running = Promise.all(workers.map((worker) => worker.run()));
    health = watchHealth({ db, connection, workers }, config);
    // A worker that stops is no longer one to wait for, whatever it still does.
    for (const signal of STOP_SIGNALS) process.once(signal, () => void health?.stop());
    await running;
  } finally {
    await health?.stop();
    monitor?.close();
    await connection.close();
    await disconnect(db);
  }
}

const pathOf = (file: string): string => new URL(`../workflows/${file}`, import.meta.url).pathname;

const bundleWorkflows = ({ runtime }: WorkerLog) =>
  bundleWorkflowCode({
    workflowsPath: pathOf('index.ts'),
    workflowInterceptorModules: [pathOf('log-fields.ts')],
    logger: runtime.logger,
  });

function endWithinGrace({ shutdownGraceMs }: Config, { json }: WorkerLog): void {
  for (const signal of STOP_SIGNALS) {
    process.once(signal, () => {
      setTimeout(() => {
        json.warn('ends with work under way, as the grace is over');
        process.exit(1);
      }, shutdownGraceMs * CUT_AT).unref();
    });
  }
}

async function monitorOf(
  { monitorPort, host }: Config,
  { json }: WorkerLog,
  tells: Pick<MonitorInput, 'metrics' | 'ready'>,
) {
  if (monitorPort === undefined) return undefined;
  const monitor = await startMonitor({ host, port: monitorPort, ...tells });
  json.info({ port: monitor.port }, 'Monitoring listening');
  return monitor;
}

/** An address of this machine alone that no process listens on. */
async function freeAddress(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

const config = readConfig();
const log = workerLog(config.logLevel);
process.on('uncaughtException', (error) => {
  log.json.fatal(describeFault(error), 'ends and is to be started again');
  process.exit(1);
});
await main(config, log);
