import { headerKeyOf, isIdentityHeader, storedHeader, userFieldOf } from '../../rules/columns/built-in-columns.ts';
import {
  type ColumnEvidence,
  emptyEvidence,
  inferFormat,
  observe,
  observeBoolean,
  observeLanguage,
  observeLetters,
} from '../../rules/columns/infer-column-format.ts';
import { excerpt, type Finding, finding, storable } from '../../rules/findings/findings.ts';
import { rowsInHeader } from '../../rules/rows/inner-rows.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import type { Delimiter, Encoding, ReadLimits } from '../dialect.ts';
import { collectEncodingSamples } from '../encoding/encoding-samples.ts';
import { peek } from '../encoding/peek.ts';
import { isFilled, type RecordFilter, readRecords, UnclosedQuote } from '../records/read-records.ts';
import { sniffDelimiter } from '../records/sniff-delimiter.ts';
import { detectTrailingDelimiters, type TrailingDelimiterDetector } from '../records/trailing-delimiters.ts';
import { createTimeSlice } from '../time-slice.ts';
import type { InspectionResult } from './file-format.ts';
import { formatWarnings } from './reading-warnings.ts';
import { createRepeatedHeaderDetector, isInOneCell, type RepeatedHeader } from './repeated-header.ts';

/** The encoding, known before the first record. `converted`: the encoding was inferred, which adds a warning. */
export type Origin = { encoding: Encoding; hadBom: boolean; converted: boolean };

/**
 * Inspects all records of a file. Finds the delimiter, the header and the number of rows, and collects the evidence of
 * each column for its dates, numbers and words.
 *
 * @param pieces UTF-8 without byte order mark, as `toUtf8` gives it
 * @param knownEnding the delimiters that end every line, if that is known
 * @returns the inspection; or the trailing delimiters, if lines were read with other ones
 * @throws NotInEncoding, from `pieces`
 */
export const inspectRecords = async (
  pieces: AsyncIterable<Buffer>,
  origin: Origin,
  limits: ReadLimits,
  languages: readonly string[],
  knownEnding?: string,
): Promise<InspectionResult | { ending: string }> => {
  const { head, rest, isWhole } = await peek(pieces, SNIFF_BYTES);
  const { delimiter, sepLine, firstLine } = sniffDelimiter(head, isWhole, limits);
  if (delimiter === null) {
    await drain(rest);
    return unusable(finding(sepLine ? 2 : 1, 'DELIMITER_UNKNOWN', null, null, { firstLine: excerpt(firstLine) }));
  }
  const state = newInspectionState();
  const slice = createTimeSlice();
  const samples = collectEncodingSamples(origin.converted);
  const ending: TrailingDelimiterDetector =
    knownEnding === undefined ? detectTrailingDelimiters(sepLine) : { text: knownEnding, wasShortened: false };
  const filter: RecordFilter = { trailingDelimiters: ending, withText: () => state.header === null };
  try {
    const watchedPieces = watched(state, samples.watch(followedBy(head, rest)));
    for await (const records of readRecords(watchedPieces, delimiter, limits, filter)) {
      for (const record of records) {
        if (sepLine && record.line === 1) continue;
        samples.add(record);
        const wrong = addRecord(state, record, { delimiter, limits, languages });
        if (wrong) return unusable(wrong);
        if (slice.isOver()) await slice.yieldToOthers();
      }
    }
  } catch (error) {
    if (!(error instanceof UnclosedQuote)) throw error;
    return unusable(finding(error.line, 'OPEN_QUOTE', null, error.text.split(/[\r\n]/, 1)[0] ?? ''));
  }
  ending.finish?.(delimiter);
  if (ending.wasShortened) return { ending: ending.text };
  const { header, rows } = state;
  if (!header) return unusable(finding(null, 'FILE_EMPTY'));
  const { encoding, hadBom, converted } = origin;
  const formats = state.evidence.map(inferFormat);
  const found = {
    encoding,
    hadBom,
    delimiter,
    sepLine,
    header: header.cells.map((cell) => storedHeader(storable(cell))),
    headerLine: header.line,
    laterHeaderLine: state.laterHeaderLine,
    ending: ending.text,
    rows,
    filled: state.filled,
    formats,
    samples: samples.converted(),
  };
  const doubled = samples.mojibake(found.header);
  const warnings = [...formatWarnings(found, converted), ...(doubled ? [doubled] : [])];
  return { reading: { ...found, warnings }, findings: null };
};

/** Enough records to detect a delimiter, even with a header of five hundred columns. */
const SNIFF_BYTES = 128 * 1024;

type InspectionState = {
  header: FileRow | null;
  laterHeaderLine: number | null;
  rows: number;
  evidence: ColumnEvidence[];
  /** By column index, the number of filled cells; counted for columns that may be unknown. */
  filled: number[];
  /** Indexes of the columns in which filled cells are counted. */
  countedColumns: number[];
  /** Indexes of the columns that may hold dates or numbers. */
  datedColumns: number[];
  /** Index of the participation column, or -1. */
  participation: number;
  /** Indexes of the columns with the name of the language column; one of them may be an attribute. */
  languages: number[];
  /** The file has a question mark, so cells must be checked for lost letters. */
  mayLackLetters: boolean;
  /** Whether a line below the header is a header too. */
  detectRepeatedHeader: (cells: readonly string[]) => RepeatedHeader;
};
const newInspectionState = (): InspectionState => ({
  header: null,
  laterHeaderLine: null,
  rows: 0,
  evidence: [],
  filled: [],
  countedColumns: [],
  datedColumns: [],
  participation: -1,
  languages: [],
  mayLackLetters: false,
  detectRepeatedHeader: () => null,
});
/** Titles and notes above a header take a few lines. */
const LINES_ABOVE_HEADER = 20;

