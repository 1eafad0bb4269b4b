import { compareDecimals } from './decimals.ts';

/**
 * A segment of a dates or numbers attribute: lower bound in, upper bound out, null for open. Numbers are decimal text
 * and bound a number, or for dates the whole years up to a day (age, tenure); days are `YYYY-MM-DD` and bound a date.
 */
export type Range = {
  segmentId: number;
  lowerNumber: string | null;
  upperNumber: string | null;
  lowerDay: string | null;
  upperDay: string | null;
};

/** The range that holds a number (canonical decimal text); undefined where none does. */
export const rangeOfNumber = (ranges: readonly Range[], value: string): Range | undefined =>
  ranges.find((range) => holdsNumber(range, value));

/**
 * The range that holds a date. Ranges of whole years look at the years between the date and `onDay`; a date that is
 * still to come is less than 0 of them. All days are `YYYY-MM-DD`.
 */
export const rangeOfDate = (ranges: readonly Range[], value: string, onDay: string): Range | undefined => {
  let years: string | undefined;
  return ranges.find((range) => {
    if (!holdsDay(range, value)) return false;
    if (range.lowerNumber === null && range.upperNumber === null) return true;
    years ??= String(wholeYears(value, onDay));
    return holdsNumber(range, years);
  });
};

/** Birthdays between two days, as people count them; a 29 February has its birthday on 1 March of a common year. */
export const wholeYears = (from: string, to: string): number => {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4));
  return to.slice(5) < from.slice(5) ? years - 1 : years;
};

const holdsNumber = ({ lowerNumber, upperNumber }: Range, value: string): boolean =>
  (lowerNumber === null || compareDecimals(value, lowerNumber) >= 0) &&
  (upperNumber === null || compareDecimals(value, upperNumber) < 0);

const holdsDay = ({ lowerDay, upperDay }: Range, value: string): boolean =>
  (lowerDay === null || value >= lowerDay) && (upperDay === null || value < upperDay);
