import type { Day } from './types.ts';

/** Arithmetic of calendar days, by hand. */

export function dayOf(year: number, month: number, day: number): Day | null {
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** This many calendar months back. If the month has no such day, its last day. */
export function monthsBefore(day: Day, months: number): Day {
  const { year, month, date } = partsOf(day);
  const index = year * 12 + (month - 1) - months;
  const [newYear, newMonth] = [Math.floor(index / 12), (index % 12) + 1];
  return dayOf(newYear, newMonth, Math.min(date, daysIn(newYear, newMonth))) as Day;
}

export const daysBefore = (day: Day, days: number): Day => {
  const { year, month, date } = partsOf(day);
  return new Date(Date.UTC(year, month - 1, date - days)).toISOString().slice(0, 10);
};

/** Birthdays between two days. */
export function wholeYears(since: Day, until: Day): number {
  const [from, to] = [partsOf(since), partsOf(until)];
  const reached = to.month > from.month || (to.month === from.month && to.date >= from.date);
  return to.year - from.year - (reached ? 0 : 1);
}

function daysIn(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

const partsOf = (day: Day): { year: number; month: number; date: number } => ({
  year: Number(day.slice(0, 4)),
  month: Number(day.slice(5, 7)),
  date: Number(day.slice(8, 10)),
});
