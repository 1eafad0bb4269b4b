import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** A directory of the test's own, removed when it is over. */
export async function scratchDirectory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'mass-edit-scratch-'));
  await chmod(dir, 0o711); // so that PostgreSQL, which does not run as root, can walk in
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}
