import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { expect, it, onTestFinished, vi } from 'vitest';
import { isAlive, type ProcessRef, refTo } from '../../../dev/processes/processes.ts';
import { type Stack, startStack } from '../../../dev/stack/stack.ts';
import { WAIT_MS } from '../../support/until.ts';
import { scratchDirectory } from '../scratch-directory.ts';

it('keeps data and secrets from one start to the next', async () => {
  const dataDir = await scratchDirectory();
  const first = await startStack({ dataDir });
  await write(first, 'kept');
  const { secrets } = first;
  await first.stop();
  expect(existsSync(join(dataDir, 'processes.json'))).toBe(false);

  const second = await started({ dataDir });
  expect(second.secrets).toEqual(secrets);
  expect(await readBack(second)).toEqual(['kept']);
});

it('starts again after everything was killed, ends the remaining processes, and has lost nothing', async () => {
  const dataDir = await scratchDirectory();
  const { child, stack } = await startedInAnotherProcess(dataDir);
  await write(stack, 'survives');
  const { guard, programs } = recordIn(dataDir);
  process.kill(guard.pid, 'SIGKILL'); // so that the servers still run after the next line
  child.kill('SIGKILL');
  await vi.waitUntil(() => refTo(child.pid!) === null && !isAlive(guard), WAIT_MS);
  expect([isAlive(programs.postgres), isAlive(programs.temporal)]).toEqual([true, true]);

  const next = await started({ dataDir });
  expect([isAlive(programs.postgres), isAlive(programs.temporal)]).toEqual([false, false]);
  expect(await readBack(next)).toEqual(['survives']);
});

it('starts again if the number of a killed server now belongs to another program, and leaves that program alone', async () => {
  const dataDir = await scratchDirectory();
  const first = await startStack({ dataDir });
  await first.stop();
  const other = spawn('sleep', ['300'], { stdio: 'ignore' });
  onTestFinished(() => void other.kill());
  writeFileSync(join(dataDir, 'postgres', 'postmaster.pid'), `${other.pid}\n${join(dataDir, 'postgres')}\n`);
  const strangers = { pid: other.pid!, identity: 'an earlier program of this number', stopSteps: [] };
  writeFileSync(
    join(dataDir, 'processes.json'),
    JSON.stringify({ starter: strangers, guard: null, stopping: false, programs: { postgres: strangers } }),
  );

  const next = await started({ dataDir });
  expect(next.pid('postgres')).toBeGreaterThan(0);
  expect(refTo(other.pid!)).not.toBeNull();
});

it('leaves no server behind when the process that started it is killed', async () => {
  const dataDir = await scratchDirectory();
  const { child } = await startedInAnotherProcess(dataDir);
  const { programs } = recordIn(dataDir);
  child.kill('SIGKILL');
  await vi.waitUntil(() => !isAlive(programs.postgres) && !isAlive(programs.temporal), WAIT_MS);
  await vi.waitUntil(() => !existsSync(join(dataDir, 'processes.json')), WAIT_MS);
});

it('refuses a second stack on the same directory and names the running one, and allows one on another directory', async () => {
  const dataDir = await scratchDirectory();
  const first = await started({ dataDir, throwaway: true });
  await expect(startStack({ dataDir })).rejects.toThrow(`already runs on ${dataDir}: process ${process.pid}`);
  const beside = await started({ dataDir: await scratchDirectory(), throwaway: true });
  expect(beside.databaseUrl).not.toBe(first.databaseUrl);
  expect(beside.temporalAddress).not.toBe(first.temporalAddress);
  await write(beside, 'of its own');
  expect(isAlive(refTo(first.pid('postgres')!)!)).toBe(true);
});

it('stops the started servers if another server cannot start', async () => {
  const dataDir = await scratchDirectory();
  const running = await started({ dataDir: await scratchDirectory(), throwaway: true });
  const taken = Number(running.temporalAddress.split(':')[1]);
  const starting = startStack({ dataDir, throwaway: true, ports: { temporal: { port: taken, given: true } } });
  await expect(starting).rejects.toThrow(`TEMPORAL_PORT ${taken} is taken`);
  expect(existsSync(dataDir)).toBe(false); // a throwaway stack removes its directory at the end
});

it('starts below a directory that only its owner may enter, even if the owner is root', async () => {
  const closed = join(await scratchDirectory(), 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const stack = await started({ dataDir: join(closed, 'data'), throwaway: true });
  expect(isAlive(refTo(stack.pid('postgres')!)!)).toBe(true);
});

it('uses a given Temporal server, prepares it, and starts none', async () => {
  const elsewhere = await started({ dataDir: await scratchDirectory(), throwaway: true });
  const { temporalAddress } = elsewhere;
  const stack = await started({ dataDir: await scratchDirectory(), throwaway: true, temporalAddress });
  expect(stack).toMatchObject({ temporalAddress, temporalUiUrl: null });
  expect(stack.pid('temporal')).toBeNull();
});

async function started(input: Parameters<typeof startStack>[0]): Promise<Stack> {
  const stack = await startStack(input);
  onTestFinished(() => stack.stop());
  return stack;
}

/** A stack whose starter can be killed. */
async function startedInAnotherProcess(
  dataDir: string,
): Promise<{ child: ChildProcess; stack: Pick<Stack, 'databaseUrl'> }> {
  const child = spawn(process.execPath, [resolve(import.meta.dirname, '../start-a-stack.ts'), dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  for await (const line of createInterface({ input: child.stdout! })) return { child, stack: JSON.parse(line) };
  throw new Error('The other process ended without a stack');
}

function recordIn(dataDir: string): { guard: ProcessRef; programs: Record<'postgres' | 'temporal', ProcessRef> } {
  return JSON.parse(readFileSync(join(dataDir, 'processes.json'), 'utf8'));
}

async function write({ databaseUrl }: Pick<Stack, 'databaseUrl'>, note: string): Promise<void> {
  await withDatabase(databaseUrl, async (sql) => {
    await sql`create table notes (note text)`;
    await sql`insert into notes values (${note})`;
  });
}

async function readBack({ databaseUrl }: Stack): Promise<string[]> {
  return withDatabase(databaseUrl, async (sql) => (await sql`select note from notes`).map(({ note }) => note));
}

async function withDatabase<Result>(url: string, work: (sql: postgres.Sql) => Promise<Result>): Promise<Result> {
  const sql = postgres(url, { max: 1 });
  try {
    return await work(sql);
  } finally {
    await sql.end();
  }
}
