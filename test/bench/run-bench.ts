import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

const PROJECT = resolve(import.meta.dirname, '../..');
/** It starts a whole product of its own. On a busy machine that alone can take half a minute. */
export const BENCH_TIMEOUT_MS = 600_000;

/** Runs a measurement and returns its output. Throws if it reports that the work was not done. */
export async function runBench(name: string, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [`bench/${name}.ts`, ...args], { cwd: PROJECT });
  return stdout;
}
