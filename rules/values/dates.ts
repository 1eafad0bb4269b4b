import type { DateReason, Details } from '../findings/details.ts';
import type { CheckResult } from '../findings/findings.ts';
import { type ColumnFormat, UNDETERMINED } from './column-format.ts';
import { monthOf } from './months.ts';
import { hasFalseDigit, normalizeSigns, withoutFootnote } from './normalize-digits.ts';
import { dayInZone, LONGEST_DATE, withTime } from './time-of-day.ts';

/**
 * Checks a trimmed date and returns it as `YYYY-MM-DD`. Year-month-day and a month in words are always read. Day and
 * month before the year are read in the order that the column has proved. Without proof such a date is an error. A time
 * of midnight without a zone is ignored; any other time is an error.
 *
 * @param timeZone of the organization; an error uses it to suggest the day of a moment
 */
export const checkDate = (
  given: string,
  format: ColumnFormat['dates'] = UNDETERMINED.dates,
  timeZone: string | null = null,
): CheckResult<string> => {
  if (isIsoDate(given)) return { ok: true, value: given };
  const text = normalizeSigns(given);
  if (text.length > LONGEST_DATE) return invalid('form');
  if (hasFalseDigit(text)) return invalid('digit', dateBeforeNote(text));
  const parted = withTime(text);
  if (!parted) return checkDay(text, format);
  const day = checkDay(parted.date, format);
  if (parted.isMidnight && parted.zone === null) return day;
  // With another time no day can be suggested: an export may write a moment of another zone like this.
  if (!day.ok && day.code === 'DATE_INVALID') return invalid(day.details.reason as DateReason);
  if (parted.zone === null) return invalid('time');
  return invalid('instant', day.ok ? dayInZone(day.value, parted, timeZone) : null);
};

/** The date before a footnote: after a complete date, a superscript digit can only be a footnote. */
const dateBeforeNote = (text: string): string | null => {
  const rest = withoutFootnote(text)?.rest ?? '';
  return isIsoDate(rest) ? rest : null;
};

const checkDay = (text: string, format: ColumnFormat['dates']): CheckResult<string> => {
  const inWords = wordDate(text);
  if (inWords) return inWords.value === null ? invalid(inWords.reason) : { ok: true, value: inWords.value };
  const parts = yearLast(text);
  if (!parts) return notYearLast(text);
  const dayFirst = isoDate(parts.year, parts.second, parts.first);
  const monthFirst = isoDate(parts.year, parts.first, parts.second);
  if (!dayFirst && !monthFirst) return invalid('no_such_day');
  if (format.order === 'day_first') return dayFirst ? { ok: true, value: dayFirst } : invalid('no_such_day');
  if (format.order === 'month_first') return monthFirst ? { ok: true, value: monthFirst } : invalid('no_such_day');
  const details: Details = {};
  if (dayFirst) details.dayFirst = dayFirst;
  if (monthFirst) details.monthFirst = monthFirst;
  if (format.proof && format.against) {
    Object.assign(details, { line: format.proof.line, cell: format.proof.value });
    Object.assign(details, { otherLine: format.against.line, otherCell: format.against.value });
  }
  return { ok: false, code: 'DATE_AMBIGUOUS', details };
};

/** The evidence of a readable cell about the order of its column; null: none. */
export const dateEvidence = (given: string): 'year_first' | 'day_first' | 'month_first' | null => {
  const plain = normalizeSigns(given);
  const parted = withTime(plain);
  if (plain.length > LONGEST_DATE || (parted && (parted.zone !== null || !parted.isMidnight))) return null;
  const text = parted?.date ?? plain;
  const inWords = wordDate(text);
  if (inWords) return inWords.value === null ? null : inWords.proves;
  const parts = yearLast(text);
  if (!parts) return isIsoDate(text) ? 'year_first' : null;
  const dayFirst = isoDate(parts.year, parts.second, parts.first) !== null;
  const monthFirst = isoDate(parts.year, parts.first, parts.second) !== null;
  return dayFirst === monthFirst ? null : dayFirst ? 'day_first' : 'month_first';
};

/** Whether a text is a date, or a month in words with a number, which a spreadsheet makes of 5.50. */
export const looksLikeDate = (given: string): boolean => {
  if (given.length > LONGEST_DATE) return false;
  const text = withTime(given)?.date ?? given;
  const [, first, , second] = SHORT_DATE.exec(text) ?? [];
  if (isMonth(first) || isMonth(second) || YEAR_FIRST.test(text) || wordDate(text)) return true;
  const part = MONTH_AND_NUMBER.exec(text);
  return monthOf(part?.[1] ?? part?.[2] ?? '') !== undefined;
};

const SHORT_DATE = /^(\d{1,2})([./-])(\d{1,2})\2(?:\d{4}|\d{2})$/;
const isMonth = (number = '0'): boolean => Number(number) >= 1 && Number(number) <= 12;
/** `Mai 50`, `May-50`; `05. Mai`, `5-May`. */
const MONTH_AND_NUMBER = /^(?:(\p{L}[\p{L}\p{M}]+)\.?[ ./-]*\d{1,4}|\d{1,4}\.?[ ./-]*(\p{L}[\p{L}\p{M}]+)\.?)$/u;

