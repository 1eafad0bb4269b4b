import { createHash } from 'node:crypto';
import { IDENTITY_KINDS } from '../../rules/values/respellings.ts';
import { binarySearch, NOT_FOUND } from '../collections/binary-search.ts';
import { ABSENT, hashOf } from '../collections/hash-table.ts';
import { ACTIVE, RESPELLED, RESTORES, RowColumns, RowIndex, type RowKeys, type RowVerdicts } from './row-index.ts';

/** Flags that only the builder needs. */
const DUPLICATE_CANDIDATE = 8;
/** The external id is numeric and no user has it. */
const UNKNOWN_NUMERIC_ID = 16;
/** The flags that the digest covers. */
const MATCH_FLAGS = ACTIVE | RESTORES | RESPELLED;

/**
 * Collects the rows of a file. First `add` and `match` for each row; then, once each, `resolveRespelled`,
 * `markDuplicates` and `freeze`.
 */
export class RowIndexBuilder extends RowIndex {
  /** Whether any row has a numeric external id that no user has. */
  anyUnknownNumericId = false;
  /** Users that rows may mean by an identity that is spelled otherwise, by row. */
  private readonly respelled = new Map<number, Set<number>>();

  /** @param most the upper bound of the number of rows */
  constructor(most: number) {
    super(new RowColumns(most), null);
  }

  /** Adds a row that must be read, and returns its index. The row is about a new user unless it matches. */
  add(line: number, keys: RowKeys): number {
    const row = this.next(line);
    for (const kind of IDENTITY_KINDS) {
      const key = keys[kind];
      const other = key === null ? ABSENT : this.columns.firstRows[kind].insertIfAbsent(hashOf(key), row);
      if (other === ABSENT) continue;
      this.mark(row, DUPLICATE_CANDIDATE);
      this.mark(other, DUPLICATE_CANDIDATE);
    }
    return row;
  }

  /** Adds a row that equals a baseline row. */
  addUnchanged(line: number, user: number, baselineRow: number): void {
    const row = this.next(line);
    this.match(row, { externalId: user });
    this.columns.baselineRows ??= new Int32Array(this.columns.lines.length).fill(ABSENT);
    this.columns.baselineRows[row] = baselineRow;
  }

  /** Notes which user a row matches. `email` and `externalId` match active users, and count before a deleted user. */
  match(row: number, by: { email?: number; externalId?: number; deleted?: number }): void {
    const active = by.externalId ?? by.email;
    const user = active ?? by.deleted;
    if (user === undefined) return;
    this.columns.userIds[row] = user;
    this.mark(row, active === undefined ? RESTORES : ACTIVE);
    if (by.email !== undefined && by.email !== active) this.columns.emailMatches.set(row, by.email);
  }

  /** Notes a user that a row may mean by an identity that is spelled otherwise. */
  matchRespelled(row: number, user: number): void {
    this.respelled.set(row, (this.respelled.get(row) ?? new Set()).add(user));
  }

  markUnknownNumericId(row: number): void {
    this.mark(row, UNKNOWN_NUMERIC_ID);
    this.anyUnknownNumericId = true;
  }

  restoresUser(row: number): boolean {
    return this.has(row, RESTORES);
  }

  isDuplicateCandidate(row: number): boolean {
    return this.has(row, DUPLICATE_CANDIDATE);
  }

  /**
   * Decides which users respelled rows mean. If a row means one user and no other row is about that user, the row is
   * about the user. Then the user is not missing from the file.
   */
  resolveRespelled(): void {
    const present = this.presentUserIds();
    for (const [row, users] of this.respelled) {
      const [only = 0] = users;
      if (users.size === 1 && binarySearch(present, only) === NOT_FOUND) this.resolve(row, only);
      else {
        this.mark(row, RESPELLED);
        this.columns.respelledMatches.set(row, [...users]);
      }
    }
  }

  /** Matches a row to a user whose external id it may have without zeros. */
  matchLostZeros(row: number, user: number): void {
    // A row that restores a user has the id of that user.
    if (this.has(row, UNKNOWN_NUMERIC_ID) && !this.restoresUser(row)) this.resolve(row, user);
  }

  /** Finds the rows that may be about the same user as another row, in file order. Unchanged rows among them are read. */
  markDuplicates(): Int32Array {
    const { emailMatches, baselineRows } = this.columns;
    const users = this.presentUserIds();
    const twice = new Set(users.filter((user, at) => user === users[at - 1]));
    const isCandidate = (row: number): boolean =>
      this.isDuplicateCandidate(row) ||
      (twice.size > 0 && (twice.has(this.userIdOf(row)) || twice.has(emailMatches.get(row) ?? ABSENT)));
    const candidates = Int32Array.from(this.rowsWhere(isCandidate));
    if (baselineRows) for (const row of candidates) baselineRows[row] = ABSENT;
    return candidates;
  }

  /**
   * The ids of all users that rows match, active or restorable, in order. A search in it tells whether a user is in the
   * file.
   */
  presentUserIds(): Float64Array {
    const { userIds, emailMatches } = this.columns;
    const found = userIds.subarray(0, this.size).filter((user) => user !== 0);
    const present = new Float64Array(found.length + emailMatches.size);
    present.set(found);
    present.set([...emailMatches.values()], found.length);
    return present.sort();
  }

  /** How many rows are about a new user, or whose user is unknown. */
  countNew(): number {
    return this.columns.userIds.subarray(0, this.size).reduce((count, user) => (user === 0 ? count + 1 : count), 0);
  }

  /** A digest of the matches, before new users get ids. It is equal if a retry matches the same users. */
  digest(): string {
    const { flags, userIds } = this.columns;
    const { buffer, byteOffset, byteLength } = userIds.subarray(0, this.size);
    return createHash('sha256')
      .update(flags.subarray(0, this.size).map((bits) => bits & MATCH_FLAGS))
      .update(new Uint8Array(buffer, byteOffset, byteLength))
      .digest('hex');
  }

  /**
   * Gives each new user an id, in file order, and ends the building.
   *
   * @param newUserIds the ids, as (first, count) pairs
   */
  freeze(newUserIds: readonly number[], verdicts: RowVerdicts): RowIndex {
    let [range, used] = [0, 0];
    for (const row of this.rowsWhere((row) => this.userIdOf(row) === 0)) {
      if (used === (newUserIds[range + 1] ?? 0)) [range, used] = [range + 2, 0];
      const first = newUserIds[range];
      if (first === undefined) throw new Error('There are more new people than ids were set aside for');
      this.columns.userIds[row] = first + used++;
    }
    return new RowIndex(this.columns, verdicts);
  }

  /** Makes a row be about a user. If the row is about another user already, it only names this one. */
  private resolve(row: number, user: number): void {
    this.mark(row, RESPELLED);
    if (!this.matchesExistingUser(row)) this.match(row, { externalId: user });
    else if (this.userIdOf(row) !== user)
      this.columns.respelledMatches.set(row, [...this.respelledMatchesOf(row), user]);
  }

  private next(line: number): number {
    this.columns.lines[this.size] = line;
    return this.columns.size++;
  }

  private mark(row: number, flags: number): void {
    this.columns.flags[row] = (this.columns.flags[row] ?? 0) | flags;
  }

  private *rowsWhere(holds: (row: number) => boolean): Generator<number> {
    for (let row = 0; row < this.size; row++) if (holds(row)) yield row;
  }
}
