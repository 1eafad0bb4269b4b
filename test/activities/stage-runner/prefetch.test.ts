import { expect, test } from 'vitest';
import { prefetch } from '../../../activities/stage-runner/prefetch.ts';

test('begins the next piece of work when one is taken, and no more than that', async () => {
  let begun = 0;
  const next = prefetch(async () => ++begun);
  expect(begun).toBe(1);
  expect(await next()).toBe(1);
  expect(begun).toBe(2);
  expect(await next()).toBe(2);
});

test('tells a fault to whoever takes the piece in which it came up, and to nobody where none does', async () => {
  let begun = 0;
  const next = prefetch(async () => {
    if (++begun === 2) throw new Error('The second');
    return begun;
  });
  expect(await next()).toBe(1);
  // Were the fault let go of, this turn would end the process.
  await new Promise((resolve) => setImmediate(resolve));
  await expect(next()).rejects.toThrow('The second');
});
