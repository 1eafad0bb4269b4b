import type { Transaction } from '../../db/client.ts';
import {
  effectiveBackdates,
  findActiveUsers,
  normalizeIdentities,
  type ReferencedUserRow,
  referencedUsersById,
  usersById,
} from '../../db/plan/find-users.ts';
import type { AttributeRow } from '../../db/plan/upload-queries.ts';
import type { Column } from '../../rules/columns/headers.ts';
import { type ExistingUser, isReferenceGiven } from '../../rules/rows/compare-row.ts';
import type { ParsedRow } from '../../rules/rows/parsed-row.ts';
import type { ReferencedUser, RowFacts, WholeIdentities } from '../../rules/rows/row-facts.ts';
import { type IdentityKind, respellings } from '../../rules/values/respellings.ts';
import { ABSENT } from '../collections/hash-table.ts';
import type { RowIndex } from '../matching/row-index.ts';
import { loadAlsoPresent, loadDeletedOwners } from './other-users.ts';
import { loadReferenceSuggestions, type ReferenceSuggestions, respelledIdentitiesOf } from './respelled-references.ts';

/**
 * A parsed row with its index in the file. `wholeIdentities`: users with the complete form of its identities that have
 * lost letters.
 */
export type ReadRow = { row: number; parsed: ParsedRow; wholeIdentities: WholeIdentities | null };

/** `columns`: the columns of attributes, in the order of their values. */
type FactsInput = {
  index: RowIndex;
  read: readonly ReadRow[];
  columns: readonly Column[];
  attributes: readonly AttributeRow[];
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
  { index, read, columns, attributes }: FactsInput,
): Promise<(at: number) => RowFacts> {
  const names = new Map(attributes.map(({ id, name }) => [String(id), name]));
  const nameOf = (id: string): string => names.get(id) ?? '';
  const referenceAttributes = attributes.filter(({ type }) => type === 'users').map(({ id }) => String(id));
  const referenceColumns = columns.filter(({ kind }) => kind === 'users');
  // Only for existing users: a new user has no identities to compare with.
  const keysOf = (kind: IdentityKind) =>
    normalizeIdentities(
      tx,
      read.map(({ row, parsed }) => (index.matchesExistingUser(row) ? parsed[kind] : null)),
    );
  const keys = { email: await keysOf('email'), externalId: await keysOf('externalId') };
  const wanted = new Set<number>();
  for (const { row } of read) {
    if (index.matchesExistingUser(row)) wanted.add(index.userIdOf(row));
    for (const id of index.respelledMatchesOf(row)) wanted.add(id);
  }
  const users = await usersById(tx, wanted);
  const targets = await referencedUsersById(tx, referencedIds(users.values(), referenceAttributes));
  const resolver = await createReferenceResolver(tx, organizationId, read, index);
  const effective = new Set(
    (await effectiveBackdates(tx, organizationId, backdatesIn(read, index))).map(
      ({ userId, key }) => `${userId} ${key}`,
    ),
  );
  const alsoPresent = await loadAlsoPresent(
    tx,
    organizationId,
    read.map(({ parsed }) => parsed),
  );
  const takenIdentities = await loadDeletedOwners(
    tx,
    organizationId,
    read.flatMap(({ row }, at) => {
      const user = users.get(index.userIdOf(row));
      return user && !user.isDeleted ? [{ user, keys: rowKeys(keys, at) }] : [];
    }),
  );

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
    const { row, parsed, wholeIdentities } = read[at] ?? throwUserVanished();
    const userId = index.userIdOf(row);
    const user = users.get(userId) ?? null;
    const own = rowKeys(keys, at);
    if (!user && index.matchesExistingUser(row)) throwUserVanished();
    const referencedUsers = new Array<ReferencedUser | null | undefined>(columns.length);
    const suggestedReferences: (string | undefined)[] = [];
    for (const { valueIndex: column, key } of referenceColumns) {
      const text = parsed.references[column];
      if (!text) continue;
      referencedUsers[column] = resolver.of(text, user ? targets.get(Number(user.values[key] ?? ABSENT)) : undefined);
      if (!referencedUsers[column]) suggestedReferences[column] = resolver.suggestionFor(text);
    }
    const meant = index.respelledMatchesOf(row);
    const candidates: ExistingUser[] = user ? [user] : [];
    for (const id of meant) {
      const one = users.get(id);
      if (one) candidates.push(one);
    }
    const whole = wholeIdentities && withoutOwnIdentities(wholeIdentities, user, own);
    const { otherReferencesVersion, clearedReferences } = user ? referencesOf(user, parsed) : NO_REFERENCES;
    // No spread, for the reason in `planRow`.
    return {
      columns,
      match: {
        userId,
        user,
        conflictingUserId: index.conflictingMatchOf(row),
        emailKey: own.email,
        externalIdKey: own.externalId,
      },
      respelled: respelledIdentitiesOf(index, { row, parsed }, own, candidates),
      takenIdentities: user ? takenIdentities({ user, keys: own }) : NOTHING,
      referencedUsers,
      suggestedReferences,
      otherReferencesVersion,
      clearedReferences,
      effectiveBackdates:
        effective.size === 0
          ? NO_BACKDATES
          : new Set(Object.keys(parsed.backdates).filter((key) => effective.has(`${userId} ${key}`))),
      wholeIdentities: whole,
      alsoPresent: presentUsers(alsoPresent.of(parsed), meant, whole),
      isUser: alsoPresent.isUser,
      nameOf,
    };
  };
}

