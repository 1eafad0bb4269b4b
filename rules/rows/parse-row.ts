import { BUILT_IN_HEADERS, isRepeatedHeader, mayBeIdentityHeader } from '../columns/built-in-columns.ts';
import type { Column, Columns } from '../columns/headers.ts';
import { excerpt, finding } from '../findings/findings.ts';
import { backdateWindow } from '../values/backdating.ts';
import { cellText, textOfFormula } from '../values/formula-guard.ts';
import { checkExternalId, emailsIn } from '../values/identity.ts';
import { MOST_CHARACTERS } from '../values/lengths.ts';
import { candidatesOf } from '../values/respellings.ts';
import { isTotalLine } from '../values/total-line.ts';
import { isExampleRow } from './example-row.ts';
import { parseBackdate } from './parse-backdate.ts';
import { parseCell } from './parse-cell.ts';
import type { FileRow, ParsedRow, RowContext, RowsInCell } from './parsed-row.ts';
import { rowInOneCell } from './row-in-one-cell.ts';
import { addFinding, addInvalidCell, type RowParserState } from './row-parser-state.ts';

/**
 * Parses one row and collects all its errors in one pass: after an error in one cell, the other cells are still parsed.
 * The result depends only on the arguments. The only side effect: `context.segments` adds unknown names.
 */
export const parseRow = (row: FileRow, columns: Columns, context: RowContext): ParsedRow => {
  const parsed = emptyRow(row.line, columns.values.length);
  const work: RowParserState = { parsed, context, findings: NONE };
  if (row.inner) checkInnerRows(work, row.inner, row, columns);
  const noRow = parsed.refused ? null : skippedLineOf(row, columns);
  if (noRow) return { ...parsed, findings: [finding(row.line, noRow)], skipped: true };
  checkShape(work, row, columns);
  let hasBackdates = false;
  for (const column of columns.list) {
    if (column.kind === 'backdate') hasBackdates = true;
    else parseCell(work, column, row.cells[column.index]);
  }
  if (hasBackdates) {
    parsed.backdates = {};
    // After the values, in any column order: a backdate depends on the value that it dates.
    const window = backdateWindow(context.today);
    for (const column of columns.list) {
      if (column.kind === 'backdate') parseBackdate(work, column, row.cells[column.index], window);
    }
  }
  checkTotal(work);
  parsed.hasReadableIdentity = parsed.email !== null || parsed.externalId !== null;
  addNoIdentity(work, row, columns);
  if (work.findings.length > 0)
    parsed.findings = work.findings.toSorted((a, b) => a.index - b.index).map(({ finding }) => finding);
  return parsed;
};

const emptyRow = (line: number, values: number): ParsedRow => ({
  line,
  email: null,
  externalId: null,
  hasReadableIdentity: false,
  firstName: null,
  lastName: null,
  language: null,
  participates: null,
  values: new Array(values),
  references: new Array(values),
  backdates: NO_BACKDATES,
  newSegments: NONE,
  findings: NONE,
  refused: false,
  skipped: false,
  invalidCells: NONE,
  otherIdentities: NONE,
  doubtfulCells: NONE,
  inner: null,
  mayHideRows: false,
  hasUnreadIdentity: false,
});

/** One shared empty list: most rows have nothing to put into it. */
const NONE: readonly never[] = [];
const NO_BACKDATES = Object.freeze({});

/** Places of findings on the row as a whole, beside the indexes of columns. */
const BEFORE_ALL = -1;
const AFTER_ALL = Number.MAX_SAFE_INTEGER;

/** Why a line is not parsed as a row: it is the example row of the template, or it repeats the header. */
const skippedLineOf = ({ cells }: FileRow, columns: Columns): 'EXAMPLE_ROW' | 'HEADER_AGAIN' | null => {
  if (isExampleRow(cells, columns)) return 'EXAMPLE_ROW';
  const identity = columns.list.find(({ kind }) => kind === 'email' || kind === 'externalId');
  const isAgain = identity && mayBeIdentityHeader(cells[identity.index] ?? '') && isRepeatedHeader(cells, columns.keys);
  return isAgain ? 'HEADER_AGAIN' : null;
};

/** Refuses the row if rows stand inside a cell, or keeps the identities that will show whether there are such rows. */
const checkInnerRows = (
  work: RowParserState,
  inner: RowsInCell,
  { cells }: FileRow,
  { list, spellings }: Columns,
): void => {
  const { column: index, first, last, identities } = inner;
  const column = list.find((one) => one.index === index)?.name ?? (spellings[index] || null);
  const value = cells[index] ?? null;
  work.parsed.otherIdentities = identities.flatMap(({ text }) => respelledIdentitiesIn(text));
  if (first === 0) {
    work.parsed.inner = { column, value: value === null ? null : excerpt(value), identities };
    return;
  }
  addInvalidCell(work, { key: '', text: value ?? '' });
  addFinding(work, index, 'ROWS_IN_CELL', column, value, { firstLine: first, lastLine: last });
};

