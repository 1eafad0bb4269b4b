import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import postgres from 'postgres';
import { commandOf, refTo, type StopSteps, stopProcess } from '../processes/processes.ts';
import {
  type ProcessContext,
  type ProcessSpec,
  type SupervisedProcess,
  startProcess,
} from '../processes/supervised-process.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { createCluster } from './postgres-cluster.ts';
import { postgresFlags } from './postgres-flags.ts';
import { asCommand, runPostgresAs } from './postgres-user.ts';

export type PostgresInput = {
  dataDir: string;
  port: number;
  /** Of the superuser `postgres`; the password from the creation of the cluster. */
  password: string;
  /** For tests: no write waits for the disk, and a crash of the machine may lose all data. */
  throwaway: boolean;
  /** Releases its reserved port. */
  releasePort: () => Promise<void>;
};

const DATABASE_NAME = 'mass_edit';

/** SIGINT is its fast shutdown, SIGQUIT its immediate one (the next start then recovers). Both keep the data intact. */
const STOP_STEPS: StopSteps = [
  { signal: 'SIGINT', waitMs: 20_000 },
  { signal: 'SIGQUIT', waitMs: 5_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];
/** After a power cut it replays at most max_wal_size of WAL first, which takes a minute or two on a slow disk. */
const READY_WITHIN_MS = 180_000;
/** How long the last processes of a killed server take to notice. */
const LEFTOVERS_MS = 10_000;
const POLL_EVERY_MS = 500;

/**
 * Starts PostgreSQL on the data directory, with the database `mass_edit`. Creates the cluster first if it does not
 * exist. Returns the running program and the superuser's URL. The next start on the same directory finds its data. The
 * leftovers of a killed server (its pid file, its last processes) are cleared first.
 */
export async function startPostgres(
  input: PostgresInput,
  context: ProcessContext,
): Promise<{ program: SupervisedProcess; databaseUrl: string }> {
  const databaseDir = join(input.dataDir, 'postgres');
  const binaries = await postgresBinaries();
  const runAs = runPostgresAs(databaseDir, [binaries.postgres, input.dataDir]);
  await createCluster({ databaseDir, initdb: binaries.initdb, runAs, ...input }, context);
  await input.releasePort();

  const spec: ProcessSpec = {
    name: 'postgres',
    ...asCommand(runAs, binaries.postgres, [
      ...['-D', databaseDir, '-p', String(input.port)],
      ...postgresFlags({ throwaway: input.throwaway }),
    ]),
    logFile: join(input.dataDir, 'logs', 'postgres.log'),
    stopSteps: STOP_STEPS,
    prepare: () => clearLeftovers(databaseDir),
    isReady: (pid) => {
      const status = statusIn(databaseDir);
      return status?.pid === pid && status.state === 'ready';
    },
    readyWithinMs: READY_WITHIN_MS,
  };
  const program = await onceMemoryIsFree(() => startProcess(spec, context));
  const urlOf = (database: string) => `postgres://postgres:${input.password}@127.0.0.1:${input.port}/${database}`;
  try {
    await createDatabase(urlOf('postgres'));
  } catch (error) {
    await program.stop();
    throw error;
  }
  return { program, databaseUrl: urlOf(DATABASE_NAME) };
}

/**
 * PostgreSQL ignores the pid file of a dead server, unless its number now belongs to another program (a container
 * reuses the same few numbers). It also refuses to start while the old server lives.
 */
async function clearLeftovers(databaseDir: string): Promise<void> {
  const pid = statusIn(databaseDir)?.pid;
  const server = pid === undefined ? null : refTo(pid);
  if (server !== null) {
    // The check includes the directory: another stack's PostgreSQL may have the number by now.
    if (commandOf(server.pid).includes(`-D ${databaseDir} `)) await stopProcess(server, STOP_STEPS);
    else rmSync(join(databaseDir, 'postmaster.pid'), { force: true });
  }
}

/**
 * The last processes of a killed server hold its memory until they notice its end. The next server must wait for that.
 */
async function onceMemoryIsFree(start: () => Promise<SupervisedProcess>): Promise<SupervisedProcess> {
  const deadline = performance.now() + LEFTOVERS_MS;
  for (;;) {
    try {
      return await start();
    } catch (error) {
      const isHeld = (error as Error).message.includes('pre-existing shared memory block');
      if (!isHeld || performance.now() > deadline) throw error;
      await pause(POLL_EVERY_MS);
    }
  }
}

/** A server's state in its pid file: line 1 the process number, line 8 the state. `pg_ctl` reads the same lines. */
function statusIn(databaseDir: string): { pid: number; state: string } | undefined {
  try {
    const lines = readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), state: (lines[7] ?? '').trim() };
  } catch {
    return undefined;
  }
}

/** UTF8 whatever the machine's language is; from template0, which never changes. */
async function createDatabase(maintenanceUrl: string): Promise<void> {
  const client = postgres(maintenanceUrl, { max: 1, onnotice: () => {} });
  try {
    await client.unsafe(`create database ${DATABASE_NAME} encoding 'UTF8' template template0`);
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === '42P04') return; // duplicate_database: made by an earlier start
    if (code === '28P01')
      throw new Error(
        'The password in secrets.json is not the one this database was made with. Put the old file back, or remove ' +
          'the data directory to start from nothing.',
        { cause: error },
      );
    throw error;
  } finally {
    await client.end({ timeout: 5 });
  }
}