type ReadOptions = { delimiter: Delimiter; limits: ReadLimits; languages: readonly string[] };

/** Adds a record; returns the finding that makes the file unusable, if there is one. */
const addRecord = (state: InspectionState, record: FileRow, by: ReadOptions): Finding | null => {
  const { delimiter, limits, languages } = by;
  if (!state.header) return addHeader(state, record, by);
  state.rows++;
  if (state.rows <= LINES_ABOVE_HEADER && record.cells.some((cell) => isIdentityHeader(headerKeyOf(cell))))
    state.laterHeaderLine ??= record.line;
  if (state.rows > limits.maxRows) return finding(null, 'TOO_MANY_ROWS', null, null, { limit: limits.maxRows });
  const header = state.detectRepeatedHeader(record.cells);
  if (header === 'other') return finding(record.line, 'OTHER_HEADER', null, record.cells.join(delimiter));
  if (header === 'again') return null;
  for (const index of state.countedColumns)
    if (isFilled(record.cells[index])) state.filled[index] = (state.filled[index] ?? 0) + 1;
  for (const index of state.datedColumns) {
    const cell = record.cells[index];
    const evidence = state.evidence[index];
    if (cell && evidence) observe(evidence, record.line, cell);
  }
  if (state.mayLackLetters) observeAllLetters(state, record);
  const participates = state.evidence[state.participation];
  if (participates) observeBoolean(participates, record.line, record.cells[state.participation] ?? '');
  for (const index of state.languages) {
    const cell = record.cells[index];
    const evidence = state.evidence[index];
    if (cell && evidence) observeLanguage(evidence, record.line, cell, languages);
  }
  return null;
};

const observeAllLetters = ({ evidence }: InspectionState, { line, cells }: FileRow): void => {
  for (const [index, cell] of cells.entries()) {
    const of = evidence[index];
    if (of && cell.includes('?')) observeLetters(of, line, cell);
  }
};

/** Scans the bytes before their records are parsed. Nearly no file has a question mark, and the scan is quick. */
async function* watched(state: InspectionState, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    state.mayLackLetters ||= piece.includes('?');
    yield piece;
  }
}

const addHeader = (state: InspectionState, record: FileRow, { delimiter, limits }: ReadOptions): Finding | null => {
  const columns = lastNamed(record.cells) + 1;
  const limit = limits.maxColumns;
  if (columns > limit || record.truncated)
    return finding(record.line, 'TOO_MANY_COLUMNS', null, null, { limit, columns });
  const inner = record.text === undefined ? undefined : rowsInHeader(record.text, record.cells, record.line, delimiter);
  if (inner) {
    const { first, last, column } = inner;
    return finding(record.line, 'ROWS_IN_HEADER', null, record.cells[column] ?? null, {
      firstLine: first,
      lastLine: last,
    });
  }
  if (isInOneCell(record.cells)) return finding(record.line, 'LINES_QUOTED', null, record.cells[0] ?? null);
  state.header = record;
  if (record.cells.some((cell) => isIdentityHeader(headerKeyOf(cell))))
    state.detectRepeatedHeader = createRepeatedHeaderDetector(record.cells);
  state.evidence = record.cells.map(emptyEvidence);
  state.datedColumns = record.cells
    .keys()
    .filter((index) => mayBeDated(record.cells[index] ?? ''))
    .toArray();
  state.filled = record.cells.map(() => 0);
  state.countedColumns = record.cells
    .keys()
    .filter((index) => mayBeUnread(record.cells[index] ?? ''))
    .toArray();
  const fields = record.cells.map((cell) => userFieldOf(headerKeyOf(cell)));
  state.participation = fields.indexOf('participates');
  state.languages = [...fields.keys()].filter((index) => fields[index] === 'language');
  return null;
};

/** The last named column. Empty cells after it are no columns: some programs write them up to the edge of the sheet. */
const lastNamed = (cells: readonly string[]): number => cells.findLastIndex((cell) => cell.trim() !== '');

/** Whether a column may hold dates or numbers: not built-in fields, columns without a name, or columns of an error log. */
const mayBeDated = (header: string): boolean => headerKeyOf(header) !== '' && mayBeUnread(header);

/** Whether a column may be unknown. The attributes of the organization are not known here. */
const mayBeUnread = (header: string): boolean => {
  const key = headerKeyOf(header);
  return !key.startsWith('_') && userFieldOf(key) === undefined;
};

async function* followedBy(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** Reads to the end, so that invalid bytes are reported first: they may be the reason why the file does not fit. */
const drain = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
  for await (const _ of pieces);
};

const unusable = (...findings: Finding[]): InspectionResult => ({ reading: null, findings });
