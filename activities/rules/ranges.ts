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
