import { loadClientConnectConfig } from '@temporalio/envconfig';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { readConfig } from '../config.ts';
import { connect, disconnect } from '../db/client.ts';
import type { Lane } from '../workflows/contract.ts';
import { connectionsOf, workerOptions } from './worker-options.ts';

/**
 * The worker process: takes workflow and activity tasks from the queues of its lanes and keeps nothing of its own. Add
 * machines to go faster across organizations. SIGTERM: takes nothing new, lets stages come to the end of a chunk, ends.
 *
 * An exception that nobody caught ends the process: a driver that lost its socket in the middle of something is not to
 * be trusted any further, and the engine gives the work to another attempt.
 */
async function main(): Promise<void> {
  const config = readConfig();
  const { lanes, largeStages } = config;
  Runtime.install({ shutdownSignals: ['SIGTERM', 'SIGINT'] });
  const max = connectionsOf(lanes, largeStages);
  const db = connect(config.databaseUrl, { max, applicationName: 'mass-edit worker' });
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await NativeConnection.connect({
    ...connectionOptions,
    address: config.temporalAddress ?? connectionOptions.address,
  });
  const workerOf = async (lane: Lane): Promise<Worker> =>
    Worker.create({
      connection,
      namespace: config.given.TEMPORAL_NAMESPACE ?? namespace ?? config.temporalNamespace,
      workflowBundle: lane === 'small' ? await bundleWorkflows() : undefined,
      ...workerOptions({ db, limits: config, languages: config.languages }, { ...config, lane }),
      shutdownGraceTime: config.shutdownGraceMs,
    });
  try {
    const workers = await Promise.all(lanes.map(workerOf));
    await Promise.all(workers.map((worker) => worker.run()));
  } finally {
    await connection.close();
    await disconnect(db);
  }
}

const bundleWorkflows = () =>
  bundleWorkflowCode({ workflowsPath: new URL('../workflows/index.ts', import.meta.url).pathname });

process.on('uncaughtException', (error) => {
  console.error(`worker: ${error.name}: ends and is to be started again`);
  process.exit(1);
});

await main();
