import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import type { ColumnFormat } from '../../../rules/values/column-format.ts';
import { checkDate, dateEvidence, isIsoDate } from '../../../rules/values/dates.ts';

const proved = (order: 'day_first' | 'month_first'): ColumnFormat['dates'] => ({
  order,
  proof: { line: 2, value: '' },
  against: null,
  yearFirst: null,
});
const read = (text: string, format?: ColumnFormat['dates']) => {
  const date = checkDate(text, format);
  return date.ok ? date.value : date.code;
};

const exists = (year: number, month: number, day: number): boolean => {
  try {
    Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
    return true;
  } catch {
    return false;
  }
};

test('a year-month-day is a date exactly if the calendar has that day', () => {
  const parts = fc.tuple(
    fc.integer({ min: 1000, max: 9999 }),
    fc.integer({ min: 0, max: 13 }),
    fc.integer({ min: 0, max: 32 }),
  );
  fc.assert(
    fc.property(parts, ([year, month, day]) => {
      const text = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
      return isIsoDate(text) === exists(year, month, day);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['2024-02-29', '2024-02-29'],
  ['2023-02-29', 'DATE_INVALID'],
  ['1900-02-29', 'DATE_INVALID'],
  ['2000-02-29', '2000-02-29'],
  ['2026-04-31', 'DATE_INVALID'],
  ['2026-2-8', '2026-02-08'],
  ['2026/02/28', '2026-02-28'],
  ['0202-05-01', 'DATE_INVALID'],
  ['2026-13-01', 'DATE_INVALID'],
  ['２０２６-01-01', '2026-01-01'],
  ['2026‑01‑31', '2026-01-31'],
  ['２０２６／１／３１', '2026-01-31'],
  ['1980-01-31 00:00:00', '1980-01-31'],
  ['1980-01-31T00:00:00.0000000', '1980-01-31'],
  ['1980-01-31 0:00', '1980-01-31'],
  ['1980-01-31 12:00:00\u202fAM', '1980-01-31'],
  ['1980-01-31 00.00.00', '1980-01-31'],
  ['1980-01-31 kl. 00:00', '1980-01-31'],
  ['1980-01-31, 00:00 Uhr', '1980-01-31'],
  ['1980-01-31 12:00 a. m.', '1980-01-31'],
  ['31. Januar 1980', '1980-01-31'],
  ['31.Januar 1980 00:00', '1980-01-31'],
  ['31-JAN-1980', '1980-01-31'],
  ['31Jan1980', '1980-01-31'],
  ['January 31st, 1980', '1980-01-31'],
  ['1er août 1980', '1980-08-01'],
  ['31 de enero de 1980', '1980-01-31'],
  ['1º de março de 1980', '1980-03-01'],
  ['31 stycznia 1980 r.', '1980-01-31'],
  ['den 31 januari 1980', '1980-01-31'],
  ['5. Maerz 1980', '1980-03-05'],
  ['30 feb 1980', 'DATE_INVALID'],
  ['last spring', 'DATE_INVALID'],
  ['1/2', 'DATE_INVALID'],
])('%s is read as %s in any column', (text, expected) => {
  expect(read(text)).toBe(expected);
  expect(read(text, proved('month_first'))).toBe(expected);
});

describe('day and month before the year', () => {
  test('are read in the order that the column proves', () => {
    expect(read('03/04/2026', proved('day_first'))).toBe('2026-04-03');
    expect(read('03/04/2026', proved('month_first'))).toBe('2026-03-04');
    expect(read('3.4.2026', proved('day_first'))).toBe('2026-04-03');
    expect(read('31/12/2025', proved('day_first'))).toBe('2025-12-31');
  });

  test('are never guessed', () => {
    expect(checkDate('03/04/2026')).toEqual({
      ok: false,
      code: 'DATE_AMBIGUOUS',
      details: { dayFirst: '2026-04-03', monthFirst: '2026-03-04' },
    });
    expect(read('05/05/2026')).toBe('DATE_AMBIGUOUS');
  });

  test('name the two cells that contradict each other', () => {
    const format: ColumnFormat['dates'] = {
      order: 'contradicting',
      proof: { line: 2, value: '31/12/2025' },
      against: { line: 9, value: '12/31/2025' },
      yearFirst: null,
    };
    const date = checkDate('31/12/2025', format);
    expect(date).toMatchObject({
      ok: false,
      code: 'DATE_AMBIGUOUS',
      details: { line: 2, otherLine: 9, otherCell: '12/31/2025' },
    });
  });

  test('a day that does not exist in the order of the column is an error', () => {
    expect(checkDate('12/31/2025', proved('day_first'))).toEqual({
      ok: false,
      code: 'DATE_INVALID',
      details: { reason: 'no_such_day' },
    });
    expect(read('31/02/2026')).toBe('DATE_INVALID');
  });

  test('prove an order only if the other is impossible', () => {
    expect(dateEvidence('31/12/2025')).toBe('day_first');
    expect(dateEvidence('12/31/2025')).toBe('month_first');
    expect(dateEvidence('11/12/2025')).toBeNull();
    expect(dateEvidence('31/31/2025')).toBeNull();
    expect(dateEvidence('2025-12-31')).toBe('year_first');
    expect(dateEvidence('31/12/2025 00:00')).toBe('day_first');
    expect(dateEvidence('12/31/2025 12:00 AM')).toBe('month_first');
  });

  test('prove nothing if the cell is unreadable', () => {
    for (const cell of ['31/12/2025 14:30', '31/12/2025 00:00Z', '31/12/202¹', '31/12/25', '31. Foo 2025'])
      expect(dateEvidence(cell)).toBeNull();
  });

  test('are proved by a month in words, except an English one after the day', () => {
    expect(dateEvidence('3. Mai 2025')).toBe('day_first');
    expect(dateEvidence('May 3, 2025')).toBe('month_first');
    expect(dateEvidence('3-May-2025')).toBeNull();
    expect(dateEvidence('2025-May-03')).toBe('year_first');
  });
});

test.each([
  ['45292', 'serial', '2024-01-01'],
  ['99999', 'serial', '2173-10-13'],
  ['45292.5', 'serial', undefined],
  ['61', 'form', undefined],
  ['60', 'form', undefined],
  ['310180', 'form', undefined],
  ['1980', 'year_alone', undefined],
  ['45292.0', 'serial', '2024-01-01'],
  ['20240101', 'form', '2024-01-01'],
  ['10101980', 'form', undefined],
  ['2024-01-01T12:30', 'time', undefined],
  ['2024-01-01 24:00', 'time', undefined],
  ['2024-01-01 12:00:00', 'time', undefined],
  ['1/5/80 0:00', 'two_digit_year', undefined],
  ['31-Jan-80', 'two_digit_year', undefined],
  ['2024-01-01¹', 'digit', '2024-01-01'],
  ['2024-01-0¹', 'digit', undefined],
  ['1/1/202²', 'digit', undefined],
  ['٢٠٢٤-٠١-٠١', 'digit', undefined],
  ['𝟐𝟎𝟐𝟒-01-01', 'digit', undefined],
  ['2024-Ⅰ-01', 'digit', undefined],
  ['in a week 12:30', 'form', undefined],
  ['20240101 00:00', 'form', '2024-01-01'],
  ['20240101T23:00Z', 'form', undefined],
  ['45292 23:00', 'form', undefined],
  ['31/12/25', 'two_digit_year', undefined],
])('%s is an error because of %s and suggests %s', (text, reason, suggested) => {
  const date = checkDate(text);
  expect(date).toMatchObject({ ok: false, code: 'DATE_INVALID', details: { reason } });
  expect(!date.ok && date.details.suggested).toBe(suggested);
});

test.each([
  ['1980-01-30T23:00:00.000Z', 'Europe/Stockholm', '1980-01-31'],
  ['1985-06-14T22:00:00.000Z', 'Europe/Stockholm', '1985-06-15'],
  ['1985-06-14 22:00:00+00', 'Europe/Stockholm', '1985-06-15'],
  ['1980-01-31T00:00:00Z', 'Europe/Stockholm', '1980-01-31'],
  ['1980-01-31T00:00:00+0100', 'Europe/Stockholm', '1980-01-31'],
  ['1980-01-31T08:00:00 UTC', 'America/Los_Angeles', '1980-01-31'],
  ['1980-01-31T00:00:00Z', 'America/Los_Angeles', undefined],
  ['1980-01-31T00:00:00+09:00', 'Europe/Stockholm', undefined],
  ['1980-01-30T23:00:00Z', 'No/Such_Zone', undefined],
  ['30/01/1980 23:00Z', 'Europe/Stockholm', '1980-01-31'],
])('%s is a moment; in %s the day %s is suggested', (text, timeZone, suggested) => {
  expect(checkDate(text, proved('day_first'), timeZone)).toEqual({
    ok: false,
    code: 'DATE_INVALID',
    details: suggested ? { reason: 'instant', suggested } : { reason: 'instant' },
  });
  expect(checkDate(text, proved('day_first'))).toMatchObject({ details: { reason: 'instant' } });
});
