import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { readConfig } from '../config.ts';
import { connect, disconnect } from '../db/client.ts';
import { buildApp } from './app.ts';
import { apiLogger } from './logger.ts';
import { describeFault } from './problems.ts';
import { startSweeper } from './sweeper.ts';

/**
 * Requests and the sweeper share these; an upload uses one only while it writes a chunk. More than one organization may
 * use at once (AT_ONCE), so that others find one.
 */
const CONNECTIONS = 30;

/**
 * The API process. Connects lazily to Temporal, so that /readyz can say that it is away. SIGTERM: takes no new request,
 * lets the others finish, ends. An exception that nobody caught ends the process, to be started again.
 */
async function main(): Promise<void> {
  const config = readConfig();
  const logger = apiLogger(config.logLevel);
  process.on('uncaughtException', (error) => {
    logger.fatal(describeFault(error), 'ends and is to be started again');
    process.exit(1);
  });
  const db = connect(config.databaseUrl, { max: CONNECTIONS, applicationName: 'mass-edit api' });
  const { connectionOptions, namespace } = loadClientConnectConfig();
  const connection = Connection.lazy({
    ...connectionOptions,
    address: config.temporalAddress ?? connectionOptions.address,
  });
  const temporal = new Client({
    connection,
    namespace: config.given.TEMPORAL_NAMESPACE ?? namespace ?? config.temporalNamespace,
  });
  const app = await buildApp({ db, temporal, config, logger });
  const sweeper = startSweeper({ db, temporal, config, log: logger });
  await app.listen({ port: config.port, host: config.host });

  const stop = async (): Promise<void> => {
    await app.close();
    await sweeper.stop();
    await connection.close();
    await disconnect(db);
  };
  let stopping = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      // What has not ended by then, a download that nobody reads, is cut.
      setTimeout(() => process.exit(1), config.shutdownGraceMs).unref();
      stop().then(() => process.exit(0));
    });
  }
}

await main();
