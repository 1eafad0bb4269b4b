import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { type Config, readConfig } from '../config.ts';
import { connect, disconnect } from '../db/client.ts';
import { describeFault } from '../monitoring/describe-fault.ts';
import { type Monitor, startMonitor } from '../monitoring/monitor.ts';
import { buildApp } from './app.ts';
import { apiLogger } from './logger.ts';
import { type ApiMetrics, apiMetrics } from './metrics.ts';
import { startReconciler } from './reconciler.ts';
import { connectTemporal } from './temporal-connection.ts';

/**
 * Shared by requests and the reconciler. An upload uses a connection only while it writes a chunk. One organization may
 * not use all of them (CONCURRENCY_LIMITS), so that others find a free one.
 */
const CONNECTIONS = 30;
/** The share of the grace after which what is left is cut, so that the process ends within the grace. */
const CUT_AT = 0.95;

/**
 * The API process. Connects lazily to Temporal, so that /readyz can report that Temporal is away. On SIGTERM, /readyz
 * answers 503 first, so that load balancers send no more requests. Then the server takes no new request, lets the
 * others finish, and ends. Requests that have not ended within the grace period are aborted. An uncaught exception ends
 * the process, to be started again.
 */
async function main(): Promise<void> {
  const config = readConfig();
  const logger = apiLogger(config.logLevel);
  process.on('uncaughtException', (error) => {
    logger.fatal(describeFault(error), 'ends and is to be started again');
    process.exit(1);
  });
  const db = connect(config.databaseUrl, { max: CONNECTIONS, applicationName: 'mass-edit api' });
  const engine = connectTemporal(config);
  const { temporal } = engine;
  const metrics = apiMetrics({ db, temporal, config });
  const app = await buildApp({ db, temporal, config, logger, metrics });
  const reconciler = startReconciler({ db, temporal, config, log: logger });
  await app.listen({ port: config.port, host: config.host });
  const monitor = await monitorOf(app, metrics, config);

  const stop = async (): Promise<void> => {
    app.drain.isOn = true;
    await pause(Math.min(config.drainMs, config.shutdownGraceMs / 2));
    await app.close();
    await reconciler.stop();
    await engine.close();
    await disconnect(db);
    monitor?.close();
  };
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      // Cuts what has not ended by then: a download that no client reads, a statement that a silent database holds.
      setTimeout(() => {
        logger.warn('ends with requests under way, as the grace is over');
        process.exit(1);
      }, config.shutdownGraceMs * CUT_AT).unref();
      stop().then(() => process.exit(0));
    });
  }
}

async function monitorOf(app: FastifyInstance, metrics: ApiMetrics, config: Config): Promise<Monitor | undefined> {
  if (config.monitorPort === undefined) return undefined;
  const monitor = await startMonitor({
    host: config.host,
    port: config.monitorPort,
    metrics: metrics.text,
    ready: async () => {
      const answer = await app.inject('/readyz');
      return { ok: answer.statusCode === 200, body: answer.json() };
    },
  });
  app.log.info({ port: monitor.port }, 'Monitoring listening');
  return monitor;
}

await main();
