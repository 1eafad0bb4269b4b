import type { Transaction } from '../db/client.ts';
import {
  type CalledAs,
  livingByKey,
  movedByDate,
  namesById,
  type PersonRow,
  peopleById,
} from '../db/people-lookups.ts';
import { openAlsoPresent } from './also-present.ts';
import type { FileRows } from './file-rows.ts';
import { NONE } from './hash-index.ts';
import { identityKeys } from './identity-keys.ts';
import { isNamedIn } from './rules/compare-row.ts';
import type { Column } from './rules/headers.ts';
import type { NamedPerson, RowFacts } from './rules/plan-row.ts';
import type { RowDraft } from './rules/row-draft.ts';

/** A row that was read, by its place in the file. */
export type ReadRow = { place: number; draft: RowDraft };

/** The columns of attributes, in the order of their places; which attributes point at people; what each is called. */
export type Attributes = {
  columns: readonly Column[];
  pointing: readonly string[];
  nameOf: (attributeId: string) => string;
};

/**
 * Finds all that some rows have to be compared with: the people they are about, whom those point at, whom the rows name.
 * A few statements for all of them together. A name means whoever is named there already, where it is one of their names,
 * so that a template means the same when it comes back; else somebody living by external id, then by email; else somebody
 * whom a row of this file brings, by whatever identity that row gives.
 *
 * @returns the facts of one of these rows, by its place among them
 */
export async function lookUpRows(
  tx: Transaction,
  organizationId: string,
  rows: FileRows,
  read: readonly ReadRow[],
  { columns, pointing, nameOf }: Attributes,
): Promise<(at: number) => RowFacts> {
  const there = read.filter(({ place }) => rows.isAboutSomebodyThere(place));
  // Of somebody new nobody has the identities, so that there is nothing to compare them with.
  const emails = await keysByPlace(tx, there, ({ email }) => email);
  const externalIds = await keysByPlace(tx, there, ({ externalId }) => externalId);
  const people = byId(
    await peopleById(
      tx,
      there.map(({ place }) => rows.personOf(place)),
    ),
  );
  const called = byId(await namesById(tx, [...pointedAt(people.values(), pointing)]));
  const names = await openNames(tx, organizationId, read, rows);
  const moved = new Set(
    (await movedByDate(tx, organizationId, datesIn(read, rows))).map(({ userId, key }) => `${userId} ${key}`),
  );
  const alsoPresent = await openAlsoPresent(tx, organizationId, read);
  const users = columns.filter(({ kind }) => kind === 'users');

  /** Of somebody whom the database has: what they point at where the row says nothing, and what has gone meanwhile. */
  const pointsAt = (person: PersonRow, draft: RowDraft): Pick<RowFacts, 'otherNamesVersions' | 'lostReferences'> => {
    let otherNamesVersions = 0;
    const lostReferences: string[] = [];
    for (const key of pointing) {
      const target = person.values[key];
      if (target === undefined) continue;
      const one = called.get(Number(target));
      if (!isNamedIn(draft, columns, key)) otherNamesVersions += one?.namesVersion ?? 0;
      if (person.isDeleted && !one?.isLiving) lostReferences.push(key);
    }
    return { otherNamesVersions, lostReferences };
  };

  return (at) => {
    const { place, draft } = read[at] ?? nowhere();
    const userId = rows.personOf(place);
    const person = people.get(userId) ?? null;
    if (!person && rows.isAboutSomebodyThere(place)) nowhere();
    const named = new Array<NamedPerson | null | undefined>(columns.length);
    for (const { place: column, key } of users) {
      const text = draft.people[column];
      if (text) named[column] = names(text, person ? called.get(Number(person.values[key] ?? NONE)) : undefined);
    }
    const dates =
      moved.size === 0 ? NOTHING : Object.keys(draft.backdates).filter((key) => moved.has(`${userId} ${key}`));
    return {
      columns,
      match: {
        userId,
        person,
        alsoFinds: rows.alsoFoundBy(place),
        emailKey: emails.get(place) ?? null,
        externalIdKey: externalIds.get(place) ?? null,
      },
      named,
      ...(person ? pointsAt(person, draft) : POINTS_AT_NOBODY),
      movedByDate: new Set(dates),
      alsoPresent: alsoPresent.of(draft),
      isUser: alsoPresent.isUser,
      nameOf,
    };
  };
}

