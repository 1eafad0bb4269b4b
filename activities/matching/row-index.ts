import { createHash } from 'node:crypto';
import { binarySearch, NOT_FOUND } from '../collections/binary-search.ts';
import { ABSENT, Hash64Table, hashOf } from '../collections/hash-table.ts';

/** Flags of a row. */
const MATCHES_BY_ID = 1;
const MATCHES_BY_EMAIL = 2;
/** No active user matches, but a deleted user that can be restored does. */
const RESTORES = 4;
/** The same bytes as a baseline row, about a user that has not changed since. */
const UNCHANGED = 8;
/** The example row of the template: about no user. */
const EXAMPLE = 16;
const DUPLICATE_CANDIDATE = 32;
/** The external id is numeric and no user has it. */
const UNKNOWN_NUMERIC_ID = 64;
/** An identity of the row is that of a user, spelled otherwise. */
const RESPELLED = 128;

/** The flags that the digest covers. UNCHANGED is left out: it only says that the row need not be read. */
const MATCH_BITS = MATCHES_BY_ID | MATCHES_BY_EMAIL | RESTORES | EXAMPLE | RESPELLED;

/** The comparison keys of a row; null if it has none. */
export type RowKeys = { email: string | null; externalId: string | null };

/**
 * All rows of a file by index: line, user, flags, and which other row has the same identity. Typed arrays of about 40
 * bytes a row: strings and objects would take ten times as much for a million rows.
 */
export class RowIndex {
  private readonly lines: Int32Array;
  private readonly userIds: Float64Array;
  private readonly bits: Uint8Array;
  private readonly emails = new Hash64Table();
  private readonly externalIds = new Hash64Table();
  /** For the few rows whose email matches another user than their external id. */
  private readonly emailMatches = new Map<number, number>();
  /** Users that rows mean by an identity that is spelled otherwise, as (row, user) pairs; `resolveRespelled` empties it. */
  private respelledPairs: number[] = [];
  /** The users of those pairs whose row is not about the user. */
  private readonly respelledMatches = new Map<number, number[]>();
  private baselineRows: Int32Array | null = null;
  size = 0;
  /** Rows that must be read: all but the unchanged ones. */
  unread = 0;
  /** Whether any row has a numeric external id that no user has. */
  anyUnknownNumericId = false;

  /** @param most the upper bound of the number of rows */
  constructor(most: number) {
    this.lines = new Int32Array(most);
    this.userIds = new Float64Array(most);
    this.bits = new Uint8Array(most);
  }

  /** Adds a row that must be read, and returns its index. */
  add(line: number, keys: RowKeys): number {
    const row = this.next(line);
    this.unread++;
    for (const [index, key] of [
      [this.emails, keys.email],
      [this.externalIds, keys.externalId],
    ] as const) {
      const other = key === null ? ABSENT : index.insertIfAbsent(hashOf(key), row);
      if (other === ABSENT) continue;
      this.mark(row, DUPLICATE_CANDIDATE);
      this.mark(other, DUPLICATE_CANDIDATE);
    }
    return row;
  }

  addExample(line: number): void {
    this.unread++;
    this.mark(this.next(line), EXAMPLE);
  }

  /** Adds a row that equals a baseline row. */
  addUnchanged(line: number, user: number, baselineRow: number): void {
    const row = this.next(line);
    this.mark(row, UNCHANGED | MATCHES_BY_ID);
    this.userIds[row] = user;
    this.baselineRows ??= new Int32Array(this.lines.length);
    this.baselineRows[row] = baselineRow;
  }

