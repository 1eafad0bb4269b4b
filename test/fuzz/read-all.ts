import type { ReadLimits } from '../../csv/dialect.ts';
import type { FileFormat, OpenFile } from '../../csv/user-file/file-format.ts';
import { inspectFile } from '../../csv/user-file/inspect-file.ts';
import { readRows } from '../../csv/user-file/read-rows.ts';
import { type AttributeHeader, type Columns, matchHeaders } from '../../rules/columns/headers.ts';
import type { Finding } from '../../rules/findings/findings.ts';
import { parseRow } from '../../rules/rows/parse-row.ts';
import type { FileRow, ParsedRow, ResolvedSegment, RowContext, SegmentLookup } from '../../rules/rows/parsed-row.ts';
import type { Range } from '../../rules/values/ranges.ts';

/** All results of reading a file, from its bytes to its parsed rows. */
export type ReadAll = {
  reading: FileFormat | null;
  columns: Columns | null;
  findings: Finding[];
  rows: FileRow[];
  drafts: ParsedRow[];
  /** Names that would become segments. */
  names: string[];
};

/** Reads a file as stage 1 does, without the database. Holds the whole file in memory: for small files. */
export const readAll = async (open: OpenFile, limits: ReadLimits): Promise<ReadAll> => {
  const { reading, findings: unreadable } = await inspectFile(open, limits);
  const all: ReadAll = { reading, columns: null, findings: [], rows: [], drafts: [], names: [] };
  if (!reading) return { ...all, findings: unreadable };
  for await (const rows of readRows(open(), reading, limits)) all.rows.push(...rows);
  const { header, headerLine: line, laterHeaderLine: laterLine } = reading;
  const { columns, findings } = matchHeaders(header, ATTRIBUTES, { line, laterLine });
  all.columns = columns;
  all.findings.push(...reading.warnings, ...findings);
  if (!columns) return all;
  const context = contextOf(all.names, reading, limits);
  for (const row of all.rows) {
    const draft = parseRow(row, columns, context);
    all.drafts.push(draft);
    all.findings.push(...draft.findings);
  }
  return all;
};

export const ATTRIBUTES: AttributeHeader[] = [
  { id: 1, name: 'Department', type: 'choices' },
  { id: 2, name: 'Born', type: 'dates' },
  { id: 3, name: 'Salary', type: 'numbers' },
  { id: 4, name: 'Manager', type: 'users' },
];

/** The parsing context. New segment names are added to `names`. */
export const contextOf = (
  names: string[],
  { formats }: Pick<FileFormat, 'formats'>,
  limits: ReadLimits,
): RowContext => ({
  resetEmptyFields: false,
  languages: ['en', 'sv', 'nb'],
  today: '2026-03-01',
  timeZone: 'Europe/Stockholm',
  limits,
  segments: choiceBook(names),
  ranges: RANGES,
  formats,
});

const choiceBook = (names: string[]): SegmentLookup => {
  const book = new Map<string, ResolvedSegment>([
    ['it', { segmentId: 1, spelling: 'IT', isNew: false, viaAlias: false }],
  ]);
  return {
    find: (_, key) => book.get(key),
    add: (_, key, name) => {
      const segmentId = 1 + names.push(name);
      book.set(key, { segmentId, spelling: name, isNew: true, viaAlias: false });
      return segmentId;
    },
  };
};
const RANGES: ReadonlyMap<number, readonly Range[]> = new Map();