/** What identities of rows are compared by, by the place of the row. */
async function keysByPlace(
  tx: Transaction,
  read: readonly ReadRow[],
  textOf: (draft: RowDraft) => string | null,
): Promise<Map<number, string | null>> {
  const keys = await identityKeys(
    tx,
    read.map(({ draft }) => textOf(draft)),
  );
  return new Map(read.map(({ place }, at) => [place, keys[at] ?? null]));
}

const POINTS_AT_NOBODY = { otherNamesVersions: 0, lostReferences: [] };
const NOTHING: readonly string[] = [];

/** Somebody was purged between two looks: an attempt that begins anew finds them as they are then. */
function nowhere(): never {
  throw new Error('Somebody who was found is not there any more');
}

const byId = <T extends { id: number }>(list: readonly T[]): Map<number, T> =>
  new Map(list.map((one) => [one.id, one]));

function pointedAt(people: Iterable<PersonRow>, pointing: readonly string[]): Set<number> {
  const targets = new Set<number>();
  for (const { values } of people) {
    for (const key of pointing) if (values[key] !== undefined) targets.add(Number(values[key]));
  }
  return targets;
}

const datesIn = (read: readonly ReadRow[], rows: FileRows) =>
  read
    .filter(({ place }) => rows.isAboutSomebodyThere(place))
    .flatMap(({ place, draft }) =>
      Object.entries(draft.backdates).map(([key, day]) => ({ userId: rows.personOf(place), key, day })),
    );

/** Whom a text names; `holder`: whom the person points at there now. */
type Names = (text: string, holder: CalledAs | undefined) => NamedPerson | null;

async function openNames(
  tx: Transaction,
  organizationId: string,
  read: readonly ReadRow[],
  rows: FileRows,
): Promise<Names> {
  const given = new Set<string>();
  for (const { draft } of read) for (const text of draft.people) if (text) given.add(text);
  if (given.size === 0) return () => null;
  const texts = [...given];
  const keys = await identityKeys(tx, texts);
  const keyOf = new Map(texts.map((text, at) => [text, keys[at] ?? null]));
  const wanted = [...new Set(keys.filter((key) => key !== null))];
  const externalIds = new Map(
    (await livingByKey(tx, organizationId, 'externalId', wanted)).map((one) => [one.key, one]),
  );
  const others = wanted.filter((key) => !externalIds.has(key));
  const emails = new Map((await livingByKey(tx, organizationId, 'email', others)).map((one) => [one.key, one]));
  const thereAs = ({ id, namesVersion }: { id: number; namesVersion: number }): NamedPerson => {
    return { id, namesVersion, line: null, isThere: true };
  };
  return (text, holder) => {
    const key = keyOf.get(text) ?? null;
    if (key === null) return null;
    if (holder?.isLiving && (holder.externalIdKey === key || holder.emailKey === key)) return thereAs(holder);
    const living = externalIds.get(key) ?? emails.get(key);
    return living ? thereAs(living) : (broughtBy(rows, 'externalId', key) ?? broughtBy(rows, 'email', key));
  };
}

/** Somebody who has this name by a row of the file alone; a row that has lost the zeros of its external id gives it to nobody. */
function broughtBy(rows: FileRows, kind: 'email' | 'externalId', key: string): NamedPerson | null {
  const place = rows.rowGiving(kind, key);
  if (place === NONE || (kind === 'externalId' && rows.hasLostZeros(place))) return null;
  return {
    id: rows.personOf(place),
    namesVersion: 1,
    line: rows.lineOf(place),
    isThere: rows.isAboutSomebodyThere(place),
  };
}
