import {
  type ColumnEvidence,
  formatOf,
  noEvidence,
  weigh,
  weighBoolean,
  weighLanguage,
  weighLetters,
} from '../activities/rules/column-evidence.ts';
import { excerpt, type Finding, finding, storable } from '../activities/rules/findings.ts';
import { rowsInHeader } from '../activities/rules/inner-rows.ts';
import { headerKeyOf, isIdentityHeader, keptHeader, ownFieldOf } from '../activities/rules/own-headers.ts';
import type { FileRow } from '../activities/rules/row-draft.ts';
import { type LaterHeader, laterHeaderIn, standsInOneCell } from './header-again.ts';
import { type SoughtEnding, seekEnding } from './line-ending.ts';
import { peek } from './peek.ts';
import { isFilled, OpenQuote, readRecords } from './read-records.ts';
import type { Delimiter, Encoding, Inspection, ReadLimits } from './reading.ts';
import { readingWarnings } from './reading-warnings.ts';
import { sniffDelimiter } from './sniff-delimiter.ts';
import { textSamples } from './text-samples.ts';
import { takeTurns } from './turns.ts';

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
): Promise<Inspection | { ending: string }> => {
  const { head, rest, isWhole } = await peek(pieces, SNIFF_BYTES);
  const { delimiter, sepLine, firstLine } = sniffDelimiter(head, isWhole, limits);
  if (delimiter === null) {
    await drain(rest);
    return unusable(finding(sepLine ? 2 : 1, 'DELIMITER_UNKNOWN', null, null, { firstLine: excerpt(firstLine) }));
  }
  const survey = newSurvey();
  const turns = takeTurns();
  const samples = textSamples(origin.converted);
  const ending: SoughtEnding = knownEnding === undefined ? seekEnding(sepLine) : { text: knownEnding, wasCut: false };
  const wanted = { ending, withText: () => survey.header === null };
  try {
    const watchedPieces = watched(survey, samples.watch(followedBy(head, rest)));
    for await (const records of readRecords(watchedPieces, delimiter, limits, wanted)) {
      for (const record of records) {
        if (sepLine && record.line === 1) continue;
        samples.take(record);
        const wrong = take(survey, record, { delimiter, limits, languages });
        if (wrong) return unusable(wrong);
        if (turns.isOver()) await turns.next();
      }
    }
  } catch (error) {
    if (!(error instanceof OpenQuote)) throw error;
    return unusable(finding(error.line, 'OPEN_QUOTE', null, error.text.split(/[\r\n]/, 1)[0] ?? ''));
  }
  ending.settle?.(delimiter);
  if (ending.wasCut) return { ending: ending.text };
  const { header, rows } = survey;
  if (!header) return unusable(finding(null, 'FILE_EMPTY'));
  const { encoding, hadBom, converted } = origin;
  const formats = survey.evidence.map(formatOf);
  const found = {
    encoding,
    hadBom,
    delimiter,
    sepLine,
    header: header.cells.map((cell) => keptHeader(storable(cell))),
    headerLine: header.line,
    laterHeaderLine: survey.laterHeaderLine,
    ending: ending.text,
    rows,
    filled: survey.filled,
    formats,
    samples: samples.converted(),
  };
  const doubled = samples.doubled(found.header);
  const warnings = [...readingWarnings(found, converted), ...(doubled ? [doubled] : [])];
  return { reading: { ...found, warnings }, findings: null };
};

/** Enough records to tell a delimiter by, with headers of five hundred columns too. */
const SNIFF_BYTES = 128 * 1024;

type Survey = {
  header: FileRow | null;
  laterHeaderLine: number | null;
  rows: number;
  evidence: ColumnEvidence[];
  /** By column index, how many cells are filled; counted for those columns that may be none of ours. */
  filled: number[];
  /** Indexes of these columns. */
  counted: number[];
  /** Indexes of the columns that may hold dates or numbers. */
  open: number[];
  /** Index of the column of participation, or -1. */
  participation: number;
  /** Indexes of the columns that are called as that of languages is, of which an attribute may be one. */
  languages: number[];
  /** A question mark has come up, so that cells have to be looked at for lost letters. */
  mayLackLetters: boolean;
  /** What a line below a header is that has an identity column. */
  laterHeader: (cells: readonly string[]) => LaterHeader;
};
const newSurvey = (): Survey => ({
  header: null,
  laterHeaderLine: null,
  rows: 0,
  evidence: [],
  filled: [],
  counted: [],
  open: [],
  participation: -1,
  languages: [],
  mayLackLetters: false,
  laterHeader: () => null,
});
/** Titles and notes above a header are a few lines. */
const LINES_ABOVE_HEADER = 20;

