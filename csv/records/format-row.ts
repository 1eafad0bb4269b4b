import { guard } from '../../rules/values/formula-guard.ts';

/** Text, which gets the formula guard; or a number or date, which is written as it is. */
export type Cell = string | { plain: string };

/** Without it, a spreadsheet program takes UTF-8 for an older encoding. */
export const UTF8_BOM = '\ufeff';
/** The delimiter of templates and error logs. */
const DELIMITER = ';';
const LINE_BREAK = '\r\n';

/**
 * Writes a row, with its line break. Only cells that need quotes are quoted. Reading the row returns the same texts, for
 * every text.
 */
export const formatRow = (cells: readonly Cell[], { delimiter = DELIMITER }: { delimiter?: string } = {}): string => {
  const line = cells.map((cell) => formatCell(cell, delimiter)).join(delimiter);
  return line + LINE_BREAK;
};

/**
 * Writes the header, with its line break. Quotes a name that holds any possible delimiter: an attribute called "Phone,
 * email" must not change the detected delimiter of a template.
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