  /** Notes which user a row matches. `email` and `externalId` match active users, and count before a deleted user. */
  setMatch(row: number, by: { email?: number; externalId?: number; deleted?: number }): void {
    const user = by.externalId ?? by.email ?? by.deleted;
    if (user === undefined) return;
    this.userIds[row] = user;
    if (by.externalId !== undefined) this.mark(row, MATCHES_BY_ID);
    if (by.email !== undefined) this.mark(row, MATCHES_BY_EMAIL);
    if (by.externalId === undefined && by.email === undefined) this.mark(row, RESTORES);
    if (by.externalId !== undefined && by.email !== undefined && by.email !== by.externalId)
      this.emailMatches.set(row, by.email);
  }

  /** Notes a user that a row may mean by an identity that is spelled otherwise. */
  addRespelledMatch(row: number, user: number): void {
    this.respelledPairs.push(row, user);
  }

  /**
   * Decides which users these rows mean, once all rows are matched. If a row means one user and no other row is about
   * that user, the row is about the user. Then the user is not missing from the file.
   */
  resolveRespelled(): void {
    const present = this.presentUserIds();
    const usersByRow = new Map<number, number[]>();
    for (let at = 0; at < this.respelledPairs.length; at += 2) {
      const [row = ABSENT, user = 0] = this.respelledPairs.slice(at, at + 2);
      const others = usersByRow.get(row) ?? [];
      if (!others.includes(user)) usersByRow.set(row, [...others, user]);
    }
    this.respelledPairs = [];
    for (const [row, users] of usersByRow) {
      const [only = 0, ...others] = users;
      if (others.length === 0 && binarySearch(present, only) === NOT_FOUND) this.matchByRespelling(row, only);
      else {
        this.mark(row, RESPELLED);
        this.respelledMatches.set(row, users);
      }
    }
  }

  /**
   * Makes a row be about a user whose identity it spells otherwise. If the row is about another user already, it only
   * names this one.
   */
  matchByRespelling(row: number, user: number): void {
    this.mark(row, RESPELLED);
    if (!this.matchesExistingUser(row)) this.setMatch(row, { externalId: user });
    else if (this.userIdOf(row) !== user)
      this.respelledMatches.set(row, [...(this.respelledMatches.get(row) ?? []), user]);
  }

  /** Users that a row means by an identity that is spelled otherwise, beside the user that it is about. */
  respelledMatchesOf(row: number): readonly number[] {
    return this.respelledMatches.get(row) ?? NO_USERS;
  }

  /** Whether the row spells the identity of a user otherwise. */
  isRespelled(row: number): boolean {
    return this.has(row, RESPELLED);
  }

  /** Whether the row brings a deleted user back. */
  restoresUser(row: number): boolean {
    return this.has(row, RESTORES);
  }

  markUnknownNumericId(row: number): void {
    this.mark(row, UNKNOWN_NUMERIC_ID);
    this.anyUnknownNumericId = true;
  }

  lineOf(row: number): number {
    return this.lines[row] ?? 0;
  }

  /** The id of the user that a row is about; 0 as long as the user is new. */
  userIdOf(row: number): number {
    return this.userIds[row] ?? 0;
  }

  /** The user with the email of a row, if its external id belongs to another user. */
  conflictingMatchOf(row: number): number | null {
    return this.emailMatches.get(row) ?? null;
  }

  /** Whether the user of a row exists in the database, active or restorable. */
  matchesExistingUser(row: number): boolean {
    return this.has(row, MATCHES_BY_ID | MATCHES_BY_EMAIL | RESTORES);
  }

  isUnchanged(row: number): boolean {
    return this.has(row, UNCHANGED);
  }

  isDuplicateCandidate(row: number): boolean {
    return this.has(row, DUPLICATE_CANDIDATE);
  }

  isExample(row: number): boolean {
    return this.has(row, EXAMPLE);
  }

  /** The number of the baseline row that an unchanged row equals. */
  baselineRowOf(row: number): number {
    return this.baselineRows?.[row] ?? 0;
  }

  /** The first row with this external id or email, among the rows that are read; ABSENT if there is none. */
  firstRowWith(kind: keyof RowKeys, key: string): number {
    return (kind === 'email' ? this.emails : this.externalIds).get(hashOf(key));
  }

