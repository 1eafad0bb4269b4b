import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type DuplicateVerdict, NO_GROUP, resolveDuplicates } from '../../../rules/rows/duplicate-rows.ts';

/** Rows of lines 2, 3, …, each as `email group, external id group, person group, what it says`. */
const settled = (...rows: [number, number, number, string][]) =>
  resolveDuplicates({
    lines: Int32Array.from(rows, (_, at) => at + 2),
    groups: {
      email: Float64Array.from(rows, ([email]) => email),
      externalId: Float64Array.from(rows, ([, externalId]) => externalId),
      person: Float64Array.from(rows, ([, , user]) => user),
    },
    fingerprints: rows.map(([, , , says]) => says),
  });
const NO = NO_GROUP;
const contradicts = (
  otherLine: number,
  by: DuplicateVerdict['by'] = 'email',
  differ: DuplicateVerdict['differ'] = null,
): DuplicateVerdict => ({
  ...{ repeats: false, otherLine, by, differ },
});
const repeats = (otherLine: number, by: DuplicateVerdict['by'] = 'email'): DuplicateVerdict => ({
  repeats: true,
  otherLine,
  by,
  differ: null,
});

describe('duplicate rows', () => {
  test('have no verdict if no two rows share an identity', () => {
    expect(settled([1, 1, NO, 'a'], [2, 2, NO, 'a'], [NO, NO, NO, 'a'])).toEqual([null, null, null]);
  });

  test('with equal fingerprints repeat the first of them', () => {
    expect(settled([1, NO, NO, 'a'], [1, NO, NO, 'a'], [1, NO, NO, 'a'])).toEqual([null, repeats(2), repeats(2)]);
  });

  test('with different fingerprints contradict each other, and name the first that differs', () => {
    expect(settled([1, NO, NO, 'a'], [1, NO, NO, 'b'], [1, NO, NO, 'c'])).toEqual([
      contradicts(3),
      contradicts(2),
      contradicts(2),
    ]);
  });

  test('repeat a contradicted row and have its contradiction too', () => {
    expect(settled([1, NO, NO, 'a'], [1, NO, NO, 'a'], [1, NO, NO, 'b'])).toEqual([
      contradicts(4),
      repeats(2),
      contradicts(2),
    ]);
  });

  test('have the identity of the earliest contradiction', () => {
    expect(settled([NO, 7, NO, 'a'], [NO, 7, NO, 'b'])).toEqual([
      contradicts(3, 'externalId'),
      contradicts(2, 'externalId'),
    ]);
    expect(settled([NO, NO, 9, 'a'], [NO, NO, 9, 'b'])).toEqual([contradicts(3, 'person'), contradicts(2, 'person')]);
    expect(settled([1, NO, NO, 'a'], [NO, 7, NO, 'b'], [1, 7, NO, 'c'])[2]).toEqual(contradicts(2));
  });

  test('are found in any groups: a row that shares a group names another row of that group', () => {
    const group = fc.integer({ min: -1, max: 3 });
    const row = fc.tuple(group, group, group, fc.constantFrom('a', 'b'));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), (rows) => {
        const shares = (a: number, b: number) =>
          a !== b && [0, 1, 2].some((kind) => rows[a]?.[kind] !== NO && rows[a]?.[kind] === rows[b]?.[kind]);
        for (const [at, duplicate] of settled(...rows).entries()) {
          const others = [...rows.keys()].filter((other) => shares(at, other));
          const earlierAlike = others.filter((other) => other < at && rows[other]?.[3] === rows[at]?.[3]);
          const different = others.filter((other) => rows[other]?.[3] !== rows[at]?.[3]);
          const expected = earlierAlike[0] ?? different[0];
          expect(duplicate?.otherLine).toBe(expected === undefined ? undefined : expected + 2);
          expect(duplicate?.repeats ?? false).toBe(earlierAlike.length > 0);
        }
      }),
    );
  });
});
