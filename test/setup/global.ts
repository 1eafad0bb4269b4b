import { chmod, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import postgres from 'postgres';
import type { TestProject } from 'vitest/node';
import { migrate } from '../../db/migrate.ts';
import { startStack } from '../../dev/stack/stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The superuser's: sees every organization. */
    databaseUrl: string;
    apiDatabaseUrl: string;
    workerDatabaseUrl: string;
    temporalAddress: string;
    /** The name of a migrated database without rows, as a template. */
    emptyDatabase: string;
    /** The file that PostgreSQL logs to. */
    postgresLog: string;
    /** The bundled workflows, for `workflowBundle: { codePath }` of a Worker. */
    workflowBundlePath: string;
    /** A time zone in which no day ends during the run. */
    timeZone: string;
  }
}

/**
 * One PostgreSQL, one Temporal server and one bundle of the workflows for the whole run, in a directory that is removed
 * afterwards. Each test file uses its own organization and task queue.
 */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mass-edit-test-'));
  await chmod(dataDir, 0o711); // if the run is root's, PostgreSQL runs as another user and must be able to enter
  const bundling = bundleWorkflowCode({
    workflowsPath: resolve(import.meta.dirname, '../../workflows/index.ts'),
    logger: quiet,
  });
  bundling.catch(() => {}); // handled below, when there is something to stop
  const stack = await startStack({ dataDir, throwaway: true });
  try {
    await migrate({
      databaseUrl: stack.databaseUrl,
      apiPassword: stack.secrets.apiDatabasePassword,
      workerPassword: stack.secrets.workerDatabasePassword,
    });
    const emptyDatabase = await copyWhileEmpty(stack.databaseUrl);
    const workflowBundlePath = join(stack.dataDir, 'workflow-bundle.js');
    await writeFile(workflowBundlePath, (await bundling).code);
    provide('databaseUrl', stack.databaseUrl);
    provide('apiDatabaseUrl', stack.apiDatabaseUrl);
    provide('workerDatabaseUrl', stack.workerDatabaseUrl);
    provide('temporalAddress', stack.temporalAddress);
    provide('workflowBundlePath', workflowBundlePath);
    provide('emptyDatabase', emptyDatabase);
    provide('postgresLog', join(stack.dataDir, 'logs', 'postgres.log'));
    provide('timeZone', zoneInTheMorning());
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack.stop;
}

/** Copies the migrated database before a test connects to it: a database in use cannot be copied. */
async function copyWhileEmpty(databaseUrl: string): Promise<string> {
  const url = new URL(databaseUrl);
  const source = url.pathname.slice(1);
  url.pathname = '/postgres';
  const sql = postgres(url.href, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(`create database ${source}_empty template ${source}`);
  } finally {
    await sql.end();
  }
  return `${source}_empty`;
}

/** A zone of whole hours, without daylight saving time, in which it is between 2 and 3 in the morning. */
function zoneInTheMorning(): string {
  const ahead = 2 - new Date().getUTCHours(); // of UTC, in hours: from -21 to 2
  const hours = ahead < -12 ? ahead + 24 : ahead;
  // In these names the sign says how far UTC is ahead.
  return `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
}

/** Without this the bundler prints its sizes before every run. */
const quiet = {
  log: () => {},
  trace: () => {},
  debug: () => {},
  info: () => {},
  warn: (message: string) => console.warn(message),
  error: (message: string) => console.error(message),
};
