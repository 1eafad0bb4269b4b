import { describe, expect, test } from 'vitest';
import { childEnvironment } from '../../config.ts';
import { fuzz } from './fuzz.ts';
import { KEPT_INPUTS } from './kept-inputs.ts';
import { checkInput } from './properties.ts';

const { FUZZ_ROUNDS, FUZZ_SEED } = childEnvironment({});
const ROUNDS = Number(FUZZ_ROUNDS ?? 8_000);
/** The same every time, so that a failure is about the current change. `npm run fuzz` uses other seeds. */
const SEED = Number(FUZZ_SEED ?? 1);

/**
 * After the warm-up, memory never grew by more than 0.5 MiB. A reader that leaked 200 bytes a round would end at 1.5
 * MiB.
 */
const MOST_GROWTH_BYTES = 1.25 * 2 ** 20;
/** A minute on a processor of its own, which it never has. */
const TIMEOUT_MS = 900_000;

test(
  `the reader makes something of any file, the same in any pieces (seed ${SEED})`,
  async () => {
    const { failures, codes, memory } = await fuzz({ seed: SEED, rounds: ROUNDS });
    expect(failures.slice(0, 3).join('\n\n'), `${failures.length} failures`).toBe('');
    // Otherwise the rounds prove little: no file would get as far as its rows and cells.
    expect(Object.keys(codes).length).toBeGreaterThan(30);
    expect(memory.most - memory.warm).toBeLessThan(MOST_GROWTH_BYTES);
  },
  TIMEOUT_MS,
);

describe('a file on which the reader failed once', () => {
  test.each(KEPT_INPUTS)('is read the same in pieces of any size: $about', async ({ bytes, pieces, limits }) => {
    const whole = [bytes.length];
    const { problems } = await checkInput({ kind: 'mutated', bytes, limits, pieces: [pieces, whole], expected: null });
    expect(problems).toEqual([]);
  });
});
