import { backdateWindow } from './backdating.ts';
import { isExampleRow } from './example-row.ts';
import { finding } from './findings.ts';
import { cellText, textOfFormula } from './formula-guard.ts';
import type { Column, Columns } from './headers.ts';
import { readBackdate } from './read-backdate.ts';
import { readCell } from './read-cell.ts';
import type { FileRow, RowContext, RowDraft } from './row-draft.ts';
import { noteBroken, type RowWork, say } from './row-work.ts';

/**
 * Reads one row into what it says, and finds all that is wrong with it in the same pass: a cell in error does not keep
 * the others from being looked at. Depends on nothing but its arguments; changes nothing but `context.choices`, which
 * takes in the names that are not there yet.
 */
export const interpretRow = (row: FileRow, columns: Columns, context: RowContext): RowDraft => {
  const draft = emptyDraft(row.line, columns.values.length);
  if (isExampleRow(row.cells, columns)) {
    return { ...draft, findings: [finding(row.line, 'EXAMPLE_ROW')], skipped: true };
  }
  const work: RowWork = { draft, context, found: NONE };
  checkShape(work, row, columns);
  let hasBackdates = false;
  for (const column of columns.list) {
    if (column.kind === 'backdate') hasBackdates = true;
    else readCell(work, column, row.cells[column.index]);
  }
  if (hasBackdates) {
    draft.backdates = {};
    // After the values, wherever the columns stand: a backdate depends on the value it dates.
    const window = backdateWindow(context.today);
    for (const column of columns.list) {
      if (column.kind === 'backdate') readBackdate(work, column, row.cells[column.index], window);
    }
  }
  draft.hasReadableIdentity = draft.email !== null || draft.externalId !== null;
  sayOfNoIdentity(work, row, columns);
  if (work.found.length > 0)
    draft.findings = work.found.toSorted((a, b) => a.index - b.index).map(({ finding }) => finding);
  return draft;
};

const emptyDraft = (line: number, values: number): RowDraft => ({
  line,
  email: null,
  externalId: null,
  hasReadableIdentity: false,
  firstName: null,
  lastName: null,
  language: null,
  participates: null,
  values: new Array(values),
  people: new Array(values),
  backdates: NO_BACKDATES,
  newSegments: NONE,
  findings: NONE,
  refused: false,
  skipped: false,
  broken: NONE,
  alsoNames: NONE,
  doubtful: NONE,
  mayHoldRows: false,
});

/** What most rows have nothing of, is one and the same of all of them. */
const NONE: readonly never[] = [];
const NO_BACKDATES = Object.freeze({});

/** Places of findings on the row as a whole, beside the indexes of columns. */
const BEFORE_ALL = -1;
const AFTER_ALL = Number.MAX_SAFE_INTEGER;

const checkShape = (work: RowWork, { cells, strayQuote, cutOff }: FileRow, { width, list }: Columns): void => {
  if (cutOff) {
    work.draft.mayHoldRows = true;
    say(work, BEFORE_ALL, 'TOO_LONG', null, cells[0] ?? null, {
      kind: 'cell',
      limit: work.context.limits.maxCellCharacters,
    });
  } else if (cells.length < width && list.some(({ index }) => index >= cells.length)) {
    say(work, BEFORE_ALL, 'SHORT_ROW', null, null, { cells: cells.length, expected: width });
  }
  if (strayQuote) sayStrayQuote(work, cells);
  for (let index = width; index < cells.length; index++) {
    const extra = cellText(cells[index] ?? '').trim();
    if (extra === '') continue;
    noteBroken(work, { key: '', text: extra });
    say(work, AFTER_ALL, 'TOO_MANY_CELLS', null, extra, { cells: cells.length, expected: width });
    return;
  }
};

/** The quotes of `="0042"` stand inside an unquoted cell, and they are read. */
const sayStrayQuote = (work: RowWork, cells: readonly string[]): void => {
  const withQuote = cells.find((cell) => cell.includes('"') && textOfFormula(cell) === null);
  if (withQuote === undefined && cells.some((cell) => textOfFormula(cell) !== null)) return;
  say(work, BEFORE_ALL, 'STRAY_QUOTE', null, withQuote ?? null);
};

/** A text that is no identity is left out if the other identity says something. Else it is not known who the row is about. */
const sayOfNoIdentity = (work: RowWork, { cells }: FileRow, { list }: Columns): void => {
  const { draft, noIdentity = NONE } = work;
  const says = ({ kind, index }: Column): boolean =>
    (kind === 'email' || kind === 'externalId') && cellText(cells[index] ?? '').trim() !== '';
  const others = list.some((column) => says(column) && !noIdentity.some((one) => one.column === column));
  const [first] = noIdentity;
  if (draft.hasReadableIdentity || others) {
    for (const { column, given } of noIdentity)
      say(work, column.index, 'PLACEHOLDER', column.name, given, { leftOut: true });
  } else if (first) say(work, BEFORE_ALL, 'NO_IDENTITY', first.column.name, first.given, { word: first.given.trim() });
  else say(work, BEFORE_ALL, 'NO_IDENTITY');
};
