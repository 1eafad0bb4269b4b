import { createHash } from 'node:crypto';
import { HashIndex, hashOf, NONE } from './hash-index.ts';
import { NOWHERE, placeIn } from './sorted-numbers.ts';

/** What is known of a row, as bits. */
const FINDS_BY_ID = 1;
const FINDS_BY_EMAIL = 2;
/** Nobody living was found, and somebody who can come back. */
const COMES_BACK = 4;
/** Byte for byte as it was accepted before, about a person whom nobody has changed since. */
const KNOWN = 8;
/** The example row: about nobody. */
const EXAMPLE = 16;
/** Another row may be about the same person. */
const TWIN = 32;
/** Its external id is digits that nobody has. */
const DIGITS_OF_NOBODY = 64;
/** An identity of it is that of a user, spelled otherwise. */
const MISSPELT = 128;

/** What the digest of whom rows are about looks at: that a row is known says only that it need not be read. */
const FOUND = FINDS_BY_ID | FINDS_BY_EMAIL | COMES_BACK | EXAMPLE | MISSPELT;

/** The keys by which a row may find somebody; null for none. */
export type RowKeys = { email: string | null; externalId: string | null };

/**
 * Every row of a file, by its place: its line, whom it is about, and who else in the file goes by its identity. Arrays of
 * numbers: about 40 bytes a row, where texts and objects of a million rows would take ten times as much.
 */
export class FileRows {
  private readonly lines: Int32Array;
  private readonly people: Float64Array;
  private readonly bits: Uint8Array;
  private readonly emails = new HashIndex();
  private readonly externalIds = new HashIndex();
  /** Of the few rows whose email finds somebody else than their external id. */
  private readonly byEmail = new Map<number, number>();
  /** Users that rows mean by an identity that is spelled otherwise, as (row, user) pairs; `settleRespelled` empties it. */
  private respelled: number[] = [];
  /** Of those rows that are not about such a user, the users. */
  private readonly meant = new Map<number, number[]>();
  private knownAs: Int32Array | null = null;
  /** How many rows there are. */
  size = 0;
  /** How many of them have to be read: all but the known ones. */
  unread = 0;
  /** Whether the external id of any row is digits that nobody has. */
  anyDigitsOfNobody = false;

  /** @param most how many rows there may be at the most */
  constructor(most: number) {
    this.lines = new Int32Array(most);
    this.people = new Float64Array(most);
    this.bits = new Uint8Array(most);
  }

  /** Takes in the next row that has to be read, and gives its place. */
  add(line: number, keys: RowKeys): number {
    const row = this.next(line);
    this.unread++;
    for (const [index, key] of [
      [this.emails, keys.email],
      [this.externalIds, keys.externalId],
    ] as const) {
      const other = key === null ? NONE : index.enter(hashOf(key), row);
      if (other === NONE) continue;
      this.mark(row, TWIN);
      this.mark(other, TWIN);
    }
    return row;
  }

  addExample(line: number): void {
    this.unread++;
    this.mark(this.next(line), EXAMPLE);
  }

  /** Takes in the next row, which is known by a number, and about this person. */
  addKnown(line: number, person: number, known: number): void {
    const row = this.next(line);
    this.mark(row, KNOWN | FINDS_BY_ID);
    this.people[row] = person;
    this.knownAs ??= new Int32Array(this.lines.length);
    this.knownAs[row] = known;
  }

  /** Notes whom a row finds; `email` and `externalId` are living, and count before somebody deleted. */
  found(row: number, by: { email?: number; externalId?: number; deleted?: number }): void {
    const person = by.externalId ?? by.email ?? by.deleted;
    if (person === undefined) return;
    this.people[row] = person;
    if (by.externalId !== undefined) this.mark(row, FINDS_BY_ID);
    if (by.email !== undefined) this.mark(row, FINDS_BY_EMAIL);
    if (by.externalId === undefined && by.email === undefined) this.mark(row, COMES_BACK);
    if (by.externalId !== undefined && by.email !== undefined && by.email !== by.externalId)
      this.byEmail.set(row, by.email);
  }

  /** Notes a user that a row may mean by an identity that is spelled otherwise. */
  noteRespelled(row: number, person: number): void {
    this.respelled.push(row, person);
  }

  /**
   * Decides which users these rows mean, once all rows are matched. If a row means one user, and no other row is about that user,
   * the row is about the user: so the user is not missing from the file.
   */
  settleRespelled(): void {
    const present = this.present();
    const means = new Map<number, number[]>();
    for (let at = 0; at < this.respelled.length; at += 2) {
      const [row = NONE, person = 0] = this.respelled.slice(at, at + 2);
      const others = means.get(row) ?? [];
      if (!others.includes(person)) means.set(row, [...others, person]);
    }
    this.respelled = [];
    for (const [row, people] of means) {
      const [only = 0, ...others] = people;
      if (others.length === 0 && placeIn(present, only) === NOWHERE) this.means(row, only);
      else {
        this.mark(row, MISSPELT);
        this.meant.set(row, people);
      }
    }
  }

