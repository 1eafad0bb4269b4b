import type { Transaction } from '../../db/client.ts';
import {
  effectiveBackdates,
  findActiveUsers,
  type ReferencedUserRow,
  referencedUsersById,
  usersById,
} from '../../db/plan/find-users.ts';
import type { Column } from '../../rules/columns/headers.ts';
import { type ExistingUser, isReferenceGiven } from '../../rules/rows/compare-row.ts';
import type { ParsedRow } from '../../rules/rows/parsed-row.ts';
import type { ReferencedUser, RowFacts, WholeIdentities } from '../../rules/rows/row-facts.ts';
import { respellings } from '../../rules/values/respellings.ts';
import { ABSENT } from '../collections/hash-table.ts';
import { normalizeIdentities } from '../matching/normalize-identities.ts';
import type { RowIndex } from '../matching/row-index.ts';
import { loadDeletedOwners } from './deleted-identities.ts';
import { loadAlsoPresent } from './present-users.ts';
import type { ReadRow } from './read-row.ts';
import { loadReferenceSuggestions, type ReferenceSuggestions, respelledIdentitiesOf } from './respelled-references.ts';

/** The columns of attributes, in the order of their places; which attributes point at people; what each is called. */
export type AttributeColumns = {
  columns: readonly Column[];
  referenceAttributes: readonly string[];
  nameOf: (attributeId: string) => string;
};

/**
 * Loads all that some rows are compared with: their users, the users those reference, and the users that the rows
 * reference. It takes a few statements for all rows together. A reference is resolved in this order. 1. The current
 * target, if the text is one of its identities: a template then means the same when it comes back. 2. An active user by
 * external id, then by email. 3. A user that a row of this file creates or restores, by any identity of that row.
 *
 * @returns the facts of a row, by its position in `read`
 */
