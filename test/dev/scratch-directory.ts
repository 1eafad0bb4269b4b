import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory of the test's own, removed when the test has finished. */
export async function scratchDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'mass-edit-scratch-'));
  await chmod(dir, 0o711); // PostgreSQL does not run as root and must be able to enter
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}
