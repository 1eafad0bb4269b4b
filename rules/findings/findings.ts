/**
 * A finding: one thing to say about a file, a row or a cell. A finding is data, never an exception. Only its code and
 * details are stored. describe-finding.ts makes the sentences when a finding is read, so texts can change and be translated.
 */
export type Finding = {
  /** Physical line of the uploaded file (the header is 1); null if the finding is about the whole file. */
  line: number | null;
  code: FindingCode;
  /** Built-in header, attribute name, or the file's own header, cut; null if the finding is about the row or the file. */
  column: string | null;
  /** The cell as given, without the spaces around it, cut at MAX_VALUE_CHARACTERS. */
  value: string | null;
  details: Details;
};

export type Details = Record<string, string | number | boolean>;
export type Severity = 'error' | 'warning';
/** What an error refuses: the whole file, the row, or the cell alone. A warning refuses nothing. */
export type Scope = 'file' | 'row' | 'cell' | 'warning';

/** The kinds of text with a maximum length. */
export type TextKind =
  | 'external_id'
  | 'email'
  | 'person'
  | 'name'
  | 'segment'
  | 'date'
  | 'number'
  | 'boolean'
  | 'language'
  | 'cell';

/** Every code there is, with what its sentence wants to know. Stable: codes are never renamed. */
export type FindingDetails = {
  FILE_EMPTY: Empty;
  /** `kind`: what the file is, in words ("an Excel workbook"). */
  NOT_CSV: { kind?: string };
  /** `byte`: offset in the file, the first being 0. */
  ENCODING_UNKNOWN: { byte?: number };
  /** `firstLine`: the line that two delimiters divide equally well. */
  DELIMITER_UNKNOWN: { firstLine?: string };
  OPEN_QUOTE: Empty;
  /** `firstLine`, `lastLine`: of the rows that stand inside the header. */
  ROWS_IN_HEADER: { firstLine?: number; lastLine?: number };
  LINES_QUOTED: Empty;
  OTHER_HEADER: Empty;
  NO_HEADER: Empty;
  /** `otherColumn`: the first column with the same header; the leftmost column is 1. */
  DUPLICATE_HEADER: { otherColumn?: number };
  /** `headerLine`: a line below the first that looks like the header. */
  NO_IDENTITY_COLUMN: { headerLine?: number };
  TOO_MANY_ROWS: { limit?: number };
  TOO_MANY_COLUMNS: { limit?: number; columns?: number };
  /** `missing`: the column of the backdated value. */
  BACKDATE_WITHOUT_COLUMN: { missing?: string };
  DELETE_WITHOUT_ROWS: Empty;
  DELETE_WITHOUT_MATCH: Empty;
  DELETE_WITH_ERROR_LOG: Empty;

  /** `word`: the text of the identity cell. `total`: the row is the last line of a report. */
  NO_IDENTITY: { word?: string; total?: boolean };
  /** `firstLine`, `lastLine`: of the rows that stand inside the cell. */
  ROWS_IN_CELL: { firstLine?: number; lastLine?: number };
  ROW_IN_ONE_CELL: Empty;
  IDENTITY_CONFLICT: Empty;
  /** `differ`: the identity in which the rows differ. Then two people share the other identity. */
  DUPLICATE_ROW: { otherLine?: number; differ?: 'email' | 'externalId' };
  /** `suggested`: the address inside the text. */
  EMAIL_INVALID: { reason?: EmailReason; suggested?: string };
  /** `present`: the stored identity. `user`: the user's id. `deletedOn`: the day, if the user is deleted. */
  EMAIL_CHANGE: StoredIdentity;
  EXTERNAL_ID_CHANGE: StoredIdentity;
  /** `present`: the right spelling; absent if several are possible. `otherLine`: the row of the file that has it. */
  IDENTITY_RESPELLED: { present?: string; otherLine?: number };
  RESTORE_NAME_DIFFERS: DeletedUser;
  /** `present`: the external id of the user who is probably meant. */
  LEADING_ZEROS_LOST: { present?: string };
  /**
   * `present`: the text that is probably meant. `applied`: the row is applied with the cell as it stands, or, if `read`, with
   * the segment that is meant.
   */
  LETTER_LOST: { present?: string; applied?: boolean; read?: boolean };
  EMAIL_TAKEN: Empty;
  EXTERNAL_ID_TAKEN: Empty;
  /** `field`: the name of the column. `clearing`: the cell would clear a value that cannot be empty. */
  REQUIRED_MISSING: { field?: string; clearing?: boolean };
  /** `languages`: the allowed codes, separated by commas. */
  LANGUAGE_UNKNOWN: { languages?: string };
  /** `suggested`: the date, `YYYY-MM-DD`, if the cell can mean no other. */
  DATE_INVALID: { reason?: DateReason; suggested?: string };
  /** As for numbers: two cells that contradict each other, or none. */
  DATE_AMBIGUOUS: Contradiction & { dayFirst?: string; monthFirst?: string };
  /** `suggested`: the number, if the cell can mean no other. */
  NUMBER_INVALID: { reason?: NumberReason; suggested?: string };
  NUMBER_AMBIGUOUS: Contradiction;
  BOOLEAN_INVALID: Empty;
  /** `kind`: what the cell holds. `length`: in characters; absent if the row was not read to its end. */
  TOO_LONG: { kind?: TextKind; limit?: number; length?: number };
  TOO_MANY_CELLS: { cells?: number; expected?: number };
  /** `character`: as `U+0007`. `position`: the first being 1. `suggested`: the identity that is meant. */
  CONTROL_CHARACTER: { character?: string; position?: number; suggested?: string };
  REPLACEMENT_CHARACTER: { position?: number };
  SCIENTIFIC_NOTATION: Empty;
  /** `suggested`: the identity that is meant. */
  PERSON_NOT_FOUND: { suggested?: string };
  PERSON_IS_SELF: Empty;
  /** `person`: email or external id of the deleted user. */
  PERSON_DELETED: { person?: string };
  /** `otherLine`: the row that would have created the user. */
  PERSON_ROW_REFUSED: { otherLine?: number };
  /** `path`: as text, `bob (line 2) → cat (existing) → bob`. */
  CYCLE: { path?: string };
  /** `person`: the user on the deletion list; absent if the finding is about a row. */
  CHANGED_SINCE_PLAN: { person?: string };

  BACKDATE_INVALID: { reason?: DateReason | 'ambiguous'; suggested?: string };
  /** `oldest`: the first day that is allowed. */
  BACKDATE_TOO_OLD: { oldest?: string };
  /** `latest`: the last day that is allowed. */
  BACKDATE_IN_FUTURE: { latest?: string };
  BACKDATE_NEW_USER: Empty;

  /**
   * `nearest`: the known column that is most likely meant; `others`: further ones, joined by `", "`. `taken`: the column that
   * would be meant, if the file did not have it already.
   */
  UNKNOWN_HEADER: { nearest?: string; others?: string; taken?: string };
  /** `position`: of the first such column, the leftmost being 1. `count`: how many. */
  UNNAMED_COLUMN: { position?: number; count?: number };
  DUPLICATE_IDENTICAL: { otherLine?: number };
  SHORT_ROW: { cells?: number; expected?: number };
  STRAY_QUOTE: Empty;
  /** `spelling`: the stored name. */
  CASE_VARIANT: { spelling?: string };
  /** `leftOut`: the cell is not used, because it is no identity. `required`: the value cannot be cleared. */
  PLACEHOLDER: { leftOut?: boolean; required?: boolean };
  /** `meant`: the text with its entities as characters. `read`: the segment of that name was found. */
  HTML_ENTITY: { meant?: string; read?: boolean };
  /** As for CONTROL_CHARACTER. */
  INVISIBLE_CHARACTER: { character?: string; position?: number };
  /** `encoding`: the encoding that was used. `samples`: a few more converted cells, in quotes. */
  ENCODING_CONVERTED: { encoding?: string; samples?: string };
  /** `meant`: the cell without the second encoding. `samples`: a few more such cells, in quotes. */
  DOUBLE_ENCODED: { meant?: string; samples?: string };
  /** `delimiter`: in words ("comma", "tab"). */
  DELIMITER_DETECTED: { delimiter?: string };
  /** `ending`: the delimiters, a tab as an arrow. */
  TRAILING_DELIMITERS: { ending?: string };
  EXAMPLE_ROW: Empty;
  HEADER_AGAIN: Empty;
  /** `path`: as for CYCLE. */
  EXISTING_CYCLE: { path?: string };
  NO_RANGE: Empty;
  /** `reason`: after today, or before 1900. */
  DATE_IMPLAUSIBLE: { reason?: 'future' | 'long_ago' };
  /** `cells`: how many cells of the column. `line`, `meant`: of the cell that is shown, its line and its code. */
  WORDS_READ: { cells?: number; line?: number; meant?: string };
  RESTORES_DELETED: DeletedUser;
  TAKES_DELETED_ID: DeletedUser;
  /** `name`: of the new user. `person`: the missing user who has the name. */
  NAME_OF_MISSING: { name?: string; person?: string };
  /** `person`: the user who loses the value. `attribute`: the attribute of that value. */
  REFERENCE_CLEARED: { person?: string; attribute?: string };
  BACKDATE_PARTICIPATION_TRUE: Empty;
  BACKDATE_WITHOUT_VALUE: Empty;
  /** `line`: of the refused row that has no readable identity. */
  DELETION_OFF: { line?: number };
  KEPT: { person?: string; reason?: 'uploader' | 'admin' };
};

