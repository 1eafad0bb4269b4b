import type { Columns } from '../columns/headers.ts';

const DELIMITERS = [';', ',', '\t'];

/**
 * The cells of a row that stands in one cell. The whole row is quoted, or it is from a joined file with another
 * delimiter. The number of cells must equal that of the header. Null for any other row.
 */
export const rowInOneCell = (cells: readonly string[], { width }: Pick<Columns, 'width'>): string[] | null => {
  const [only] = cells;
  if (cells.length !== 1 || only === undefined || width < 2) return null;
  for (const delimiter of DELIMITERS) {
    const inner = splitCells(only, delimiter);
    if (inner.length === width) return inner.map((cell) => cell.replaceAll('"', ''));
  }
  return null;
};

/** Splits a line at the delimiters outside quotes. The cells keep their quotes. */
export const splitCells = (text: string, delimiter: string): string[] => {
  const cells: string[] = [];
  let inQuotes = false;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === '"') inQuotes = !inQuotes;
    else if (sign === delimiter && !inQuotes) {
      cells.push(text.slice(start, at));
      start = at + 1;
    }
  }
  cells.push(text.slice(start));
  return cells;
};
