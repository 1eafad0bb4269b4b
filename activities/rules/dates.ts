import { type ColumnFormat, UNPROVED } from './column-formats.ts';
import type { Checked, DateReason, Details } from './findings.ts';
import { toPlainSigns } from './plain-signs.ts';

/**
 * Checks a trimmed date and gives it as `YYYY-MM-DD`. Year-month-day is always read. Day and month before the year are
 * read in the order that the column has proved; without proof it is an error, never a guess.
 */
export const checkDate = (given: string, format: ColumnFormat['dates'] = UNPROVED.dates): Checked<string> => {
  if (isIsoDate(given)) return { ok: true, value: given };
  const text = toPlainSigns(given);
  const parts = yearLast(text);
  if (!parts) return notYearLast(text);
  const dayFirst = isoDate(parts.year, parts.second, parts.first);
  const monthFirst = isoDate(parts.year, parts.first, parts.second);
  if (!dayFirst && !monthFirst) return invalid('no_such_day');
  if (format.order === 'day_first')
    return dayFirst ? { ok: true, value: dayFirst } : invalid('no_such_day', monthFirst);
  if (format.order === 'month_first')
    return monthFirst ? { ok: true, value: monthFirst } : invalid('no_such_day', dayFirst);
  const details: Details = {};
  if (dayFirst) details.dayFirst = dayFirst;
  if (monthFirst) details.monthFirst = monthFirst;
  if (format.proof && format.against) {
    Object.assign(details, { line: format.proof.line, cell: format.proof.value });
    Object.assign(details, { otherLine: format.against.line, otherCell: format.against.value });
  }
  return { ok: false, code: 'DATE_AMBIGUOUS', details };
};

/** What a cell says about the order of its column: nothing, or the one order in which it is a day. */
export const dateEvidence = (text: string): 'day_first' | 'month_first' | null => {
  const parts = yearLast(toPlainSigns(text));
  if (!parts) return null;
  const dayFirst = isoDate(parts.year, parts.second, parts.first) !== null;
  const monthFirst = isoDate(parts.year, parts.first, parts.second) !== null;
  return dayFirst === monthFirst ? null : dayFirst ? 'day_first' : 'month_first';
};

/** Exactly `YYYY-MM-DD`, and a day that exists. */
export const isIsoDate = (text: string): boolean => {
  if (text.length !== 10 || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return false;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  return year >= FIRST_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
};

/** Before it, a year is a slip of the pen (`0202-05-01`). */
const FIRST_YEAR = 1000;
const DASH = 0x2d;

/** The number that the ASCII digits of a part of a text make, or -1. */
const digits = (text: string, from: number, to: number): number => {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
};

const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
// Own arithmetic, as a million rows ask it often; the tests hold it against PlainDate.
const daysIn = (year: number, month: number): number =>
  month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : (DAYS[month - 1] ?? 0);

const isoDate = (year: number, month: number, day: number): string | null => {
  if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
};

const YEAR_LAST = /^(\d{1,2})([./-])(\d{1,2})\2(\d{4})$/;
const yearLast = (text: string): { first: number; second: number; year: number } | null => {
  const match = YEAR_LAST.exec(text);
  return match && { first: Number(match[1]), second: Number(match[3]), year: Number(match[4]) };
};

const YEAR_FIRST = /^(\d{4})([./-])(\d{1,2})\2(\d{1,2})$/;
const TWO_DIGIT_YEAR = /^\d{1,2}([./-])\d{1,2}\1\d{2}$/;
const WITH_TIME = /^(\S{8,10})[T ]+\d{1,2}[:.]\d{2}/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const SERIAL = /^\d{1,6}(?:[.,]0+)?$/;

/** Year-month-day in other dress, or the reason why the cell is no date. */
const notYearLast = (text: string): Checked<string> => {
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst) {
    const value = isoDate(Number(yearFirst[1]), Number(yearFirst[3]), Number(yearFirst[4]));
    return value ? { ok: true, value } : invalid('no_such_day');
  }
  if (TWO_DIGIT_YEAR.test(text)) return invalid('two_digit_year');
  const withTime = WITH_TIME.exec(text)?.[1];
  if (withTime) return invalid('time', isIsoDate(withTime) ? withTime : null);
  const compact = COMPACT.exec(text);
  if (compact) return invalid('form', isoDate(Number(compact[1]), Number(compact[2]), Number(compact[3])));
  if (SERIAL.test(text)) return invalid('serial', dateOfSerial(Number.parseInt(text, 10)));
  return invalid('form');
};

/** Serials count days from 1900 and hold a 29 February of that year, which never was: from March 1900 on it is even. */
const SERIAL_OF_1900_MARCH_1 = 61;
const SERIAL_OF_9999_END = 2_958_465;
const SERIAL_ZERO = Date.UTC(1899, 11, 30);
const MS_A_DAY = 86_400_000;
const dateOfSerial = (serial: number): string | null => {
  if (serial < SERIAL_OF_1900_MARCH_1 || serial > SERIAL_OF_9999_END) return null;
  return new Date(SERIAL_ZERO + serial * MS_A_DAY).toISOString().slice(0, 10);
};

const invalid = (reason: DateReason, suggested: string | null = null): Checked<string> => ({
  ok: false,
  code: 'DATE_INVALID',
  details: suggested ? { reason, suggested } : { reason },
});