export async function loadRowFacts(
  tx: Transaction,
  organizationId: string,
  rows: RowIndex,
  read: readonly ReadRow[],
  { columns, referenceAttributes, nameOf }: AttributeColumns,
): Promise<(at: number) => RowFacts> {
  const existing = read.filter(({ place }) => rows.matchesExistingUser(place));
  // Only for existing users: a new user has no identities to compare with.
  const emails = await keysByPlace(tx, existing, ({ email }) => email);
  const externalIds = await keysByPlace(tx, existing, ({ externalId }) => externalId);
  const meant = read.flatMap(({ place }) => rows.respelledMatchesOf(place));
  const users = byId(await usersById(tx, [...existing.map(({ place }) => rows.userIdOf(place)), ...new Set(meant)]));
  const personOf = (place: number) => users.get(rows.userIdOf(place)) ?? null;
  const keysOf = (place: number) => ({ email: emails.get(place) ?? null, externalId: externalIds.get(place) ?? null });
  const targets = byId(await referencedUsersById(tx, [...referencedIds(users.values(), referenceAttributes)]));
  const resolver = await createReferenceResolver(tx, organizationId, read, rows);
  const effective = new Set(
    (await effectiveBackdates(tx, organizationId, backdatesIn(read, rows))).map(
      ({ userId, key }) => `${userId} ${key}`,
    ),
  );
  const alsoPresent = await loadAlsoPresent(tx, organizationId, read);
  const takenIdentities = await loadDeletedOwners(
    tx,
    organizationId,
    existing.flatMap(({ place }) => {
      const user = personOf(place);
      return user && !user.isDeleted ? [{ user, keys: keysOf(place) }] : [];
    }),
  );
  const referenceColumns = columns.filter(({ kind }) => kind === 'users');

  /**
   * For an existing user: the targets of references that the row does not give, and the references whose target is
   * gone.
   */
  const referencesOf = (
    user: ExistingUser,
    parsed: ParsedRow,
  ): Pick<RowFacts, 'otherReferencesVersion' | 'clearedReferences'> => {
    let otherReferencesVersion = 0;
    const clearedReferences: string[] = [];
    for (const key of referenceAttributes) {
      const target = user.values[key];
      if (target === undefined) continue;
      const one = targets.get(Number(target));
      if (!isReferenceGiven(parsed, columns, key)) otherReferencesVersion += one?.namesVersion ?? 0;
      if (user.isDeleted && !one?.isActive) clearedReferences.push(key);
    }
    return { otherReferencesVersion, clearedReferences };
  };

  return (at) => {
    const { place, parsed, wholeIdentities } = read[at] ?? throwUserVanished();
    const userId = rows.userIdOf(place);
    const user = personOf(place);
    const keys = keysOf(place);
    if (!user && rows.matchesExistingUser(place)) throwUserVanished();
    const referencedUsers = new Array<ReferencedUser | null | undefined>(columns.length);
    const suggestedReferences: (string | undefined)[] = [];
    for (const { place: column, key } of referenceColumns) {
      const text = parsed.references[column];
      if (!text) continue;
      referencedUsers[column] = resolver.of(text, user ? targets.get(Number(user.values[key] ?? ABSENT)) : undefined);
      if (!referencedUsers[column]) suggestedReferences[column] = resolver.suggestionFor(text);
    }
    const meant = rows.respelledMatchesOf(place);
    const candidates: ExistingUser[] = user ? [user] : [];
    for (const id of meant) {
      const one = users.get(id);
      if (one) candidates.push(one);
    }
    const named = alsoPresent.of(parsed);
    const also = meant.length === 0 ? named : [...(named ?? []), ...meant];
    const dates = Object.keys(parsed.backdates).filter((key) => effective.has(`${userId} ${key}`));
    const whole = wholeIdentities && withoutOwnIdentities(wholeIdentities, user, keys.email, keys.externalId);
    const { otherReferencesVersion, clearedReferences } = user ? referencesOf(user, parsed) : NO_REFERENCES;
    // No spread: an object that is built of others takes ten times as much memory.
    return {
      columns,
      match: {
        userId,
        user,
        conflictingUserId: rows.conflictingMatchOf(place),
        emailKey: keys.email,
        externalIdKey: keys.externalId,
      },
      respelled: respelledIdentitiesOf(rows, { place, parsed }, keys, candidates),
      takenIdentities: user ? takenIdentities({ user, keys }) : NOTHING,
      referencedUsers,
      suggestedReferences,
      otherReferencesVersion,
      clearedReferences,
      effectiveBackdates: dates.length > 0 ? new Set(dates) : NO_BACKDATES,
      wholeIdentities: whole,
      alsoPresent: whole ? withUsersOf(whole, also) : also,
      isUser: alsoPresent.isUser,
      nameOf,
    };
  };
}

/** If the row's own user has exactly this identity, it has lost no letters. */
const withoutOwnIdentities = (
  { email, externalId }: WholeIdentities,
  user: ExistingUser | null,
  emailKey: string | null | undefined,
  externalIdKey: string | null | undefined,
): WholeIdentities => ({
  email: user && user.emailKey === emailKey ? [] : email,
  externalId: user && user.externalIdKey === externalIdKey ? [] : externalId,
});

/** Users whose identity the row gives with lost letters count as present in the file. */
const withUsersOf = ({ email, externalId }: WholeIdentities, others: readonly number[] | null): number[] | null => {
  const ids = new Set([...(others ?? []), ...[...email, ...externalId].map(({ id }) => id)]);
  return ids.size > 0 ? [...ids] : null;
};

/** Comparison keys of the rows' identities, by the index of the row. */
async function keysByPlace(
  tx: Transaction,
  read: readonly ReadRow[],
  textOf: (parsed: ParsedRow) => string | null,
): Promise<Map<number, string | null>> {
  const keys = await normalizeIdentities(
    tx,
    read.map(({ parsed }) => textOf(parsed)),
  );
  return new Map(read.map(({ place }, at) => [place, keys[at] ?? null]));
}