/** What records are read by. */
type ReadBy = { delimiter: Delimiter; limits: ReadLimits; languages: readonly string[] };

/** Takes a record in; gives what makes the file unusable, if something does. */
const take = (survey: Survey, record: FileRow, by: ReadBy): Finding | null => {
  const { delimiter, limits, languages } = by;
  if (!survey.header) return takeHeader(survey, record, by);
  survey.rows++;
  if (survey.rows <= LINES_ABOVE_HEADER && record.cells.some((cell) => isIdentityHeader(headerKeyOf(cell))))
    survey.laterHeaderLine ??= record.line;
  if (survey.rows > limits.maxRows) return finding(null, 'TOO_MANY_ROWS', null, null, { limit: limits.maxRows });
  const header = survey.laterHeader(record.cells);
  if (header === 'other') return finding(record.line, 'OTHER_HEADER', null, record.cells.join(delimiter));
  if (header === 'again') return null;
  for (const index of survey.counted)
    if (isFilled(record.cells[index])) survey.filled[index] = (survey.filled[index] ?? 0) + 1;
  for (const index of survey.open) {
    const cell = record.cells[index];
    const evidence = survey.evidence[index];
    if (cell && evidence) weigh(evidence, record.line, cell);
  }
  if (survey.mayLackLetters) weighAllLetters(survey, record);
  const participates = survey.evidence[survey.participation];
  if (participates) weighBoolean(participates, record.line, record.cells[survey.participation] ?? '');
  for (const index of survey.languages) {
    const cell = record.cells[index];
    const evidence = survey.evidence[index];
    if (cell && evidence) weighLanguage(evidence, record.line, cell, languages);
  }
  return null;
};

const weighAllLetters = ({ evidence }: Survey, { line, cells }: FileRow): void => {
  for (const [index, cell] of cells.entries()) {
    const of = evidence[index];
    if (of && cell.includes('?')) weighLetters(of, line, cell);
  }
};

/** Looks at the bytes before their records come: nearly all files have no question mark, and it is quick to see. */
async function* watched(survey: Survey, pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of pieces) {
    survey.mayLackLetters ||= piece.includes('?');
    yield piece;
  }
}

const takeHeader = (survey: Survey, record: FileRow, { delimiter, limits }: ReadBy): Finding | null => {
  const columns = lastNamed(record.cells) + 1;
  const limit = limits.maxColumns;
  if (columns > limit || record.cutOff) return finding(record.line, 'TOO_MANY_COLUMNS', null, null, { limit, columns });
  const inner = record.text === undefined ? undefined : rowsInHeader(record.text, record.cells, record.line, delimiter);
  if (inner) {
    const { first, last, column } = inner;
    return finding(record.line, 'ROWS_IN_HEADER', null, record.cells[column] ?? null, {
      firstLine: first,
      lastLine: last,
    });
  }
  if (standsInOneCell(record.cells)) return finding(record.line, 'LINES_QUOTED', null, record.cells[0] ?? null);
  survey.header = record;
  if (record.cells.some((cell) => isIdentityHeader(headerKeyOf(cell))))
    survey.laterHeader = laterHeaderIn(record.cells);
  survey.evidence = record.cells.map(noEvidence);
  survey.open = record.cells
    .keys()
    .filter((index) => mayBeDated(record.cells[index] ?? ''))
    .toArray();
  survey.filled = record.cells.map(() => 0);
  survey.counted = record.cells
    .keys()
    .filter((index) => mayBeUnread(record.cells[index] ?? ''))
    .toArray();
  const fields = record.cells.map((cell) => ownFieldOf(headerKeyOf(cell)));
  survey.participation = fields.indexOf('participates');
  survey.languages = [...fields.keys()].filter((index) => fields[index] === 'language');
  return null;
};

/** Empty cells at the right of a header are no columns: some programs write them up to the edge of the sheet. */
const lastNamed = (cells: readonly string[]): number => cells.findLastIndex((cell) => cell.trim() !== '');

/** Of our own fields none is a date or a number; nor are columns without a name, or from an error log. */
const mayBeDated = (header: string): boolean => headerKeyOf(header) !== '' && mayBeUnread(header);

/** Which columns are attributes is not known here. */
const mayBeUnread = (header: string): boolean => {
  const key = headerKeyOf(header);
  return !key.startsWith('_') && ownFieldOf(key) === undefined;
};

async function* followedBy(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  if (head.length > 0) yield head;
  yield* rest;
}

/** Reads on to the end, so that bytes which are not of the encoding are found first: they may be why nothing fits. */
const drain = async (pieces: AsyncIterable<Buffer>): Promise<void> => {
  for await (const _ of pieces);
};

const unusable = (...findings: Finding[]): Inspection => ({ reading: null, findings });