  /** Takes a row to be about a user whose identity it spells otherwise; a row that is about another one only names the user. */
  means(row: number, person: number): void {
    this.mark(row, MISSPELT);
    if (!this.isAboutSomebodyThere(row)) this.found(row, { externalId: person });
    else if (this.personOf(row) !== person) this.meant.set(row, [...(this.meant.get(row) ?? []), person]);
  }

  /** Users that a row means by an identity that is spelled otherwise, beside the user that it is about. */
  meantBy(row: number): readonly number[] {
    return this.meant.get(row) ?? NO_PEOPLE;
  }

  /** Whether the row spells the identity of a user otherwise. */
  isMisspelt(row: number): boolean {
    return this.has(row, MISSPELT);
  }

  /** Whether the row brings a deleted user back. */
  comesBack(row: number): boolean {
    return this.has(row, COMES_BACK);
  }

  noteDigitsOfNobody(row: number): void {
    this.mark(row, DIGITS_OF_NOBODY);
    this.anyDigitsOfNobody = true;
  }

  lineOf(row: number): number {
    return this.lines[row] ?? 0;
  }

  /** The id of whom a row is about; 0 as long as that is somebody new. */
  personOf(row: number): number {
    return this.people[row] ?? 0;
  }

  /** Whom the email of a row finds, where that is somebody else. */
  alsoFoundBy(row: number): number | null {
    return this.byEmail.get(row) ?? null;
  }

  /** Whether the database has the person already, living or to come back. */
  isAboutSomebodyThere(row: number): boolean {
    return this.has(row, FINDS_BY_ID | FINDS_BY_EMAIL | COMES_BACK);
  }

  isKnown(row: number): boolean {
    return this.has(row, KNOWN);
  }

  isTwin(row: number): boolean {
    return this.has(row, TWIN);
  }

  isExample(row: number): boolean {
    return this.has(row, EXAMPLE);
  }

  /** The number by which a known row is known. */
  knownAsOf(row: number): number {
    return this.knownAs?.[row] ?? 0;
  }

  /** The first row that gives an identity, as an external id or as an email; NONE where no row that was read does. */
  rowGiving(kind: keyof RowKeys, key: string): number {
    return (kind === 'email' ? this.emails : this.externalIds).get(hashOf(key));
  }

  /** Whether the external id of a row is digits that nobody has. */
  hasDigitsOfNobody(row: number): boolean {
    return this.has(row, DIGITS_OF_NOBODY);
  }

  /** Has a known row be read as any other. */
  forget(row: number): void {
    if (!this.isKnown(row)) return;
    this.bits[row] = (this.bits[row] ?? 0) & ~KNOWN;
    this.unread++;
  }

  /** Marks rows that are found to be about one person, by whatever identity; known ones among them are to be read. */
  markTwinsByPerson(): void {
    const people = this.present();
    const twice = new Set<number>();
    for (let at = 1; at < people.length; at++) {
      const person = people[at] ?? 0;
      if (person === people[at - 1]) twice.add(person);
    }
    if (twice.size > 0) {
      for (let row = 0; row < this.size; row++) {
        const other = this.byEmail.get(row);
        if (twice.has(this.personOf(row)) || (other !== undefined && twice.has(other))) this.mark(row, TWIN);
      }
    }
    for (let row = 0; row < this.size; row++) if (this.isTwin(row)) this.forget(row);
  }

  /** The rows that may be about the same person as another one, in the order of the file. */
  twins(): Int32Array {
    return Int32Array.from(rowsWhere(this.size, (row) => this.isTwin(row)));
  }

  /** Everybody whom a row finds, living or to come back, in key order: to ask whether somebody is in the file. */
  present(): Float64Array {
    const found = this.people.subarray(0, this.size).filter((person) => person !== 0);
    const present = new Float64Array(found.length + this.byEmail.size);
    present.set(found);
    present.set([...this.byEmail.values()], found.length);
    return present.sort();
  }

  /** The lines of the rows that are about some people. */
  linesAbout(people: ReadonlySet<number>): number[] {
    return [...rowsWhere(this.size, (row) => people.has(this.personOf(row)))].map((row) => this.lineOf(row));
  }

  /** How many rows are about somebody new, or about nobody who could be found. */
  countNew(): number {
    let count = 0;
    for (let row = 0; row < this.size; row++) if (this.people[row] === 0) count++;
    return count;
  }

  /**
   * Gives each of those an id, in the order of the file.
   *
   * @param runs the ids, as (first, how many) pairs
   */
  nameNew(runs: readonly number[]): void {
    let [run, used] = [0, 0];
    for (let row = 0; row < this.size; row++) {
      if (this.people[row] !== 0) continue;
      if (used === (runs[run + 1] ?? 0)) [run, used] = [run + 2, 0];
      const first = runs[run];
      if (first === undefined) throw new Error('There are more new people than ids were set aside for');
      this.people[row] = first + used++;
    }
  }

  /** A digest of whom all rows are about, before new people have ids: equal where an attempt that goes on finds the same. */
  digest(): string {
    const found = this.bits.subarray(0, this.size).map((bits) => bits & FOUND);
    const { buffer, byteOffset, byteLength } = this.people.subarray(0, this.size);
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

const NO_PEOPLE: readonly number[] = [];

function* rowsWhere(size: number, holds: (row: number) => boolean): Generator<number> {
  for (let row = 0; row < size; row++) if (holds(row)) yield row;
}
