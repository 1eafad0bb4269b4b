import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { type Database, inOrganization, type Transaction } from '../../db/client.ts';
import { findActiveUsers, findDeletedUsers, normalizeIdentities, usersById } from '../../db/plan/find-users.ts';
import { identitiesBeyondAscii } from '../../db/plan/reserved-user-ids.ts';
import type { ExistingUser } from '../../rules/rows/compare-row.ts';
import type { ParsedRow } from '../../rules/rows/parsed-row.ts';
import type { TakenIdentity, WholeIdentities } from '../../rules/rows/row-facts.ts';
import { lacksLetters, withLettersLost } from '../../rules/values/lost-letters.ts';
import { IDENTITY_KINDS, type IdentityKind, KEY_FIELDS } from '../../rules/values/respellings.ts';

/**
 * Finds the users whose identity is the complete form of an identity with lost letters; null if the row has lost none.
 */
type WholeIdentityFinder = (parsed: ParsedRow) => Promise<WholeIdentities | null>;

/**
 * The identities of the organization with letters beyond ASCII are read when the first row asks. Few files have such a
 * row, and few organizations have many such identities.
 *
 * If an identity fits more than MAX_ALIKE users, it tells nothing. The row is then marked, so that no user can be
 * called missing.
 */
export function createWholeIdentityFinder(db: Database, edit: ClaimedMassEdit): WholeIdentityFinder {
  let index: Promise<WholeIdentityIndex> | null = null;
  return async (parsed) => {
    const asked = IDENTITY_KINDS.filter((kind) => parsed.doubtfulCells.some(({ field }) => field === kind));
    if (asked.length === 0) return null;
    index ??= readWholeIdentities(db, edit);
    const known = await index;
    const found: WholeIdentities = { email: [], externalId: [] };
    for (const kind of asked) {
      const text = parsed[kind] ?? '';
      const users = known[kind].get(withLettersLost(text)) ?? [];
      found[kind] = users.filter(({ spelling }) => lacksLetters(text, spelling));
      if (users.length === MAX_ALIKE) parsed.mayHideRows = true;
    }
    return found;
  };
}

/** Users by their identity with the letters lost. Several users may share one such key. */
type WholeIdentityIndex = Record<IdentityKind, Map<string, { id: number; spelling: string }[]>>;

/** More users than one cell can mean. Without a limit, all ids of one script would be compared for each row. */
const MAX_ALIKE = 20;

async function readWholeIdentities(db: Database, edit: ClaimedMassEdit): Promise<WholeIdentityIndex> {
  const index: WholeIdentityIndex = { email: new Map(), externalId: new Map() };
  const users = await inOrganization(db, edit.organizationId, (tx) => identitiesBeyondAscii(tx, edit));
  for (const { id, ...identities } of users) {
    for (const kind of IDENTITY_KINDS) {
      const spelling = identities[kind];
      if (spelling === null) continue;
      const key = withLettersLost(spelling);
      const alike = index[kind].get(key) ?? [];
      if (alike.length < MAX_ALIKE) alike.push({ id, spelling });
      index[kind].set(key, alike);
    }
  }
  return index;
}

/** A row about an active user, with the comparison keys of its identities. */
type ActiveUserRow = { user: ExistingUser; keys: Record<IdentityKind, string | null> };

/**
 * Loads the deleted users, who can still be restored, that own identities which these rows add to active users.
 *
 * @returns for each of these rows the owners of its added identities
 */
export async function loadDeletedOwners(
  tx: Transaction,
  organizationId: string,
  rows: readonly ActiveUserRow[],
): Promise<(row: ActiveUserRow) => readonly TakenIdentity[]> {
  const ids = new Map<string, number>();
  for (const kind of IDENTITY_KINDS) {
    const keys = rows.flatMap((row) => addedKey(row, kind) ?? []);
    for (const [key, { id }] of await findDeletedUsers(tx, organizationId, kind, keys)) ids.set(`${kind} ${key}`, id);
  }
  if (ids.size === 0) return () => NONE;
  const owners = await usersById(tx, ids.values());
  return (row) =>
    IDENTITY_KINDS.flatMap((kind) => {
      const owner = owners.get(ids.get(`${kind} ${addedKey(row, kind)}`) ?? 0);
      return owner ? [{ kind, owner }] : [];
    });
}

/** The key that a row sets; null if it sets none. */
const addedKey = ({ user, keys }: ActiveUserRow, kind: IdentityKind): string | null =>
  user.isDeleted || user[KEY_FIELDS[kind]] !== null ? null : keys[kind];

const NONE: readonly never[] = [];

type AlsoPresent = {
  /** The active users that a row names by its `otherIdentities`; a user may occur twice. */
  of: (parsed: ParsedRow) => readonly number[];
  /** Whether one of these texts is an identity of an active user. */
  isUser: (text: string) => boolean;
};

/**
 * Looks up the users that some rows name beside their own user. A user counts as present if the text is its external id
 * or its email.
 */
export async function loadAlsoPresent(
  tx: Transaction,
  organizationId: string,
  rows: readonly ParsedRow[],
): Promise<AlsoPresent> {
  const texts = [...new Set(rows.flatMap(({ otherIdentities }) => otherIdentities))];
  if (texts.length === 0) return { of: () => NONE, isUser: () => false };
  const keys = await normalizeIdentities(tx, texts);
  const byId = await findActiveUsers(tx, organizationId, 'externalId', keys);
  const byEmail = await findActiveUsers(tx, organizationId, 'email', keys);
  const usersOf = new Map(
    texts.map((text, at) => {
      const key = keys[at] ?? null;
      return [text, [byId.get(key), byEmail.get(key)].flatMap((user) => user?.id ?? [])];
    }),
  );
  return {
    of: ({ otherIdentities }) => otherIdentities.flatMap((text) => usersOf.get(text) ?? []),
    isUser: (text) => (usersOf.get(text) ?? []).length > 0,
  };
}
