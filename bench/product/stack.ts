import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { readConfig } from '../../config.ts';
import { connect, type Database, disconnect } from '../../db/client.ts';
import { startEnvironment } from '../../dev/environment.ts';
import type { StackFile } from '../../dev/stack/stack-file.ts';

/** The product as it runs on a fresh machine, and a superuser's connections to its database. */
export type Stack = { description: StackFile; db: Database };

/** Starts the whole product in a directory of its own on free ports, runs `work` with it, and removes everything. */
export async function withProduct<T>(work: (stack: Stack) => Promise<T>): Promise<T> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mass-edit-bench-'));
  const settings = { DATA_DIR: dataDir, DEMO: 'false', LOG_LEVEL: 'warn', UPLOADS_AN_HOUR: '1000000' };
  const anyPort = { PORT: '0', DATABASE_PORT: '0', TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: '0' };
  const { description, stop } = await startEnvironment(readConfig({ ...settings, ...anyPort }, []), { log: () => {} });
  const db = connect(description.databaseUrl);
  try {
    return await work({ description, db });
  } finally {
    await disconnect(db);
    await stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** The clean-up after one contender must not count for the next. */
export async function vacuumAndCheckpoint({ db }: Stack): Promise<void> {
  await db.$client`vacuum analyze`;
  await db.$client`checkpoint`;
}

/** The machine of a measurement. */
export const machine = (): string =>
  `${availableParallelism()} × ${cpus()[0]?.model}, ${Math.round(totalmem() / 2 ** 30)} GiB`;

/** Minimum, median and maximum of some figures. */
export function spread(figures: number[]): string {
  const sorted = figures.toSorted((a, b) => a - b);
  const [least, median, most] = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted.at(-1)];
  return `median ${median?.toFixed(2)}, ${least?.toFixed(2)} to ${most?.toFixed(2)}`;
}
