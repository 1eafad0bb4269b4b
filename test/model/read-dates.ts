import { dayOf } from './days.ts';
import type { Day } from './types.ts';

/** The date order of one column: one order for the whole column, and only if a cell proves it. */
export type DateOrder = 'day first' | 'month first' | 'contradiction' | 'nothing proves it';

type Parts = { first: number; second: number; year: number };

export function dateOrderOf(cells: string[]): DateOrder {
  let dayFirst = false;
  let monthFirst = false;
  for (const cell of cells) {
    const day = withoutMidnight(cell);
    const word = inWords(day);
    if (word?.day && word.proves === 'day first') dayFirst = true;
    if (word?.day && word.proves === 'month first') monthFirst = true;
    const parts = partsOf(day);
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

export function readDate(given: string, order: DateOrder): Day | 'invalid' | 'ambiguous' {
  const cell = withoutMidnight(given);
  const written = /^(\d{4})-(\d{2})-(\d{2})$/.exec(cell);
  if (written) return dayOf(Number(written[1]), Number(written[2]), Number(written[3])) ?? 'invalid';
  const word = inWords(cell);
  if (word) return word.day ?? 'invalid';
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

/** Removes a midnight without a zone, which programs write after a day. With another time the cell is no date. */
const withoutMidnight = (cell: string): string => cell.replace(/(T| )(0?0:00(:00(\.0+)?)?|12:00(:00)? AM)$/, '');

/** Some names of each month. The English ones come first; after a day they prove no order. */
export const MONTH_WORDS = [
  ['jan', 'january', 'januari', 'januar', 'janvier', 'enero', 'tammikuuta', 'stycznia'],
  ['feb', 'february', 'februari', 'februar', 'février', 'febrero', 'helmikuuta', 'lutego'],
  ['mar', 'march', 'mars', 'März', 'marzo', 'março', 'maaliskuuta', 'marca'],
  ['apr', 'april', 'avril', 'abril', 'aprile', 'huhtikuuta', 'kwietnia'],
  ['may', 'maj', 'Mai', 'mei', 'mayo', 'maggio', 'toukokuuta', 'maja'],
  ['jun', 'june', 'juni', 'juin', 'junio', 'giugno', 'kesäkuuta', 'czerwca'],
  ['jul', 'july', 'juli', 'juillet', 'julio', 'luglio', 'heinäkuuta', 'lipca'],
  ['aug', 'august', 'augusti', 'août', 'agosto', 'elokuuta', 'sierpnia'],
  ['sep', 'september', 'septembre', 'septiembre', 'settembre', 'syyskuuta', 'września'],
  ['oct', 'october', 'oktober', 'octobre', 'octubre', 'ottobre', 'lokakuuta', 'października'],
  ['nov', 'november', 'novembre', 'noviembre', 'novembro', 'marraskuuta', 'listopada'],
  ['dec', 'december', 'Dezember', 'décembre', 'diciembre', 'joulukuuta', 'grudnia'],
];
const ENGLISH =
  /^(jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec|january|february|march|april|august|(septem|octo|novem|decem)ber)$/i;

/** A date with the month as a word; `day` is null if there is no such day. */
function inWords(cell: string): { day: Day | null; proves: DateOrder } | null {
  const dayFirst = /^(\d{1,2})\.?[ -](\p{L}+)\.?[ -](\d{4})$/u.exec(cell);
  const monthFirst = /^(\p{L}+)\.? (\d{1,2}), (\d{4})$/u.exec(cell);
  const [date, word, year] = dayFirst ? dayFirst.slice(1) : [monthFirst?.[2], monthFirst?.[1], monthFirst?.[3]];
  if (date === undefined || word === undefined) return null;
  const month = MONTH_WORDS.findIndex((words) => words.some((one) => one.toLowerCase() === word.toLowerCase()));
  if (month < 0) return null;
  const proved = ENGLISH.test(word) ? 'nothing proves it' : 'day first';
  return { day: dayOf(Number(year), month + 1, Number(date)), proves: dayFirst ? proved : 'month first' };
}
