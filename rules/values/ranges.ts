import { compareDecimals } from './decimals.ts';

/**
 * A segment of a dates or numbers attribute: lower bound included, upper bound excluded, null for no bound. Bounds of a
 * date are days (`YYYY-MM-DD`), or decimal text for whole years up to a day (age, tenure). Bounds of a number are
 * decimal text.
 */
export type Range = {
  segmentId: number;
  lowerNumber: string | null;
  upperNumber: string | null;
  lowerDay: string | null;
  upperDay: string | null;
};

/** The range of a number (canonical decimal text); undefined if there is none. */
export const rangeOfNumber = (ranges: readonly Range[], value: string): Range | undefined =>
  ranges.find((range) => holdsNumber(range, value));

/**
 * The range of a date. Ranges of whole years use the years between the date and `onDay`; for a date after `onDay` they are
 * negative. All days are `YYYY-MM-DD`.
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

/** The birthdays between two days. In a common year, the birthday of 29 February is 1 March. */
export const wholeYears = (from: string, to: string): number => {
  const years = Number(to.slice(0, 4)) - Number(from.slice(0, 4));
  return to.slice(5) < from.slice(5) ? years - 1 : years;
};

const holdsNumber = ({ lowerNumber, upperNumber }: Range, value: string): boolean =>
  (lowerNumber === null || compareDecimals(value, lowerNumber) >= 0) &&
  (upperNumber === null || compareDecimals(value, upperNumber) < 0);

const holdsDay = ({ lowerDay, upperDay }: Range, value: string): boolean =>
  (lowerDay === null || value >= lowerDay) && (upperDay === null || value < upperDay);
