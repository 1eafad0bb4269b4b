import type { Finding } from '../findings/findings.ts';
import type { ColumnFormat } from '../values/column-format.ts';
import type { Range } from '../values/ranges.ts';

/** A row of the file: its first physical line (the header is 1) and its cells, still with their formula guard. */
export type FileRow = {
  line: number;
  cells: string[];
  /** The length of the row in the file, as UTF-8; absent if the row was not read from a file. */
  bytes?: number;
  /** Indexes of unquoted cells with a quote inside, and of cells with text after the closing quote. */
  strayQuotes: readonly number[];
  /** The row is longer than legal cells can make it. Its rest was not read, and it is refused. */
  truncated?: boolean;
  /** The text in the file, if a cell has a line break and the caller asked for the text. */
  text?: string;
  /** Lines inside its cells that are or may be rows; undefined if there is none. */
  inner?: RowsInCell;
  /** The hash of the bytes between its line breaks, if the caller asked for it: 32 hexadecimal digits. */
  hash?: string;
  /** The number of the baseline row with that hash, if there is one. Then the cells were not parsed. */
  baselineRow?: number;
};

/** Physical lines inside a quoted cell of a row that can be read as rows by themselves. */
export type RowsInCell = {
  /** Index of the first cell with such lines. */
  column: number;
  /** The first and the last line that is a row for any set of users; 0 if there is none. */
  first: number;
  last: number;
  /** The texts at the place of an email or external id. If a text is an identity of a user, its line is a row. */
  identities: readonly IdentityInCell[];
};

/** The cell with such lines: the name of its column, and its text. */
export type CellWithRows = { column: string | null; value: string | null };

/** `isInside`: the text is in the cell, not before or after it on the same line. `isEmail`: a valid email. */
export type IdentityInCell = { text: string; line: number; isInside: boolean; isEmail: boolean };

/** A parsed row, before it is compared with the existing users. */
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
   * By value index, the index of the column in `Columns.values`; objects with ids as keys take ten times as long. Choices are
   * segment ids, dates `YYYY-MM-DD`, numbers canonical decimal text. Null: clear; undefined: untouched. Users attributes
   * are in `references`.
   */
  values: (number | string | null | undefined)[];
  /** By value index: the referenced user as given, trimmed; '': clear; undefined: untouched. */
  references: (string | undefined)[];
  /** By attribute id or `participates`: `YYYY-MM-DD`; only backdates without an error so far. */
  backdates: Record<string, string>;
  /** Segments that this row uses and that do not exist yet. */
  newSegments: readonly number[];
  /** All findings of the row, in column order. */
  findings: readonly Finding[];
  /** A finding refuses the row. */
  refused: boolean;
  /** The line is not parsed: the example row of the template, or a repeated header. */
  skipped: boolean;
  /** Cells without a meaning. */
  invalidCells: readonly InvalidCell[];
  /**
   * Further emails or external ids that the row names, as given: in lines inside a cell, or as another spelling of an
   * identity. The users who have them count as present in the file.
   */
  otherIdentities: readonly string[];
  /** Names and identities of the row that may have lost a letter. */
  doubtfulCells: readonly DoubtfulCell[];
  /** Lines inside a cell that are rows if they name users; null if there are none, or if it is decided already. */
  inner: (Pick<RowsInCell, 'identities'> & CellWithRows) | null;
  /** The part of the row that was not read may hold rows of other users. */
  mayHideRows: boolean;
  /** An identity cell has a text that cannot name a user: an invalid email, or a part of an external id. */
  hasUnreadIdentity: boolean;
};

/** A cell without a meaning: the key of its value, and its text. Fingerprints compare the text. */
export type InvalidCell = { key: string; text: string };

/** A name or identity with a question mark. `inLossyColumn`: other cells of its column have question marks too. */
export type DoubtfulCell = {
  field: 'email' | 'externalId' | 'firstName' | 'lastName';
  given: string;
  inLossyColumn: boolean;
};

export type ResolvedSegment = { segmentId: number; spelling: string; isNew: boolean; viaAlias: boolean };

/** Finds segments by attribute and `nameKey` of the name. If several names have one key, the spelling decides. */
export type SegmentLookup = {
  find(attributeId: number, key: string, spelling: string): ResolvedSegment | undefined;
  /** The only segment whose name has letters where the given name has lost them. */
  findWithLostLetters?(attributeId: number, name: string): ResolvedSegment | undefined;
  /** The segment of an equal cell that was parsed before without findings. */
  cached?(attributeId: number, cell: string): ResolvedSegment | undefined;
  /** Caches a cell without findings. */
  cache?(attributeId: number, cell: string, segment: ResolvedSegment): void;
  /** Adds a new name and returns the id that its segment will have. */
  add(attributeId: number, key: string, name: string): number;
};

/** The context for parsing rows. Only `segments` changes between rows: it adds new names. */
export type RowContext = {
  resetEmptyFields: boolean;
  /** The stored language codes. */
  languages: readonly string[];
  /** `YYYY-MM-DD` in the organization's time zone. */
  today: string;
  /** The organization's time zone; null: not known. */
  timeZone: string | null;
  limits: { maxCellCharacters: number };
  segments: SegmentLookup;
  /** Ranges of dates and numbers attributes by attribute id. Attributes without ranges may be absent. */
  ranges: ReadonlyMap<number, readonly Range[]>;
  /** By column index, from the inspection of the file. */
  formats: readonly ColumnFormat[];
};
