import { spawn } from 'node:child_process';
import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished, vi } from 'vitest';
import { closeToOthers } from '../../../dev/processes/owner-only.ts';
import { WAIT_MS } from '../../support/until.ts';
import { scratchDirectory } from '../scratch-directory.ts';

const START = resolve(import.meta.dirname, '../start-a-stack.ts');

it('closes all files of a running stack to other users with any umask, and the files of an earlier version', async () => {
  const dataDir = join(await scratchDirectory(), 'above', 'data');
  await runWithoutUmask(dataDir, () => {
    const found = openIn(dataDir);
    expect(found.open).toEqual([]);
    expect(found.names).toEqual(
      expect.arrayContaining([
        'postgres/PG_VERSION',
        'logs/temporal.log',
        'temporal.db',
        'temporal.db-wal',
        'secrets.json',
      ]),
    );
  });
  for (const [path, isDirectory] of everythingIn(dataDir)) chmodSync(path, isDirectory ? 0o755 : 0o644);
  await runWithoutUmask(dataDir, () => expect(openIn(dataDir).open).toEqual([]));
});

it('does not change other files, a directory that is not its own, or the target of a link', async () => {
  const dir = await scratchDirectory();
  chmodSync(dir, 0o755);
  mkdirSync(join(dir, 'logs'));
  for (const name of ['notes.txt', 'secrets.json', 'logs/api.log']) writeFileSync(join(dir, name), '');
  symlinkSync(join(dir, 'notes.txt'), join(dir, 'stack.json'));
  for (const name of ['notes.txt', 'secrets.json', 'logs/api.log']) chmodSync(join(dir, name), 0o644);
  closeToOthers(dir);
  const modes = Object.fromEntries(everythingIn(dir).map(([path]) => [relative(dir, path), modeOf(path)]));
  expect(modes).toMatchObject({
    '': 0o755,
    'notes.txt': 0o644,
    'secrets.json': 0o600,
    logs: 0o700,
    'logs/api.log': 0o600,
  });
});

const modeOf = (path: string): number | undefined => {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found && found.mode & 0o777;
};

/** A directory and all in it, except links. */
function everythingIn(path: string): [path: string, isDirectory: boolean][] {
  // A running server removes files of its own.
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return [[path, false]];
  if (!found?.isDirectory()) return [];
  return [[path, true], ...readdirSync(path).flatMap((name) => everythingIn(join(path, name)))];
}

/** The files, and the rights of other users on them. */
function openIn(dataDir: string): { names: string[]; open: string[] } {
  const all = everythingIn(dataDir);
  const open = all.filter(([path, isDirectory]) => ![undefined, isDirectory ? 0o700 : 0o600].includes(modeOf(path)));
  const nameOf = ([path]: [string, boolean]) => relative(dataDir, path);
  return { names: all.map(nameOf), open: open.map(nameOf) };
}

/** Runs a stack in a process whose umask opens every file to all, and checks the files while it runs. */
async function runWithoutUmask(dataDir: string, look: () => void): Promise<void> {
  const child = spawn('sh', ['-c', 'umask 0 && exec "$@"', 'sh', process.execPath, START, dataDir], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((end) => child.once('exit', end));
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout! });
  await new Promise((ready) => lines.once('line', ready));
  look();
  child.kill('SIGTERM');
  await ended;
  // The watchdog stops the programs of the process.
  await vi.waitUntil(() => !existsSync(join(dataDir, 'processes.json')), WAIT_MS);
}
