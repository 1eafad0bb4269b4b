import type { Finding } from '../findings/findings.ts';
import type { ColumnFormat } from '../values/column-format.ts';
import type { Range } from '../values/ranges.ts';

/** A row as the file has it: its first physical line (header = 1) and its cells, still with their formula guard. */
export type FileRow = {
  line: number;
  cells: string[];
  /** How long the row is in the file, as UTF-8; not known of one that was not read from a file. */
  bytes?: number;
  /** Indexes of the cells with a quote inside that are not quoted, or with text behind the closing quote. */
  strayQuotes: readonly number[];
  /** The row is longer than legal cells can make it, and its rest was left out: it is refused. */
  truncated?: boolean;
  /** As it stands in the file, if a cell has a line break and the text was asked for. */
  text?: string;
  /** Lines inside of its cells that are rows, or may be; undefined if there is none. */
  inner?: RowsInCell;
  /** Of the bytes between its line breaks, where it was asked for: 32 hexadecimal digits. */
  hash?: string;
  /** The number by which that hash is known, where it is: then the cells were not read. */
  baselineRow?: number;
};

/** Physical lines of a row that stand in a quoted cell of it and read as rows by themselves. */
export type RowsInCell = {
  /** Index of the first cell with such lines. */
  column: number;
  /** The first and the last line that is a row whatever users there are; 0 if there is none. */
  first: number;
  last: number;
  /** What stands in the place of an email or external id. If it is an identity of a user, its line is a row. */
  identities: readonly IdentityInCell[];
};

/** The cell that such lines stand in: what its column is called, and its text. */
export type CellWithRows = { column: string | null; value: string | null };

/** `isInside`: it stands in the cell, and not before or behind it on the same line. `isEmail`: a valid email. */
export type IdentityInCell = { text: string; line: number; isInside: boolean; isEmail: boolean };

/** What a row says, before it is compared with the people there are. */
export type ParsedRow = {
  line: number;
  /** Trimmed spelling; null: absent, empty or unreadable. */
  email: string | null;
  externalId: string | null;
  /** At least one identity cell could be read. */
  hasReadableIdentity: boolean;
  /** null: untouched. Never empty: a first name is not cleared. */
  firstName: string | null;
  /** null: untouched; '': clear. */
  lastName: string | null;
  /** As the list of languages spells it; null: untouched. */
  language: string | null;
  participates: boolean | null;
  /**
   * By the place of the attribute's column (`Columns.values`; objects with ids as keys take ten times as long): choices are
   * segment ids, dates `YYYY-MM-DD`, numbers canonical decimal text; null: clear; undefined: untouched. Attributes that
   * point at people are in `references`.
   */
  values: (number | string | null | undefined)[];
  /** By the same places: the person as given, trimmed; '': clear; undefined: untouched. */
  references: (string | undefined)[];
  /** By attribute id or `participates`: `YYYY-MM-DD`; only those that hold so far. */
  backdates: Record<string, string>;
  /** Segments that this row uses and that do not exist yet. */
  newSegments: readonly number[];
  /** All that is to say of the row, in column order. */
  findings: readonly Finding[];
  /** Any of them refuses the row. */
  refused: boolean;
  /** The example row of the template: not read at all. */
  skipped: boolean;
  /** Cells that mean nothing. */
  invalidCells: readonly InvalidCell[];
  /**
   * Emails or external ids, as given, of other users that the row names: in swallowed lines, or spelled otherwise than the
   * user that is meant. The users that have them count as present.
   */
  otherIdentities: readonly string[];
  /** Names and identities of the row in which a letter may be lost. */
  doubtfulCells: readonly DoubtfulCell[];
  /** Lines inside of a cell of the row that are rows if they name users; null if there are none, or if that is known. */
  inner: (Pick<RowsInCell, 'identities'> & CellWithRows) | null;
  /** Rows of other people may stand in the part of the row that was not read. */
  mayHideRows: boolean;
  /** An identity cell has a text that names no user as it stands: an email that is none, or an external id in part. */
  hasUnreadIdentity: boolean;
};

/** A cell that means nothing: the key of its value, and its text, by which two such rows are the same or not. */
export type InvalidCell = { key: string; text: string };

/** A name or identity that has a question mark. `inLossyColumn`: other cells of its column have some too. */
export type DoubtfulCell = {
  field: 'email' | 'externalId' | 'firstName' | 'lastName';
  given: string;
  inLossyColumn: boolean;
};

export type ResolvedSegment = { segmentId: number; spelling: string; isNew: boolean; viaAlias: boolean };

/** The names of segments, by attribute and by the key that `segmentKey` makes of a name; of several names of one key by the spelling. */
export type SegmentLookup = {
  find(attributeId: number, key: string, spelling: string): ResolvedSegment | undefined;
  /** The only segment of which a name may be the whole one, with letters that the name lacks. */
  findWithLostLetters?(attributeId: number, name: string): ResolvedSegment | undefined;
  /** Whose name a cell is, where the same cell was read before and nothing was to be said of it. */
  cached?(attributeId: number, cell: string): ResolvedSegment | undefined;
  /** Remembers a cell of which nothing is to be said. */
  cache?(attributeId: number, cell: string, segment: ResolvedSegment): void;
  /** Takes a name that is not there yet and gives the id that its segment will have. */
  add(attributeId: number, key: string, name: string): number;
};

/** What a row is read against. Nothing in it changes between rows but what `segments` takes in. */
export type RowContext = {
  resetEmptyFields: boolean;
  /** Codes as they are stored. */
  languages: readonly string[];
  /** `YYYY-MM-DD` in the organization's time zone. */
  today: string;
  /** The organization's; null: not known. */
  timeZone: string | null;
  limits: { maxCellCharacters: number };
  segments: SegmentLookup;
  /** Ranges of dates and numbers attributes by attribute id; an attribute without ranges need not be there. */
  ranges: ReadonlyMap<number, readonly Range[]>;
  /** By column index, from the reading of the file. */
  formats: readonly ColumnFormat[];
};
