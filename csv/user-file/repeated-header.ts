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

/** Maximum characters of a header that an administrator could read. */
const LONGEST_LINE = 10_000;
const DELIMITERS: readonly Delimiter[] = [';', ',', '\t'];

/** Whether a line below the header is the same header (`again`), another header, or no header (null). */
export type RepeatedHeader = 'again' | 'other' | null;

/**
 * Detects whether a line below the header repeats that header, or is another header: the lines below another header have
 * other columns. Called for each row; cheap if no cell begins like the name of an identity column.
 */
export const createRepeatedHeaderDetector = (
  header: readonly string[],
): ((cells: readonly string[]) => RepeatedHeader) => {
  const keys = header.map(repeatedHeaderKey);
  const known = new Set(keys.filter((key) => key !== '' && !key.startsWith('_')));
  // No user has the name of a column, but a choice of an attribute may have it.
  const isOfUser = keys.map((key) => userFieldOf(key) !== undefined);
  const isOther = (cells: readonly string[]): boolean => {
    const names = cells.map(repeatedHeaderKey);
    if (!names.some(isIdentityHeader) || cells.some((cell) => checkEmail(cellText(cell).trim()).ok)) return false;
    // An error log does not repeat all cells, so cells that would show that the line is a row may be missing.
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

/** Whether the whole header is in one cell: splitting the cell yields an identity column, or the email of a first row. */
export const isInOneCell = (cells: readonly string[]): boolean => {
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