/** The users that a row names beside its own, by any means; null if there are none. */
function presentUsers(
  alsoNamed: readonly number[],
  meant: readonly number[],
  whole: WholeIdentities | null,
): readonly number[] | null {
  if (alsoNamed.length + meant.length === 0 && !whole) return null;
  const ids = new Set([...alsoNamed, ...meant]);
  // Users whose identity the row gives with lost letters count as present in the file.
  for (const { id } of whole ? [...whole.email, ...whole.externalId] : []) ids.add(id);
  return ids.size > 0 ? [...ids] : null;
}

/** By row: the comparison keys of an existing user's identities. */
type Keys = Record<IdentityKind, (string | null)[]>;
const rowKeys = ({ email, externalId }: Keys, at: number) => ({
  email: email[at] ?? null,
  externalId: externalId[at] ?? null,
});

/** If the row's own user has exactly this identity, it has lost no letters. */
const withoutOwnIdentities = (
  { email, externalId }: WholeIdentities,
  user: ExistingUser | null,
  own: Record<IdentityKind, string | null>,
): WholeIdentities => ({
  email: user && user.emailKey === own.email ? [] : email,
  externalId: user && user.externalIdKey === own.externalId ? [] : externalId,
});

const NO_REFERENCES = { otherReferencesVersion: 0, clearedReferences: [] };
const NO_BACKDATES: ReadonlySet<string> = new Set();
const NOTHING: readonly never[] = [];

/** The user was purged between two queries. A retry loads the current users. */
function throwUserVanished(): never {
  throw new Error('A user who was found does not exist any more');
}

function referencedIds(users: Iterable<ExistingUser>, referenceAttributes: readonly string[]): Set<number> {
  const targets = new Set<number>();
  for (const { values } of users) {
    for (const key of referenceAttributes) if (values[key] !== undefined) targets.add(Number(values[key]));
  }
  return targets;
}

const backdatesIn = (read: readonly ReadRow[], rows: RowIndex) =>
  read
    .filter(({ row }) => rows.matchesExistingUser(row))
    .flatMap(({ row, parsed }) =>
      Object.entries(parsed.backdates).map(([key, day]) => ({ userId: rows.userIdOf(row), key, day })),
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
  const externalIds = await findActiveUsers(tx, organizationId, 'externalId', keys);
  const others = keys.filter((key) => !externalIds.has(key));
  const emails = await findActiveUsers(tx, organizationId, 'email', others);
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
function findInFile(rows: RowIndex, kind: IdentityKind, key: string): ReferencedUser | null {
  const row = rows.firstRowWith(kind, key);
  if (row === ABSENT) return null;
  if (rows.isRespelled(row) && (kind === 'externalId' || respellings(kind, key).length > 0)) return null;
  return {
    id: rows.userIdOf(row),
    namesVersion: 1,
    line: rows.lineOf(row),
    exists: rows.matchesExistingUser(row),
  };
}
