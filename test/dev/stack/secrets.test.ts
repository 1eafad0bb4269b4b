import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadOrCreateSecrets } from '../../../dev/stack/secrets.ts';
import { scratchDirectory } from '../scratch-directory.ts';

const modeOf = (path: string) => statSync(path).mode & 0o777;

it('makes the secrets once and returns the same ones later', async () => {
  const dir = await scratchDirectory();
  const first = loadOrCreateSecrets(dir);
  expect(loadOrCreateSecrets(dir)).toEqual(first);
  expect(new Set(Object.values(first)).size).toBe(4);
  for (const secret of Object.values(first)) expect(secret).toMatch(/^[\w-]{43}$/);
});

it('makes different secrets for another directory', async () => {
  expect(loadOrCreateSecrets(await scratchDirectory())).not.toEqual(loadOrCreateSecrets(await scratchDirectory()));
});

it('keeps the secrets in a file that only its owner can read, and corrects a wider mode', async () => {
  const dir = await scratchDirectory();
  const path = join(dir, 'secrets.json');
  loadOrCreateSecrets(dir);
  expect(modeOf(path)).toBe(0o600);
  chmodSync(path, 0o644);
  loadOrCreateSecrets(dir);
  expect(modeOf(path)).toBe(0o600);
});

it('reports what is missing in a changed file, and does not change the file', async () => {
  const dir = await scratchDirectory();
  const path = join(dir, 'secrets.json');
  writeFileSync(path, '{"databasePassword": "kept"}');
  expect(() => loadOrCreateSecrets(dir)).toThrow('secrets.json has no apiDatabasePassword');
  expect(readFileSync(path, 'utf8')).toBe('{"databasePassword": "kept"}');
});
