import type { UnchangedRow } from '../../db/plan/baseline-rows.ts';
import type { DuplicateVerdict } from '../../rules/rows/duplicate-rows.ts';
import { ABSENT, Hash64Table, hashOf } from '../collections/hash-table.ts';
import type { BaselineRows } from './baseline-rows.ts';

/** The comparison keys of a row; null if it has none. */
export type RowKeys = { email: string | null; externalId: string | null };

/** Flags of a row. The row matches an active user. */
export const ACTIVE = 1;
/** No active user matches, but a deleted user that can be restored does. */
export const RESTORES = 2;
/** An identity of the row is that of a user, spelled otherwise. */
export const RESPELLED = 4;

/**
 * All rows of a file by index. Typed arrays of about 55 bytes a row: strings and objects would take ten times as much
 * for a million rows.
 */
export class RowColumns {
  size = 0;
  readonly lines: Int32Array;
  /** 0 as long as the user is new. */
  readonly userIds: Float64Array;
  readonly flags: Uint8Array;
  /** The numbers of the baseline rows that unchanged rows equal, else ABSENT; null if no row is unchanged. */
  baselineRows: Int32Array | null = null;
  /** The first row with an identity, among the rows that are read. */
  readonly firstRows = { email: new Hash64Table(), externalId: new Hash64Table() };
  /** For the few rows whose email matches another user than their external id. */
  readonly emailMatches = new Map<number, number>();
  /** Users that rows mean by an identity that is spelled otherwise, beside the users that the rows are about. */
  readonly respelledMatches = new Map<number, number[]>();

  /** @param most the upper bound of the number of rows */
  constructor(most: number) {
    this.lines = new Int32Array(most);
    this.userIds = new Float64Array(most);
    this.flags = new Uint8Array(most);
  }
}

/** Facts beside the matches: the baseline of unchanged rows, and the verdicts on duplicate rows, by index. */
export type RowVerdicts = { baseline: BaselineRows; duplicates: ReadonlyMap<number, DuplicateVerdict> };

/** The rows of a file by index, each with its line and its user. A `RowIndexBuilder` makes it; then it never changes. */
export class RowIndex {
  protected readonly columns: RowColumns;
  private readonly verdicts: RowVerdicts | null;

  constructor(columns: RowColumns, verdicts: RowVerdicts | null) {
    this.columns = columns;
    this.verdicts = verdicts;
  }

  get size(): number {
    return this.columns.size;
  }

  lineOf(row: number): number {
    return this.columns.lines[row] ?? 0;
  }

  /** The user that a row is about; of a new user the reserved id. */
  userIdOf(row: number): number {
    return this.columns.userIds[row] ?? 0;
  }

  /** Whether the user of a row exists in the database, active or restorable. */
  matchesExistingUser(row: number): boolean {
    return this.has(row, ACTIVE | RESTORES);
  }

  /** The user with the email of a row, if its external id belongs to another user. */
  conflictingMatchOf(row: number): number | null {
    return this.columns.emailMatches.get(row) ?? null;
  }

  /** Whether the row spells the identity of a user otherwise. */
  isRespelled(row: number): boolean {
    return this.has(row, RESPELLED);
  }

  /** Users that a row means by an identity that is spelled otherwise, beside the user that it is about. */
  respelledMatchesOf(row: number): readonly number[] {
    return this.columns.respelledMatches.get(row) ?? NO_USERS;
  }

  /** The first row with this external id or email, among the rows that are read; ABSENT if there is none. */
  firstRowWith(kind: keyof RowKeys, key: string): number {
    return this.columns.firstRows[kind].get(hashOf(key));
  }

  duplicateOf(row: number): DuplicateVerdict | undefined {
    return this.verdicts?.duplicates.get(row);
  }

  /** Whether the row equals a baseline row. It need not be read. */
  isUnchanged(row: number): boolean {
    return (this.columns.baselineRows?.[row] ?? ABSENT) !== ABSENT;
  }

  /** The plan row of an unchanged row. */
  unchangedRowOf(row: number): UnchangedRow {
    if (!this.verdicts || !this.isUnchanged(row)) throw new Error('The file has fewer rows than were matched');
    return this.verdicts.baseline.rowOf(this.columns.baselineRows?.[row] ?? ABSENT, this.lineOf(row));
  }

  protected has(row: number, flags: number): boolean {
    return ((this.columns.flags[row] ?? 0) & flags) !== 0;
  }
}

const NO_USERS: readonly number[] = [];
