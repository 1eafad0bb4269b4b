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
/** The part of the grace period in which stages may finish their chunk. The rest is for closing connections. */
const STAGES_SHARE = 0.7;
/** The part of the grace period after which the process exits, even with open work. */
const EXIT_SHARE = 0.95;

/**
 * The worker process: takes workflow and activity tasks from the queues of its lanes and keeps no state. Add machines
 * to go faster across organizations. On SIGTERM it takes no new tasks, lets stages finish their chunk, and exits. If
 * work has not ended within the grace period (a statement in a silent database), the process exits anyway.
 *
 * An uncaught exception ends the process: a driver that lost its socket in the middle of a statement may be in a bad
 * state. The engine then starts another attempt.
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
    // The engine's library has its own exporter. A scraper gets both here.
    metrics: async () =>
      (await metrics.text()) + (exporter ? await (await fetch(`http://${exporter}/metrics`)).text() : ''),
    ready: async () => (health ? health.check() : { ok: false, body: { status: 'not ready', down: ['worker'] } }),
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
      shutdownGraceTime: config.shutdownGraceMs * STAGES_SHARE,
    });
  try {
    const workers = await Promise.all(lanes.map(workerOf));
    const running = Promise.all(workers.map((worker) => worker.run()));
    health = watchHealth({ db, connection, workers }, config);
    // A worker that is stopping is not ready, even while its stages finish.
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
      }, shutdownGraceMs * EXIT_SHARE).unref();
    });
  }
}

async function monitorOf(
  { monitorPort, host }: Config,
  { json }: WorkerLog,
  probes: Pick<MonitorInput, 'metrics' | 'ready'>,
) {
  if (monitorPort === undefined) return undefined;
  const monitor = await startMonitor({ host, port: monitorPort, ...probes });
  json.info({ port: monitor.port }, 'Monitoring listening');
  return monitor;
}

/** A loopback address with a free port. */
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
