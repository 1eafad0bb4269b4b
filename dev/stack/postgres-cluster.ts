import { execFile } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { asCommand, type RunAs } from './postgres-user.ts';

const run = promisify(execFile);

export type ClusterInput = {
  dataDir: string;
  databaseDir: string;
  initdb: string;
  password: string;
  throwaway: boolean;
  runAs: RunAs;
};

/**
 * Creates the files of a PostgreSQL cluster, owned by the user that will run it, unless they exist. They are moved into
 * place only when they are complete, so an interrupted start is repeated.
 */
export async function createCluster(
  { dataDir, databaseDir, initdb, password, throwaway, runAs }: ClusterInput,
  { log, signal }: { log: (line: string) => void; signal?: AbortSignal },
): Promise<void> {
  if (existsSync(databaseDir)) return;
  log('Making the database (the first start on this data directory)');
  const making = join(dataDir, 'postgres.unfinished');
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { mode: 0o700 });
  const passwordFile = join(making, 'password');
  const cluster = join(making, 'cluster');
  // Owner only from the first byte on. The file is removed before the cluster is in use.
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (runAs.user) for (const path of [making, passwordFile]) chownSync(path, runAs.user.uid, runAs.user.gid);

  const { command, args, uid, gid } = asCommand(runAs, initdb, [
    `--pgdata=${cluster}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // PostgreSQL's own collation is the same on every machine and after every upgrade of the system libraries.
    ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'],
    ...(throwaway ? ['--no-sync'] : []),
  ]);
  try {
    await run(command, args, { uid, gid, signal });
  } catch (error) {
    signal?.throwIfAborted();
    const { stderr } = error as { stderr?: string };
    throw new Error(`initdb could not make the database: ${stderr?.trim() || (error as Error).message}`, {
      cause: error,
    });
  }
  renameSync(cluster, databaseDir);
  rmSync(making, { recursive: true, force: true });
}