const NO_REFERENCES = { otherReferencesVersion: 0, clearedReferences: [] };
const NOTHING: readonly never[] = [];
const NO_BACKDATES: ReadonlySet<string> = new Set();

/** The user was purged between two queries. A retry loads the current users. */
function throwUserVanished(): never {
  throw new Error('A user who was found does not exist any more');
}

const byId = <T extends { id: number }>(list: readonly T[]): Map<number, T> =>
  new Map(list.map((one) => [one.id, one]));

function referencedIds(users: Iterable<ExistingUser>, referenceAttributes: readonly string[]): Set<number> {
  const targets = new Set<number>();
  for (const { values } of users) {
    for (const key of referenceAttributes) if (values[key] !== undefined) targets.add(Number(values[key]));
  }
  return targets;
}

const backdatesIn = (read: readonly ReadRow[], rows: RowIndex) =>
  read
    .filter(({ place }) => rows.matchesExistingUser(place))
    .flatMap(({ place, parsed }) =>
      Object.entries(parsed.backdates).map(([key, day]) => ({ userId: rows.userIdOf(place), key, day })),
    );

type ReferenceResolver = {
  /** The user that a text references; `holder`: the current target of the row's user in that column. */
  of(text: string, holder: ReferencedUserRow | undefined): ReferencedUser | null;
  /** The identity that was probably meant by a text that matches no user. */
  suggestionFor: ReferenceSuggestions;
};

async function createReferenceResolver(
  tx: Transaction,
  organizationId: string,
  read: readonly ReadRow[],
  rows: RowIndex,
): Promise<ReferenceResolver> {
  const given = new Set<string>();
  for (const { parsed } of read) for (const text of parsed.references) if (text) given.add(text);
  if (given.size === 0) return { of: () => null, suggestionFor: () => undefined };
  const texts = [...given];
  const keys = await normalizeIdentities(tx, texts);
  const keyOf = new Map(texts.map((text, at) => [text, keys[at] ?? null]));
  const wanted = [...new Set(keys.filter((key) => key !== null))];
  const externalIds = new Map(
    (await findActiveUsers(tx, organizationId, 'externalId', wanted)).map((one) => [one.key, one]),
  );
  const others = wanted.filter((key) => !externalIds.has(key));
  const emails = new Map((await findActiveUsers(tx, organizationId, 'email', others)).map((one) => [one.key, one]));
  const existingAs = ({ id, namesVersion }: { id: number; namesVersion: number }): ReferencedUser => {
    return { id, namesVersion, line: null, exists: true };
  };
  const of: ReferenceResolver['of'] = (text, holder) => {
    const key = keyOf.get(text) ?? null;
    if (key === null) return null;
    if (holder?.isActive && (holder.externalIdKey === key || holder.emailKey === key)) return existingAs(holder);
    const active = externalIds.get(key) ?? emails.get(key);
    return active ? existingAs(active) : (findInFile(rows, 'externalId', key) ?? findInFile(rows, 'email', key));
  };
  const usual = new Map(texts.map((text) => [text, of(text, undefined)]));
  const unknown = texts.filter((text) => usual.get(text) === null);
  return {
    // Without a current target the text alone decides.
    of: (text, holder) => (holder ? of(text, holder) : (usual.get(text) ?? null)),
    suggestionFor: await loadReferenceSuggestions(tx, organizationId, rows, unknown),
  };
}

/**
 * A user that has this identity only through a row of the file. A row that spells the identity of a user otherwise does
 * not count.
 */
function findInFile(rows: RowIndex, kind: 'email' | 'externalId', key: string): ReferencedUser | null {
  const place = rows.firstRowWith(kind, key);
  if (place === ABSENT) return null;
  if (rows.isRespelled(place) && (kind === 'externalId' || respellings(kind, key).length > 0)) return null;
  return {
    id: rows.userIdOf(place),
    namesVersion: 1,
    line: rows.lineOf(place),
    exists: rows.matchesExistingUser(place),
  };
}
