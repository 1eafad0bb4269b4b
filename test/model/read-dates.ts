import { dayOf } from './days.ts';
import type { Day } from './types.ts';

/** How the days of one column are written: one order for all of it, and only where a cell proves it. */
export type DateOrder = 'day first' | 'month first' | 'contradiction' | 'nothing proves it';

type Parts = { first: number; second: number; year: number };

export function dateOrderOf(cells: string[]): DateOrder {
  let dayFirst = false;
  let monthFirst = false;
  for (const cell of cells) {
    const parts = partsOf(cell);
    if (!parts) continue;
    const { first, second, year } = parts;
    const [asDayFirst, asMonthFirst] = [dayOf(year, second, first), dayOf(year, first, second)];
    if (asDayFirst !== null && asMonthFirst === null) dayFirst = true;
    if (asMonthFirst !== null && asDayFirst === null) monthFirst = true;
  }
  if (dayFirst && monthFirst) return 'contradiction';
  if (dayFirst) return 'day first';
  return monthFirst ? 'month first' : 'nothing proves it';
}

export function readDate(cell: string, order: DateOrder): Day | 'invalid' | 'ambiguous' {
  const written = /^(\d{4})-(\d{2})-(\d{2})$/.exec(cell);
  if (written) return dayOf(Number(written[1]), Number(written[2]), Number(written[3])) ?? 'invalid';
  const parts = partsOf(cell);
  if (!parts) return 'invalid';
  const { first, second, year } = parts;
  const [dayFirst, monthFirst] = [dayOf(year, second, first), dayOf(year, first, second)];
  if (dayFirst === null && monthFirst === null) return 'invalid';
  if (order === 'day first') return dayFirst ?? 'invalid';
  if (order === 'month first') return monthFirst ?? 'invalid';
  return 'ambiguous';
}

function partsOf(cell: string): Parts | null {
  const found = /^(\d{1,2})([/.-])(\d{1,2})\2(\d{4})$/.exec(cell);
  return found ? { first: Number(found[1]), second: Number(found[3]), year: Number(found[4]) } : null;
}
