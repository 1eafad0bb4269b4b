import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessName } from '../../dev/processes/process-registry.ts';
import type { Random } from '../model/random.ts';
import type { FaultEnvironment } from './environment.ts';
import type { Fault } from './next-hit.ts';
import { cycle } from './schedule.ts';
import { retryWhileAway } from './steady.ts';

const DOWN_WITHIN_MS = 5_000;
const UP_WITHIN_MS = 60_000;
const FULL_MS = 2_500;
const LOST_WITHIN_MS = 30_000;
/** Connections of the product, by the names that it gives them. */
const OURS = `application_name like 'mass-edit%'`;

/** Faults of the servers. Each resolves when the server is back. */
export function breakServers(
  environment: FaultEnvironment,
  random: Random,
): Record<'postgres' | 'temporal' | 'disk', Fault> {
  const how = cycle(['restart', 'backend killed', 'backends terminated']);
  return {
    postgres: async () => {
      const what = how();
      if (what === 'restart') return `PostgreSQL ended at once, ${await restart(environment, 'postgres', 'SIGQUIT')}`;
      if (what === 'backends terminated') {
        const gone = await retryWhileAway(() =>
          environment.sql.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity where ${OURS}`),
        );
        return `${gone.length} backends terminated`;
      }
      const pid = await backendAtWork(environment, random);
      if (pid === undefined) return null;
      process.kill(pid, 'SIGKILL');
      await retryWhileAway(() => environment.sql`select 1`);
      return `backend ${pid} killed`;
    },
    temporal: async () => `Temporal killed, ${await restart(environment, 'temporal', 'SIGKILL')}`,
    disk: async () => {
      if (!environment.disk) return 'no right to a small disk here';
      environment.disk.fill();
      await pause(FULL_MS);
      environment.disk.clear();
      return `disk full for ${FULL_MS} ms`;
    },
  };
}

/** Faults of the connections between processes and servers. */
export function breakLines(environment: FaultEnvironment, random: Random): Record<'links' | 'commits', Fault> {
  const named = (links: FaultEnvironment['engineLinks']) =>
    links.map((link, at) => ({ link, of: ['api', 'worker-1', 'worker-2'][at] }));
  const lines = [
    ...named(environment.databaseLinks).map((line) => ({ ...line, to: 'PostgreSQL' })),
    ...named(environment.engineLinks).map((line) => ({ ...line, to: 'Temporal' })),
  ];
  const harms = (['cut', 'half-open', 'slow'] as const).flatMap((harm) => lines.map((line) => ({ ...line, harm })));
  const next = cycle(random.shuffled(harms));
  return {
    links: async () => {
      const { link, of, to, harm } = next();
      if (harm === 'cut') link.cut();
      else if (harm === 'slow') await link.slow(random.whole(20, 150), 3_000);
      else await link.halfOpen(random.whole(1_000, 6_000), random.whole(0, 3_000));
      return `the line of ${of} to ${to}: ${harm}`;
    },
    commits: async () => {
      const { link, of } = random.one(lines.slice(0, environment.databaseLinks.length));
      const losing = link.loseNextCommit();
      const lost = await Promise.race([losing.lost.then(() => true), pause(LOST_WITHIN_MS, false, { ref: false })]);
      losing.callOff();
      return lost ? `a COMMIT of ${of} was done and its answer lost` : null;
    },
  };
}

/** A backend of the product, if possible one in a transaction. There may be none just after a restart. */
async function backendAtWork(environment: FaultEnvironment, random: Random): Promise<number | undefined> {
  for (const end = Date.now() + UP_WITHIN_MS; Date.now() < end; await pause(50)) {
    const found = await retryWhileAway(() =>
      environment.sql.unsafe<{ pid: number; busy: boolean }[]>(
        `select pid, xact_start is not null as busy from pg_stat_activity where ${OURS}`,
      ),
    );
    const busy = found.filter((one) => one.busy);
    if (found.length > 0) return random.one(busy.length > 0 ? busy : found).pid;
  }
  return undefined;
}

/** Ends a server, which the stack starts again. */
async function restart(environment: FaultEnvironment, name: ProcessName, signal: NodeJS.Signals): Promise<string> {
  const pid = environment.stack.pid(name);
  if (pid === null) throw new Error(`${name} does not run`);
  const begun = Date.now();
  process.kill(pid, signal);
  await until(() => environment.stack.pid(name) !== pid || !isThere(pid), DOWN_WITHIN_MS);
  await until(() => environment.stack.pid(name) !== pid, UP_WITHIN_MS);
  if (name === 'postgres') await retryWhileAway(() => environment.sql`select 1`);
  return `back after ${Date.now() - begun} ms`;
}

async function until(holds: () => boolean, withinMs: number): Promise<void> {
  for (const end = Date.now() + withinMs; Date.now() < end; await pause(50)) if (holds()) return;
  throw new Error(`A server did not do as it was told within ${withinMs} ms`);
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
