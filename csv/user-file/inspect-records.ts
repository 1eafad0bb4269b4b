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
import { isFilled, readRecords, UnclosedQuote } from '../records/read-records.ts';
import { sniffDelimiter } from '../records/sniff-delimiter.ts';
import { detectTrailingDelimiters, type TrailingDelimiterDetector } from '../records/trailing-delimiters.ts';
import { createTimeSlice } from '../turns.ts';
import type { InspectionResult } from './file-format.ts';
import { formatWarnings } from './reading-warnings.ts';
import { createRepeatedHeaderDetector, type RepeatedHeader, standsInOneCell } from './repeated-header.ts';

/** What is known before the first record: `converted` where the encoding was inferred and is worth a warning. */
export type Origin = { encoding: Encoding; hadBom: boolean; converted: boolean };

/**
 * Inspects a file's records, from its beginning to its end: the delimiter, the header, how many rows there are, and
 * what every column proves about its dates, numbers and words.
 *
 * @param pieces UTF-8 without byte order mark, as `toUtf8` gives it
 * @param knownEnding the delimiters that end every line, if that is known
 * @returns the inspection; or the line ending, if lines were read by another one
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
  const wanted = { ending, withText: () => state.header === null };
  try {
    const watchedPieces = watched(state, samples.watch(followedBy(head, rest)));
    for await (const records of readRecords(watchedPieces, delimiter, limits, wanted)) {
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
  ending.settle?.(delimiter);
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

/** Enough records to tell a delimiter by, with headers of five hundred columns too. */
const SNIFF_BYTES = 128 * 1024;

type InspectionState = {
  header: FileRow | null;
  laterHeaderLine: number | null;
  rows: number;
  evidence: ColumnEvidence[];
  /** By column index, how many cells are filled; counted for those columns that may be none of ours. */
  filled: number[];
  /** Indexes of these columns. */
  countedColumns: number[];
  /** Indexes of the columns that may hold dates or numbers. */
  datedColumns: number[];
  /** Index of the column of participation, or -1. */
  participation: number;
  /** Indexes of the columns that are called as that of languages is, of which an attribute may be one. */
  languages: number[];
  /** A question mark has come up, so that cells have to be looked at for lost letters. */
  mayLackLetters: boolean;
  /** What a line below a header is that has an identity column. */
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
/** Titles and notes above a header are a few lines. */
const LINES_ABOVE_HEADER = 20;

/** What records are read by. */
type ReadOptions = { delimiter: Delimiter; limits: ReadLimits; languages: readonly string[] };

/** Takes a record in; gives what makes the file unusable, if something does. */
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

/** Looks at the bytes before their records come: nearly all files have no question mark, and it is quick to see. */
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
  if (standsInOneCell(record.cells)) return finding(record.line, 'LINES_QUOTED', null, record.cells[0] ?? null);
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

/** Empty cells at the right of a header are no columns: some programs write them up to the edge of the sheet. */
const lastNamed = (cells: readonly string[]): number => cells.findLastIndex((cell) => cell.trim() !== '');

/** Of our own fields none is a date or a number; nor are columns without a name, or from an error log. */
const mayBeDated = (header: string): boolean => headerKeyOf(header) !== '' && mayBeUnread(header);

/** Which columns are attributes is not known here. */
const mayBeUnread = (header: string): boolean => {
  const key = headerKeyOf(header);
  return !key.startsWith('_') && userFieldOf(key) === undefined;
};

async function* followedBy(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** Reads on to the end, so that bytes which are not of the encoding are found first: they may be why nothing fits. */
const drain = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
  for await (const _ of pieces);
};

const unusable = (...findings: Finding[]): InspectionResult => ({ reading: null, findings });
