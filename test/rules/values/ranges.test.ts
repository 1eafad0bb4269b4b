import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { type Range, rangeOfDate, rangeOfNumber, wholeYears } from '../../../rules/values/ranges.ts';

const numbers = (segmentId: number, lowerNumber: string | null, upperNumber: string | null): Range => ({
  segmentId,
  lowerNumber,
  upperNumber,
  lowerDay: null,
  upperDay: null,
});
const days = (segmentId: number, lowerDay: string | null, upperDay: string | null): Range => ({
  segmentId,
  lowerNumber: null,
  upperNumber: null,
  lowerDay,
  upperDay,
});

describe('ranges of numbers', () => {
  const bands = [numbers(1, null, '1000'), numbers(2, '1000.00', '2000'), numbers(3, '3000', null)];
  test.each([
    ['-5', 1],
    ['999.999', 1],
    ['1000', 2],
    ['1999.9999999999999999', 2],
    ['2000', undefined],
    ['2999.9', undefined],
    ['99999999999999999999', 3],
  ])('%s lies in band %s: the lower bound is in, the upper is out', (value, expected) => {
    expect(rangeOfNumber(bands, value)?.segmentId).toBe(expected);
  });
});

describe('ranges of dates', () => {
  test('by days: the first is in, the last is out', () => {
    const ranges = [days(1, null, '2020-01-01'), days(2, '2020-01-01', '2021-01-01')];
    expect(rangeOfDate(ranges, '2019-12-31', '2026-01-01')?.segmentId).toBe(1);
    expect(rangeOfDate(ranges, '2020-01-01', '2026-01-01')?.segmentId).toBe(2);
    expect(rangeOfDate(ranges, '2021-01-01', '2026-01-01')).toBeUndefined();
  });

  test('by whole years: a birthday begins the next year', () => {
    const tenure = [numbers(1, '0', '1'), numbers(2, '1', '5'), numbers(3, '5', null)];
    const on = (value: string) => rangeOfDate(tenure, value, '2026-03-15')?.segmentId;
    expect(on('2026-03-15')).toBe(1);
    expect(on('2025-03-16')).toBe(1);
    expect(on('2025-03-15')).toBe(2);
    expect(on('2021-03-16')).toBe(2);
    expect(on('2021-03-15')).toBe(3);
    expect(on('2026-03-16')).toBeUndefined();
  });

  test('whole years equal those of the calendar', () => {
    const day = fc.tuple(
      fc.integer({ min: 1900, max: 2100 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 31 }),
    );
    const plain = day.map(([year, month, d]) => Temporal.PlainDate.from({ year, month, day: d }));
    fc.assert(
      fc.property(plain, plain, (a, b) => {
        const [from, to] = Temporal.PlainDate.compare(a, b) <= 0 ? [a, b] : [b, a];
        expect(wholeYears(from.toString(), to.toString())).toBe(from.until(to, { largestUnit: 'years' }).years);
      }),
    );
  });
});
