import { type AttributeHeader, matchHeaders } from '../../rules/columns/headers.ts';
import { parseRow } from '../../rules/rows/parse-row.ts';
import type { FileRow, ResolvedSegment, RowContext, SegmentLookup } from '../../rules/rows/parsed-row.ts';

const ATTRIBUTES: AttributeHeader[] = [
  { id: 1, name: 'Department', type: 'choices' },
  { id: 2, name: 'Date of Birth', type: 'dates' },
  { id: 3, name: 'Salary', type: 'numbers' },
  { id: 4, name: 'Manager', type: 'users' },
];
export const FULL =
  'Email;External Id;First name;Last name;Language;Participate in survey;Department;Date of Birth;Salary;Manager';

/** Existing segment names: `IT`, with the alias `Information technology`. */
export const chooser = (): SegmentLookup & { added: string[] } => {
  const added: string[] = [];
  const book = new Map<string, ResolvedSegment>([
    ['it', { segmentId: 10, spelling: 'IT', isNew: false, viaAlias: false }],
    ['information technology', { segmentId: 10, spelling: 'IT', isNew: false, viaAlias: true }],
  ]);
  return {
    added,
    find: (_, key) => book.get(key),
    add: (_, key, name) => {
      const segmentId = 100 + added.push(name);
      book.set(key, { segmentId, spelling: name, isNew: true, viaAlias: false });
      return segmentId;
    },
  };
};

const contextOf = (options: Partial<RowContext> = {}): RowContext => ({
  resetEmptyFields: false,
  languages: ['en', 'sv'],
  today: '2026-06-15',
  timeZone: 'Europe/Stockholm',
  limits: { maxCellCharacters: 100 },
  segments: chooser(),
  ranges: new Map(),
  formats: [],
  ...options,
});

export const columnsOf = (header: string) => {
  const { columns } = matchHeaders(header.split(';'), ATTRIBUTES);
  if (!columns) throw new Error(`No columns in ${header}`);
  return columns;
};

/** Parses one row, written with semicolons, below a header. */
export const parsedRowOf = (header: string, cells: string, options: Partial<RowContext & FileRow> = {}) =>
  parseRow({ line: 2, cells: cells.split(';'), strayQuotes: [], ...options }, columnsOf(header), contextOf(options));
/** The same, with values and references by attribute id. */
export const interpret = (header: string, cells: string, options: Partial<RowContext & FileRow> = {}) => {
  const parsed = parsedRowOf(header, cells, options);
  const keys = columnsOf(header).values.map(({ key }) => key);
  const byKey = (slots: readonly unknown[]) =>
    Object.fromEntries(keys.map((key, place) => [key, slots[place]]).filter(([, value]) => value !== undefined));
  return { ...parsed, values: byKey(parsed.values), references: byKey(parsed.references) };
};
export const codesOf = (header: string, cells: string, options: Partial<RowContext & FileRow> = {}) =>
  interpret(header, cells, options).findings.map(({ code }) => code);
