import { describe, expect, test } from 'vitest';
import { ABSENT, Hash64Table, hashOf } from '../../../activities/collections/hash-table.ts';

/** Three times the worst result of many seeds. A half without mixing shares thousands. */
const SHARED_AT_MOST = 100;

describe('a hash table', () => {
  test('finds the first value of each text among many texts', () => {
    const index = new Hash64Table();
    for (let n = 0; n < 5_000; n++) expect(index.insertIfAbsent(hashOf(`p${n}@example.com`), n)).toBe(ABSENT);
    for (let n = 0; n < 5_000; n++) expect(index.insertIfAbsent(hashOf(`p${n}@example.com`), -n)).toBe(n);
    for (let n = 0; n < 5_000; n++) expect(index.get(hashOf(`p${n}@example.com`))).toBe(n);
    expect(index.get(hashOf('p5000@example.com'))).toBe(ABSENT);
  });

  test('distinguishes hashes that differ in one half only', () => {
    const index = new Hash64Table();
    index.insertIfAbsent({ high: 1, low: 16 }, 1);
    expect(index.get({ high: 2, low: 16 })).toBe(ABSENT);
    index.insertIfAbsent({ high: 2, low: 16 }, 2);
    expect([index.get({ high: 1, low: 16 }), index.get({ high: 2, low: 16 })]).toEqual([1, 2]);
  });

  // By chance n texts share about n²/2³³ of their halves: 5. Of 360 seeds of the process, the worst left a pattern of
  // 30. For the whole hash a pair must share both halves, which have independent constants and seeds.
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
    expect(shared.high).toBeLessThan(SHARED_AT_MOST);
    expect(shared.low).toBeLessThan(SHARED_AT_MOST);
  });
});
