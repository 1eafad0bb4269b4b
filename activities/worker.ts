import { loadClientConnectConfig } from '@temporalio/envconfig';
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { readConfig } from '../config.ts';
import { connect, disconnect } from '../db/client.ts';
import { CONNECTIONS, workerOptions } from './worker-options.ts';

/**
 * The worker process: takes workflow and activity tasks from the queue and keeps nothing of its own. Add machines to go
 * faster across organizations. SIGTERM: takes nothing new, lets stages come to the end of a chunk, ends.
 *
 * An exception that nobody caught ends the process: a driver that lost its socket in the middle of something is not to
 * be trusted any further, and the engine gives the work to another attempt.
 */
async function main(): Promise<void> {
  const config = readConfig();
  Runtime.install({ shutdownSignals: ['SIGTERM', 'SIGINT'] });
  const db = connect(config.databaseUrl, { max: CONNECTIONS, applicationName: 'mass-edit worker' });
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = await NativeConnection.connect({
    ...connectionOptions,
    address: config.temporalAddress ?? connectionOptions.address,
  });
  try {
    const worker = await Worker.create({
      connection,
      namespace: config.given.TEMPORAL_NAMESPACE ?? namespace ?? config.temporalNamespace,
      taskQueue: config.taskQueue,
      workflowBundle: await bundleWorkflowCode({
        workflowsPath: new URL('../workflows/index.ts', import.meta.url).pathname,
      }),
      ...workerOptions({ db, limits: config, languages: config.languages }),
      shutdownGraceTime: config.shutdownGraceMs,
    });
    await worker.run();
  } finally {
    await connection.close();
    await disconnect(db);
  }
}

process.on('uncaughtException', (error) => {
  console.error(`worker: ${error.name}: ends and is to be started again`);
  process.exit(1);
});

await main();
