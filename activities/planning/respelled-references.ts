import type { Transaction } from '../../db/client.ts';
import { findActiveUsers, normalizeIdentities, usersById } from '../../db/plan/find-users.ts';
import type { ExistingUser } from '../../rules/rows/compare-row.ts';
import type { ParsedRow } from '../../rules/rows/parsed-row.ts';
import type { RespelledIdentity } from '../../rules/rows/row-facts.ts';
import { emailsIn, identityKey } from '../../rules/values/identity.ts';
import {
  candidatesOf,
  IDENTITY_KINDS,
  type IdentityKind,
  isRespelling,
  isWithoutZeros,
  KEY_FIELDS,
  respellings,
} from '../../rules/values/respellings.ts';
import { ABSENT } from '../collections/hash-table.ts';
import type { RowIndex } from '../matching/row-index.ts';

type Keys = Record<IdentityKind, string | null>;

/**
 * The identities of a row that belong to a user, or to another row of the file, in another spelling.
 *
 * @param keys their comparison keys
 * @param users the user that the row is about, and the other users that it means
 */
export function respelledIdentitiesOf(
  rows: RowIndex,
  { row, parsed }: { row: number; parsed: ParsedRow },
  keys: Keys,
  users: readonly ExistingUser[],
): RespelledIdentity[] {
  const [user] = rows.matchesExistingUser(row) ? users : [];
  const found: RespelledIdentity[] = [];
  for (const kind of IDENTITY_KINDS) {
    const text = parsed[kind];
    if (text === null) continue;
    const key = keys[kind] ?? identityKey(text);
    const column = KEY_FIELDS[kind];
    if (user?.[column] === key) continue;
    const spellings = respellings(kind, text);
    // Nearly all rows end here: a new user whose identity has no other spelling.
    if (users.length === 0 && spellings.length === 0) continue;
    const meant = users.filter((user) => isRespelling(kind, text, user[column]));
    const whole = users.find((user) => kind === 'externalId' && isWithoutZeros(key, user.externalIdKey));
    const other = spellings
      .map((present) => ({ present, otherRow: rows.firstRowWith(kind, identityKey(present)) }))
      .find(({ otherRow }) => otherRow !== ABSENT && otherRow !== row);
    if (meant.length > 0) found.push({ kind, zeros: false, present: only(meant)?.[kind] ?? null, otherLine: null });
    else if (whole) found.push({ kind, zeros: true, present: whole.externalId, otherLine: null });
    else if (other) found.push({ kind, zeros: false, present: other.present, otherLine: rows.lineOf(other.otherRow) });
  }
  return found;
}

const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

/** Suggests what was meant by a name that no user has: the only user or row with another spelling of it. */
export type ReferenceSuggestions = (text: string) => string | undefined;

/**
 * Looks up which users were meant by names that no user has: respelled, without leading zeros, or a decorated email.
 */
export async function loadReferenceSuggestions(
  tx: Transaction,
  organizationId: string,
  rows: RowIndex,
  names: readonly string[],
): Promise<ReferenceSuggestions> {
  const asked = names.flatMap((name) => candidatesOf(name).map((one) => ({ ...one, name })));
  if (asked.length === 0) return () => undefined;
  const keys = await normalizeIdentities(
    tx,
    asked.map(({ text }) => text),
  );
  const meant = new Map<string, Set<number | string>>();
  for (const kind of ['externalId', 'email'] as const) {
    const found = await findActiveUsers(
      tx,
      organizationId,
      kind,
      keys.filter((_, at) => asked[at]?.kind === kind),
    );
    for (const [at, { name, text, kind: of }] of asked.entries()) {
      const key = keys[at] ?? '';
      const user =
        of === kind ? (found.get(key)?.id ?? (rows.firstRowWith(kind, key) === ABSENT ? undefined : text)) : undefined;
      if (user !== undefined) meant.set(name, (meant.get(name) ?? new Set()).add(user));
    }
  }
  const ids = [...meant.values()].flatMap((users) => [...users].filter((one) => typeof one === 'number'));
  const users = await usersById(tx, ids);
  return (name) => {
    const one = only([...(meant.get(name) ?? [])]);
    if (typeof one !== 'number') return one;
    const { email = null, externalId = null } = users.get(one) ?? {};
    // The probable kind of identity: a text with an email address in it is an email.
    return (emailsIn(name).length > 0 ? (email ?? externalId) : (externalId ?? email)) ?? undefined;
  };
}
