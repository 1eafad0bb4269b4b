import { guard } from '../../rules/values/formula-guard.ts';

/** Text, which is guarded against being taken for a formula; or a number or date, which is left as it is. */
export type Cell = string | { plain: string };

/** For files that are opened in a spreadsheet program, which otherwise takes UTF-8 for an older encoding. */
export const UTF8_BOM = '\ufeff';
/** What templates and error logs are written with. */
const DELIMITER = ';';
const LINE_BREAK = '\r\n';

/**
 * Writes a row, with its line break. Cells are quoted where they must be and not elsewhere. What is written so is read
 * back as the same texts, for every text.
 */
export const formatRow = (cells: readonly Cell[], { delimiter = DELIMITER }: { delimiter?: string } = {}): string => {
  const line = cells.map((cell) => formatCell(cell, delimiter)).join(delimiter);
  return line + LINE_BREAK;
};

/**
 * Writes the header, with its line break. Quotes a name that holds any sign which could be taken for a delimiter: an
 * attribute called "Phone, email" must not make a file of another kind out of a template.
 */
export const formatHeader = (names: readonly string[]): string => {
  const cells = names.map((name) => (ANY_DELIMITER.test(name) ? quoteAll(guard(name)) : formatCell(name, DELIMITER)));
  return cells.join(DELIMITER) + LINE_BREAK;
};
const ANY_DELIMITER = /[;,\t]/;

const MUST_QUOTE = /["\r\n]/;

const formatCell = (cell: Cell, delimiter: string): string => {
  const text = typeof cell === 'string' ? guard(cell) : cell.plain;
  return MUST_QUOTE.test(text) || text.includes(delimiter) ? quoteAll(text) : text;
};

const quoteAll = (text: string): string => `"${text.replaceAll('"', '""')}"`;
