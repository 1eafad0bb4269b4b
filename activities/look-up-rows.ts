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
import { openDeletedOwners } from './deleted-owners.ts';
import type { FileRows } from './file-rows.ts';
import { NONE } from './hash-index.ts';
import { identityKeys } from './identity-keys.ts';
import { type MeantNames, misspeltIn, openMeantNames } from './misspelt.ts';
import { isNamedIn } from './rules/compare-row.ts';
import type { Column } from './rules/headers.ts';
import type { NamedPerson, RowFacts, WholeIdentities } from './rules/plan-row.ts';
import { respellings } from './rules/respellings.ts';
import type { RowDraft } from './rules/row-draft.ts';

/** A row that was read, by its place in the file; `whole`: who has an identity of it whole, of which it lacks letters. */
export type ReadRow = { place: number; draft: RowDraft; whole: WholeIdentities | null };

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
  const meant = read.flatMap(({ place }) => rows.meantBy(place));
  const people = byId(await peopleById(tx, [...there.map(({ place }) => rows.personOf(place)), ...new Set(meant)]));
  const personOf = (place: number) => people.get(rows.personOf(place)) ?? null;
  const keysOf = (place: number) => ({ email: emails.get(place) ?? null, externalId: externalIds.get(place) ?? null });
  const called = byId(await namesById(tx, [...pointedAt(people.values(), pointing)]));
  const names = await openNames(tx, organizationId, read, rows);
  const moved = new Set(
    (await movedByDate(tx, organizationId, datesIn(read, rows))).map(({ userId, key }) => `${userId} ${key}`),
  );
  const alsoPresent = await openAlsoPresent(tx, organizationId, read);
  const takenIdentities = await openDeletedOwners(
    tx,
    organizationId,
    there.flatMap(({ place }) => {
      const person = personOf(place);
      return person && !person.isDeleted ? [{ person, keys: keysOf(place) }] : [];
    }),
  );
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
    const { place, draft, whole } = read[at] ?? nowhere();
    const userId = rows.personOf(place);
    const person = personOf(place);
    const keys = keysOf(place);
    if (!person && rows.isAboutSomebodyThere(place)) nowhere();
    const named = new Array<NamedPerson | null | undefined>(columns.length);
    const meantNames: (string | undefined)[] = [];
    for (const { place: column, key } of users) {
      const text = draft.people[column];
      if (!text) continue;
      named[column] = names.of(text, person ? called.get(Number(person.values[key] ?? NONE)) : undefined);
      if (!named[column]) meantNames[column] = names.meantBy(text);
    }
    const meant = rows.meantBy(place);
    const candidates = [person, ...meant.map((id) => people.get(id))].filter((user) => user != null);
    const also = [...(alsoPresent.of(draft) ?? []), ...meant];
    const dates =
      moved.size === 0 ? NOTHING : Object.keys(draft.backdates).filter((key) => moved.has(`${userId} ${key}`));
    return {
      columns,
      match: {
        userId,
        person,
        alsoFinds: rows.alsoFoundBy(place),
        emailKey: keys.email,
        externalIdKey: keys.externalId,
      },
      misspelt: misspeltIn(rows, { place, draft }, keys, candidates),
      takes: person ? takenIdentities({ person, keys }) : NOTHING,
      named,
      meantNames,
      ...(person ? pointsAt(person, draft) : POINTS_AT_NOBODY),
      movedByDate: new Set(dates),
      ...meantBy(whole && notOwn(whole, person, keys.email, keys.externalId), also.length > 0 ? also : null),
      isUser: alsoPresent.isUser,
      nameOf,
    };
  };
}

/** An identity that the row's own user has just so lacks no letters. */
const notOwn = (
  { email, externalId }: WholeIdentities,
  person: PersonRow | null,
  emailKey: string | null | undefined,
  externalIdKey: string | null | undefined,
): WholeIdentities => ({
  email: person && person.emailKey === emailKey ? [] : email,
  externalId: person && person.externalIdKey === externalIdKey ? [] : externalId,
});

/** The users whose identity the row gives without some letters are in the file. */
const meantBy = (
  whole: WholeIdentities | null,
  others: readonly number[] | null,
): Pick<RowFacts, 'wholeIdentities' | 'alsoPresent'> => {
  if (!whole) return { wholeIdentities: null, alsoPresent: others };
  const ids = new Set([...(others ?? []), ...[...whole.email, ...whole.externalId].map(({ id }) => id)]);
  return { wholeIdentities: whole, alsoPresent: ids.size > 0 ? [...ids] : null };
};

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
const NOTHING: readonly never[] = [];

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

type Names = {
  /** The user that a text names; `holder`: the user that the row's own user points at there now. */
  of(text: string, holder: CalledAs | undefined): NamedPerson | null;
  /** What a text that names no user is meant to be. */
  meantBy: MeantNames;
};

async function openNames(
  tx: Transaction,
  organizationId: string,
  read: readonly ReadRow[],
  rows: FileRows,
): Promise<Names> {
  const given = new Set<string>();
  for (const { draft } of read) for (const text of draft.people) if (text) given.add(text);
  if (given.size === 0) return { of: () => null, meantBy: () => undefined };
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
  const of: Names['of'] = (text, holder) => {
    const key = keyOf.get(text) ?? null;
    if (key === null) return null;
    if (holder?.isLiving && (holder.externalIdKey === key || holder.emailKey === key)) return thereAs(holder);
    const living = externalIds.get(key) ?? emails.get(key);
    return living ? thereAs(living) : (broughtBy(rows, 'externalId', key) ?? broughtBy(rows, 'email', key));
  };
  const unknown = texts.filter((text) => of(text, undefined) === null);
  return { of, meantBy: await openMeantNames(tx, organizationId, rows, unknown) };
}

/** A user who has this name by a row of the file alone; a row that spells the identity of a user otherwise gives the name to no user. */
function broughtBy(rows: FileRows, kind: 'email' | 'externalId', key: string): NamedPerson | null {
  const place = rows.rowGiving(kind, key);
  if (place === NONE) return null;
  if (rows.isMisspelt(place) && (kind === 'externalId' || respellings(kind, key).length > 0)) return null;
  return {
    id: rows.personOf(place),
    namesVersion: 1,
    line: rows.lineOf(place),
    isThere: rows.isAboutSomebodyThere(place),
  };
}