export type FindingCode = keyof FindingDetails;
export type EmailReason =
  | 'no_at'
  | 'total'
  | 'several_ats'
  | 'several'
  | 'space_in_it'
  | 'nothing_before'
  | 'nothing_after'
  | 'sign_before'
  | 'long_before'
  | 'not_a_domain'
  | 'no_dot'
  | 'quoted'
  | 'percent'
  | 'too_long'
  | 'entity';
export type DateReason =
  | 'no_such_day'
  | 'serial'
  | 'two_digit_year'
  | 'year_alone'
  | 'time'
  | 'instant'
  | 'digit'
  | 'form'
  | 'error_word';
export type NumberReason = 'percent' | 'unit' | 'minus' | 'grouping' | 'digit' | 'date' | 'form' | 'error_word';
type Empty = Record<string, never>;
type StoredIdentity = { present?: string; user?: string; deletedOn?: string };
/** `name`: first and last. `person`: email or external id. `deletedOn`: `YYYY-MM-DD`. */
type DeletedUser = { name?: string; person?: string; deletedOn?: string };
/** Two cells of the column that prove different formats. */
type Contradiction = { line?: number; cell?: string; otherLine?: number; otherCell?: string };

/** The result of checking one value: the value to store, or the error. */
export type CheckResult<T> = { ok: true; value: T } | { ok: false; code: FindingCode; details: Details };