/** `31. Januar 1980`, `31-Jan-1980`, `31 de enero de 1980`, `1st May 1980`, `den 31 januari 1980`, `31 stycznia 1980 r.`. */
const WORDS_DAY_FIRST =
  /^(?:den )?(\d{1,2})(?:st|nd|rd|th|er|[\u00ba\u00aa])?\.?[ /-]*(?:de )?(\p{L}[\p{L}\p{M}]+)\.?,?[ /-]*(?:de |del )?(\d{4}|\d{2})(?: ?r\.)?$/iu;
/** `Jan 31, 1980`, `January 31st 1980`. */
const WORDS_MONTH_FIRST = /^(\p{L}[\p{L}\p{M}]+)\.?[ /-]*(\d{1,2})(?:st|nd|rd|th)?(?:, *| +|[/-])(\d{4}|\d{2})$/iu;
/** `1980-Jan-31`. */
const WORDS_YEAR_FIRST = /^(\d{4})[ ./-]*(\p{L}[\p{L}\p{M}]+)\.?[ ./-]*(\d{1,2})$/u;

/** A date with its month in words. `proves`: the order of the column's other dates. */
type WordDate =
  | { value: string; proves: 'year_first' | 'day_first' | 'month_first' | null }
  | { value: null; reason: DateReason };

const wordDate = (text: string): WordDate | null => {
  const dayFirst = WORDS_DAY_FIRST.exec(text);
  // A spreadsheet of the United States writes English months in this order beside dates with the month first.
  if (dayFirst) return wordDay(dayFirst[3], dayFirst[2], dayFirst[1], (isEnglish) => (isEnglish ? null : 'day_first'));
  const monthFirst = WORDS_MONTH_FIRST.exec(text);
  if (monthFirst) return wordDay(monthFirst[3], monthFirst[1], monthFirst[2], () => 'month_first');
  const yearFirst = WORDS_YEAR_FIRST.exec(text);
  return yearFirst && wordDay(yearFirst[1], yearFirst[2], yearFirst[3], () => 'year_first');
};

const wordDay = (
  year = '',
  word = '',
  day = '',
  proves: (isEnglish: boolean) => 'year_first' | 'day_first' | 'month_first' | null,
): WordDate | null => {
  const named = monthOf(word);
  if (!named) return null;
  if (year.length < 4) return { value: null, reason: 'two_digit_year' };
  const value = isoDate(Number(year), named.month, Number(day));
  return value === null ? { value, reason: 'no_such_day' } : { value, proves: proves(named.isEnglish) };
};

/** Whether a text is exactly `YYYY-MM-DD` and an existing day. */
export const isIsoDate = (text: string): boolean => {
  if (text.length !== 10 || text.charCodeAt(4) !== DASH || text.charCodeAt(7) !== DASH) return false;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  return year >= FIRST_YEAR && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
};

/** An earlier year is a typing error (`0202-05-01`). */
const FIRST_YEAR = 1000;
const DASH = 0x2d;

/** The number in a part of a text, if it is all ASCII digits, else -1. */
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
// Own arithmetic, because a million rows call it often. The tests compare it with PlainDate.
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
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const YEAR_ALONE = /^(?:19|20)\d{2}$/;
/** Five digits are days from 1927 to 2173. With fewer or more digits, a year or `310180` is as likely. */
const SERIAL = /^[1-9]\d{4}(?:[.,](\d+))?$/;

/** Year-month-day in other forms, or the reason why the cell is no date. */
const notYearLast = (text: string): CheckResult<string> => {
  const yearFirst = YEAR_FIRST.exec(text);
  if (yearFirst) {
    const value = isoDate(Number(yearFirst[1]), Number(yearFirst[3]), Number(yearFirst[4]));
    return value ? { ok: true, value } : invalid('no_such_day');
  }
  if (TWO_DIGIT_YEAR.test(text)) return invalid('two_digit_year');
  if (YEAR_ALONE.test(text)) return invalid('year_alone');
  const compact = COMPACT.exec(text);
  if (compact) return invalid('form', compactDate(Number(compact[1]), Number(compact[2]), Number(compact[3])));
  const serial = SERIAL.exec(text);
  // A fraction of a day is a time without a zone.
  if (serial) return invalid('serial', Number(serial[1] ?? 0) === 0 ? dateOfSerial(Number.parseInt(text, 10)) : null);
  return invalid('form');
};

/** From 1900 on, `19800131` is no day in any other order: the last four digits would be a year before 1232. */
const compactDate = (year: number, month: number, day: number): string | null =>
  year < FIRST_YEAR_OF_COMPACT ? null : isoDate(year, month, day);
const FIRST_YEAR_OF_COMPACT = 1900;

/** Serials count days from the end of 1899 and include 29 February 1900, which did not exist. Right from March 1900 on. */
const SERIAL_ZERO = Date.UTC(1899, 11, 30);
const MS_A_DAY = 86_400_000;
const dateOfSerial = (serial: number): string => new Date(SERIAL_ZERO + serial * MS_A_DAY).toISOString().slice(0, 10);

const invalid = (reason: DateReason, suggested: string | null = null): CheckResult<string> => ({
  ok: false,
  code: 'DATE_INVALID',
  details: suggested ? { reason, suggested } : { reason },
});