  /** Whether the external id of a row is numeric and no user has it. */
  hasUnknownNumericId(row: number): boolean {
    return this.has(row, UNKNOWN_NUMERIC_ID);
  }

  /** Makes an unchanged row be read like any other. */
  unmarkUnchanged(row: number): void {
    if (!this.isUnchanged(row)) return;
    this.bits[row] = (this.bits[row] ?? 0) & ~UNCHANGED;
    this.unread++;
  }

  /** Marks rows that match one user by whatever identity. Unchanged rows among them must be read. */
  markDuplicatesByUser(): void {
    const users = this.presentUserIds();
    const twice = new Set<number>();
    for (let at = 1; at < users.length; at++) {
      const user = users[at] ?? 0;
      if (user === users[at - 1]) twice.add(user);
    }
    if (twice.size > 0) {
      for (let row = 0; row < this.size; row++) {
        const other = this.emailMatches.get(row);
        if (twice.has(this.userIdOf(row)) || (other !== undefined && twice.has(other)))
          this.mark(row, DUPLICATE_CANDIDATE);
      }
    }
    for (let row = 0; row < this.size; row++) if (this.isDuplicateCandidate(row)) this.unmarkUnchanged(row);
  }

  /** The rows that may be about the same user as another row, in file order. */
  duplicateCandidates(): Int32Array {
    return Int32Array.from(rowsWhere(this.size, (row) => this.isDuplicateCandidate(row)));
  }

  /** Ids of all users that rows match, active or restorable, in order: to ask whether a user is in the file. */
  presentUserIds(): Float64Array {
    const found = this.userIds.subarray(0, this.size).filter((user) => user !== 0);
    const present = new Float64Array(found.length + this.emailMatches.size);
    present.set(found);
    present.set([...this.emailMatches.values()], found.length);
    return present.sort();
  }

  /** The lines of the rows about these users. */
  linesOfUsers(users: ReadonlySet<number>): number[] {
    return [...rowsWhere(this.size, (row) => users.has(this.userIdOf(row)))].map((row) => this.lineOf(row));
  }

  /** How many rows are about a new user, or whose user is unknown. */
  countNew(): number {
    let count = 0;
    for (let row = 0; row < this.size; row++) if (this.userIds[row] === 0) count++;
    return count;
  }

  /**
   * Gives the user of each such row an id, in file order.
   *
   * @param idRanges the ids, as (first, count) pairs
   */
  assignNewUserIds(idRanges: readonly number[]): void {
    let [run, used] = [0, 0];
    for (let row = 0; row < this.size; row++) {
      if (this.userIds[row] !== 0) continue;
      if (used === (idRanges[run + 1] ?? 0)) [run, used] = [run + 2, 0];
      const first = idRanges[run];
      if (first === undefined) throw new Error('There are more new people than ids were set aside for');
      this.userIds[row] = first + used++;
    }
  }

  /** A digest of the matches, before new users get ids. It is equal if a retry matches the same users. */
  digest(): string {
    const found = this.bits.subarray(0, this.size).map((bits) => bits & MATCH_BITS);
    const { buffer, byteOffset, byteLength } = this.userIds.subarray(0, this.size);
    return createHash('sha256')
      .update(found)
      .update(new Uint8Array(buffer, byteOffset, byteLength))
      .digest('hex');
  }

  private next(line: number): number {
    this.lines[this.size] = line;
    return this.size++;
  }

  private mark(row: number, bits: number): void {
    this.bits[row] = (this.bits[row] ?? 0) | bits;
  }

  private has(row: number, bits: number): boolean {
    return ((this.bits[row] ?? 0) & bits) !== 0;
  }
}

const NO_USERS: readonly number[] = [];

function* rowsWhere(size: number, holds: (row: number) => boolean): Generator<number> {
  for (let row = 0; row < size; row++) if (holds(row)) yield row;
}
