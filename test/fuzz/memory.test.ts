import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

type Read = { rows: number; refused: number; mostBytes: number };

const MEBIBYTE = 2 ** 20;
const SCRIPT = fileURLToPath(new URL('./read-stream.ts', import.meta.url));
/** A heap as small as reading allows, so that garbage is not kept because there is room. */
const SMALL_HEAP = ['--max-semi-space-size=1', '--max-old-space-size=64'];
/**
 * Between files of 8, 64 and 256 MiB the difference was never more than 6 MiB. A fifth of the longer file is more than
 * that.
 */
const MOST_GROWTH_BYTES = 12 * MEBIBYTE;

const readFileOf = async (mebibytes: number): Promise<Read> => {
  const { stdout } = await promisify(execFile)(process.execPath, [...SMALL_HEAP, SCRIPT, `${mebibytes * MEBIBYTE}`]);
  return JSON.parse(stdout);
};

test('a file of 64 MiB takes no more memory than one of 8', async () => {
  const short = await readFileOf(8);
  const long = await readFileOf(64);
  expect(long.rows).toBeGreaterThan(7 * short.rows);
  expect(long.refused).toBe(0);
  expect(long.mostBytes - short.mostBytes).toBeLessThan(MOST_GROWTH_BYTES);
}, 900_000);
