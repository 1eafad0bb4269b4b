import { expect, test } from 'vitest';
import { prefetch } from '../../../activities/stage-runner/prefetch.ts';

test('prefetch starts the next call when a result is taken, and no further call', async () => {
  let begun = 0;
  const next = prefetch(async () => ++begun);
  expect(begun).toBe(1);
  expect(await next()).toBe(1);
  expect(begun).toBe(2);
  expect(await next()).toBe(2);
});

test('prefetch throws an error to the caller that takes the failed result, and to no other', async () => {
  let begun = 0;
  const next = prefetch(async () => {
    if (++begun === 2) throw new Error('The second');
    return begun;
  });
  expect(await next()).toBe(1);
  // An unhandled rejection would end the process in this turn.
  await new Promise((resolve) => setImmediate(resolve));
  await expect(next()).rejects.toThrow('The second');
});
