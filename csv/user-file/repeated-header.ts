import {
  isIdentityHeader,
  isRepeatedHeader,
  mayBeIdentityHeader,
  repeatedHeaderKey,
  userFieldOf,
} from '../../rules/columns/built-in-columns.ts';
import { splitCells } from '../../rules/rows/row-in-one-cell.ts';
import { cellText } from '../../rules/values/formula-guard.ts';
import { checkEmail } from '../../rules/values/identity.ts';
import type { Delimiter } from '../dialect.ts';

/** As many characters as a header can have that a person reads. */
const LONGEST_LINE = 10_000;
const DELIMITERS: readonly Delimiter[] = [';', ',', '\t'];

/** What a line below the header is, if it looks like a header. */
export type RepeatedHeader = 'again' | 'other' | null;

/**
 * Tells whether a line below the header is that header once more, or another one: the lines below another header have
 * other columns. To be asked once for each row, which costs little if no cell begins like the name of an identity column.
 */
export const createRepeatedHeaderDetector = (
  header: readonly string[],
): ((cells: readonly string[]) => RepeatedHeader) => {
  const keys = header.map(repeatedHeaderKey);
  const known = new Set(keys.filter((key) => key !== '' && !key.startsWith('_')));
  // No user is called like a column, but one choice of an attribute may be.
  const isOfUser = keys.map((key) => userFieldOf(key) !== undefined);
  const isOther = (cells: readonly string[]): boolean => {
    const names = cells.map(repeatedHeaderKey);
    if (!names.some(isIdentityHeader) || cells.some((cell) => checkEmail(cellText(cell).trim()).ok)) return false;
    // An error log leaves cells out that showed that a line is a row.
    if (keys.includes('_code')) return false;
    if (names.some((name, index) => isIdentityHeader(name) && isOfUser[index])) return true;
    const filled = names.filter((name) => name !== '');
    const labels = filled.filter((name) => known.has(name) || userFieldOf(name) !== undefined).length;
    return labels > 1 && labels * 2 >= filled.length;
  };
  return (cells) => {
    if (cells.length === 1 && keys.length > 1 && (cells[0] ?? '').length < LONGEST_LINE)
      return DELIMITERS.some((sign) => isOther(splitCells(cells[0] ?? '', sign))) ? 'other' : null;
    if (!cells.some(mayBeIdentityHeader)) return null;
    if (isRepeatedHeader(cells, keys)) return 'again';
    return isOther(cells) ? 'other' : null;
  };
};

/** Whether a header stands in one cell as a whole: an identity column, or the email of a first row, comes out of it. */
export const standsInOneCell = (cells: readonly string[]): boolean => {
  const filled = cells.filter((cell) => cell.trim() !== '');
  const [only = ''] = filled;
  if (filled.length !== 1 || isIdentityHeader(repeatedHeaderKey(only))) return false;
  return DELIMITERS.some((sign) => {
    const inner = splitCells(only, sign);
    return (
      inner.length > 1 && inner.some((cell) => isIdentityHeader(repeatedHeaderKey(cell)) || checkEmail(cell.trim()).ok)
    );
  });
};
