import { describe, expect, test } from 'vitest';
import { childEnvironment } from '../../config.ts';
import { fuzz } from './fuzz.ts';
import { KEPT_INPUTS } from './kept-inputs.ts';
import { checkInput } from './properties.ts';

const { FUZZ_ROUNDS, FUZZ_SEED } = childEnvironment({});
const ROUNDS = Number(FUZZ_ROUNDS ?? 8_000);
/** The same every time, so that a red run is about the change at hand; `npm run fuzz` looks elsewhere. */
const SEED = Number(FUZZ_SEED ?? 1);

/**
 * After the warm-up there was never more than 0.5 MiB more in use. A reader that kept 200 bytes of a file a round would
 * have 1.5 in the end.
 */
const MOST_GROWTH_BYTES = 1.25 * 2 ** 20;
/** A minute on a processor of its own; it never has one. */
const TIMEOUT_MS = 900_000;

test(
  `the reader makes something of any file, the same in any pieces (seed ${SEED})`,
  async () => {
    const { failures, codes, memory } = await fuzz({ seed: SEED, rounds: ROUNDS });
    expect(failures.slice(0, 3).join('\n\n'), `${failures.length} failures`).toBe('');
    // Otherwise the rounds show little: no file would get as far as its rows and cells.
    expect(Object.keys(codes).length).toBeGreaterThan(30);
    expect(memory.most - memory.warm).toBeLessThan(MOST_GROWTH_BYTES);
  },
  TIMEOUT_MS,
);

describe('a file on which it failed once', () => {
  test.each(KEPT_INPUTS)('is read the same in any pieces: $about', async ({ bytes, pieces, limits }) => {
    const whole = [bytes.length];
    const { problems } = await checkInput({ kind: 'mutated', bytes, limits, pieces: [pieces, whole], expected: null });
    expect(problems).toEqual([]);
  });
});