/** Refuses the last line of a report, whose text is no external id. */
const checkTotal = (work: RowParserState): void => {
  const { email, externalId } = work.parsed;
  if (email !== null || externalId === null || !isTotalLine(externalId)) return;
  work.parsed.externalId = null;
  addFinding(work, BEFORE_ALL, 'NO_IDENTITY', BUILT_IN_HEADERS.externalId, externalId, { total: true });
};

/** The text of an identity that was not accepted, and the spellings that it may mean. */
const respelledIdentitiesIn = (name: string): string[] => [name, ...candidatesOf(name).map(({ text }) => text)];

const checkShape = (work: RowParserState, { cells, strayQuotes, truncated }: FileRow, columns: Columns): void => {
  const { width, list } = columns;
  if (truncated) {
    work.parsed.mayHideRows = true;
    addFinding(work, BEFORE_ALL, 'TOO_LONG', null, cells[0] ?? null, {
      kind: 'cell',
      limit: work.context.limits.maxCellCharacters,
    });
  } else if (cells.length < width && list.some(({ index }) => index >= cells.length)) {
    addFinding(work, BEFORE_ALL, 'SHORT_ROW', null, null, { cells: cells.length, expected: width });
  }
  const inOne = rowInOneCell(cells, columns);
  if (inOne) {
    const identities = list.filter(({ kind }) => kind === 'email' || kind === 'externalId');
    const named = identities
      .map(({ index }) => inOne[index]?.trim() ?? '')
      .filter((text) => text !== '' && checkExternalId(text).ok)
      .flatMap(respelledIdentitiesIn);
    work.parsed.otherIdentities = [...work.parsed.otherIdentities, ...named];
    addFinding(work, BEFORE_ALL, 'ROW_IN_ONE_CELL', null, cells[0] ?? null);
  }
  // The quotes of `="0042"` are inside an unquoted cell and are allowed.
  const stray = strayQuotes.find((index) => textOfFormula(cells[index] ?? '') === null);
  if (stray !== undefined) addFinding(work, BEFORE_ALL, 'STRAY_QUOTE', null, cells[stray] ?? null);
  for (let index = width; index < cells.length; index++) {
    const extra = cellText(cells[index] ?? '').trim();
    if (extra === '') continue;
    addInvalidCell(work, { key: '', text: extra });
    addOtherIdentities(work, cells, width);
    addFinding(work, AFTER_ALL, 'TOO_MANY_CELLS', null, extra, { cells: cells.length, expected: width });
    return;
  }
};

/**
 * Keeps every cell of a row with more cells than the header as a possible identity. Its cells have moved, or it is two
 * rows without their line break. If a second row fits in, the end of the first row may hide an identity.
 */
const addOtherIdentities = ({ parsed }: RowParserState, cells: readonly string[], width: number): void => {
  const texts = cells.map((cell) => cellText(cell).trim()).filter((text) => text.length <= MOST_CHARACTERS.external_id);
  const named = texts
    .flatMap((text) => [text, ...emailsIn(text)])
    .filter((name) => name !== '' && checkExternalId(name).ok);
  parsed.otherIdentities = [...parsed.otherIdentities, ...named];
  if (cells.length >= 2 * width - 1) parsed.mayHideRows = true;
};

/** Ignores a text that is no identity if the row has another identity. Otherwise the user of the row is unknown. */
const addNoIdentity = (work: RowParserState, { cells }: FileRow, { list }: Columns): void => {
  const { parsed, noIdentity = NONE } = work;
  if (parsed.hasReadableIdentity && noIdentity.length === 0) return;
  const says = ({ kind, index }: Column): boolean =>
    (kind === 'email' || kind === 'externalId') && cellText(cells[index] ?? '').trim() !== '';
  const others = list.some((column) => says(column) && !noIdentity.some((one) => one.column === column));
  const [first] = noIdentity;
  if (parsed.hasReadableIdentity || others) {
    for (const { column, given } of noIdentity)
      addFinding(work, column.index, 'PLACEHOLDER', column.name, given, { leftOut: true });
  } else if (first) {
    const word = cellText(first.given).trim();
    addFinding(work, BEFORE_ALL, 'NO_IDENTITY', first.column.name, first.given, { word });
  } else {
    const total = cells.find((cell) => isTotalLine(cell.trim()));
    addFinding(work, BEFORE_ALL, 'NO_IDENTITY', null, total ?? null, total === undefined ? {} : { total: true });
  }
};
