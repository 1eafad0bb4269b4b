import { error } from './findings.ts';
import type { Inner } from './read-lines.ts';
import type { Day, Finding, User, Value } from './types.ts';

/** The value that a cell of an attribute sets; null clears. `given` is the cell, for findings. */
export type Wish = { value: Value | null; given: string };

export type Row = {
  line: number;
  /** As they stand in the file. */
  cells: string[];
  findings: Finding[];
  verdict: 'ok' | 'refused' | 'skipped';
  /** As the row gives them; null if the row gives no possible identity. */
  email: string | null;
  externalId: string | null;
  firstName: string | null;
  /** Undefined: unchanged. Null: cleared. */
  lastName: string | null | undefined;
  language: string | null;
  participates: boolean | null;
  /** By attribute. For choices and users, still the name as given. */
  wishes: Record<string, Wish>;
  /** By the header of the value. */
  backdates: Record<string, Day>;
  /** All contents of the row, to compare it with another row about the same user. */
  says: string;
  /** The user that the row is about, active or restorable; null: a new user. */
  person: User | null;
  restores: boolean;
  /** The user of its email, if its external id belongs to another user. */
  conflictsWith: User | null;
  /** An identity of the row is that of a user, spelled otherwise. */
  misspelt: boolean;
  /** Users of such identities, and of identities with lost letters, other than the row's own user. */
  meant: User[];
  /**
   * Names and identities with a question mark: the cell, and whether other cells of the column have one inside a word.
   */
  doubtful: { header: string; given: string; lossy: boolean }[];
  /** Names in invalid identities, or in lines inside cells. Users with these names count as present. */
  otherIdentities: string[];
  /** An identity is given and cannot be read. */
  unread: boolean;
  /** The row may contain the cells of another row. */
  mayHideRows: boolean;
  /** Lines that are rows if users have these names, with their cell. */
  inner: { column: string | null; value: string | null; names: Inner['names'] } | null;
};

export function refuse(
  row: Row,
  code: string,
  column: string | null = null,
  value: string | null = null,
  details: Record<string, string | number> = {},
): void {
  row.findings.push(error(row.line, code, column, value, details));
  row.verdict = 'refused';
}
