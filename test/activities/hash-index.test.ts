import { describe, expect, test } from 'vitest';
import { HashIndex, hashOf, NONE } from '../../activities/hash-index.ts';

describe('an index of hashes', () => {
  test('finds what was entered first under a text, however many there are', () => {
    const index = new HashIndex();
    for (let n = 0; n < 5_000; n++) expect(index.enter(hashOf(`p${n}@example.com`), n)).toBe(NONE);
    for (let n = 0; n < 5_000; n++) expect(index.enter(hashOf(`p${n}@example.com`), -n)).toBe(n);
    for (let n = 0; n < 5_000; n++) expect(index.get(hashOf(`p${n}@example.com`))).toBe(n);
    expect(index.get(hashOf('p5000@example.com'))).toBe(NONE);
  });

  test('tells hashes apart that differ in one half only', () => {
    const index = new HashIndex();
    index.enter({ high: 1, low: 16 }, 1);
    expect(index.get({ high: 2, low: 16 })).toBe(NONE);
    index.enter({ high: 2, low: 16 }, 2);
    expect([index.get({ high: 1, low: 16 }), index.get({ high: 2, low: 16 })]).toEqual([1, 2]);
  });

  // Half of a hash must be as even as chance for the whole to be: n texts then share about n²/2³³ of their halves.
  test.each([
    ['numbers', (n: number) => String(n)],
    ['numbers behind zeros', (n: number) => String(n).padStart(9, '0')],
    ['addresses', (n: number) => `first.last${n}@company.example.com`],
    ['names', (n: number) => `${(n % 1000).toString(36)}.${Math.floor(n / 1000).toString(36)}@x.se`],
  ])('spreads %s evenly, in each half', (_, textOf) => {
    const MANY = 200_000;
    const shared = { high: 0, low: 0 };
    const seen = { high: new Set<number>(), low: new Set<number>() };
    for (let n = 0; n < MANY; n++) {
      const hash = hashOf(textOf(n));
      for (const half of ['high', 'low'] as const) {
        if (seen[half].has(hash[half])) shared[half]++;
        seen[half].add(hash[half]);
      }
    }
    const expected = MANY ** 2 / 2 ** 33;
    // Six times the spread of such a count, which none in a hundred million passes by chance.
    const most = expected + 6 * Math.sqrt(expected);
    expect(shared.high).toBeLessThan(most);
    expect(shared.low).toBeLessThan(most);
  });
});
