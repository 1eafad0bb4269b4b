import { error } from './findings.ts';
import type { Inner } from './read-lines.ts';
import type { Day, Finding, Person, Value } from './types.ts';

/** What a cell of an attribute asks for: null clears. `given` is the cell, for findings. */
export type Wish = { value: Value | null; given: string };

export type Row = {
  line: number;
  /** As they stand in the file. */
  cells: string[];
  findings: Finding[];
  verdict: 'ok' | 'refused' | 'skipped';
  /** As the row gives them; null where it gives none that could be one. */
  email: string | null;
  externalId: string | null;
  firstName: string | null;
  /** Undefined: untouched. Null: cleared. */
  lastName: string | null | undefined;
  language: string | null;
  participates: boolean | null;
  /** By attribute. Of choices and users still the name that was given. */
  wishes: Record<string, Wish>;
  /** By the header of the value. */
  backdates: Record<string, Day>;
  /** All that the row says, for comparing it with another row about the same person. */
  says: string;
  /** Whom the row is about: somebody who is there or was deleted lately; null: somebody new. */
  person: Person | null;
  restores: boolean;
  /** Whom its email finds, where that is another one than its external id finds. */
  conflictsWith: Person | null;
  /** An identity of it is that of somebody, spelled otherwise. */
  misspelt: boolean;
  /** Whom such identities mean, and those with letters lost, beside the one that the row is about. */
  meant: Person[];
  /** Names and identities with a question mark: the cell, and whether others of its column have them inside of words. */
  doubtful: { header: string; given: string; lossy: boolean }[];
  /** Users that its refused identities, or lines inside of its cells, name are present. */
  otherIdentities: string[];
  /** An identity was given and cannot be read. */
  unread: boolean;
  /** The cells of another row may be in this one. */
  mayHideRows: boolean;
  /** Lines that are rows if users have these names, with the cell they stand in. */
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