/** Enough to recognise the cell. */
export const MAX_VALUE_CHARACTERS = 200;

/** Makes a finding that can be stored: cuts the value and writes U+2400 for U+0000. */
export const finding = <C extends FindingCode>(
  line: number | null,
  code: C,
  column: string | null = null,
  value: string | null = null,
  details?: FindingDetails[C] | Details,
): Finding => ({
  line,
  code,
  column: column === null ? null : excerpt(column),
  value: value === null ? null : excerpt(value),
  details: (details ?? {}) as Details,
});

/** The beginning of a text as findings show it, without outer spaces. */
export const excerpt = (text: string): string => cut(storable(text.trim()));

/** Writes U+2400 for U+0000, which PostgreSQL text cannot hold and which is not visible. */
export const storable = (text: string): string => (text.includes('\0') ? text.replaceAll('\0', '\u2400') : text);

/** Cuts at MAX_VALUE_CHARACTERS, never inside a surrogate pair: half a pair cannot be stored. */
const cut = (value: string): string => {
  if (value.length <= MAX_VALUE_CHARACTERS) return value;
  const last = value.charCodeAt(MAX_VALUE_CHARACTERS - 1);
  const inPair = last >= 0xd800 && last <= 0xdbff;
  return value.slice(0, inPair ? MAX_VALUE_CHARACTERS - 1 : MAX_VALUE_CHARACTERS);
};
