import type { Transaction } from '../db/client.ts';
import { livingByKey, type PersonRow, peopleById } from '../db/people-lookups.ts';
import type { FileRows } from './file-rows.ts';
import { NONE } from './hash-index.ts';
import { identityKeys } from './identity-keys.ts';
import type { ReadRow } from './look-up-rows.ts';
import { emailsIn, identityKey } from './rules/identity.ts';
import type { Misspelt } from './rules/plan-row.ts';
import { candidatesOf, type IdentityKind, isRespelling, isWithoutZeros, respellings } from './rules/respellings.ts';

type Keys = Record<IdentityKind, string | null>;

/**
 * The identities of a row that are those of a user, or of another row of the file, spelled otherwise.
 *
 * @param keys what they are compared by
 * @param users the user that the row is about, and those that it means beside that one
 */
export function misspeltIn(
  rows: FileRows,
  { place, draft }: Pick<ReadRow, 'place' | 'draft'>,
  keys: Keys,
  users: readonly PersonRow[],
): Misspelt[] {
  const [person] = rows.isAboutSomebodyThere(place) ? users : [];
  return (['email', 'externalId'] as const).flatMap((kind): Misspelt[] => {
    const text = draft[kind];
    if (text === null) return [];
    const key = keys[kind] ?? identityKey(text);
    const column = KEYS[kind];
    if (person?.[column] === key) return [];
    const meant = users.filter((user) => isRespelling(kind, text, user[column]));
    if (meant.length > 0) return [{ kind, zeros: false, present: only(meant)?.[kind] ?? null, otherLine: null }];
    const whole = users.find((user) => kind === 'externalId' && isWithoutZeros(key, user.externalIdKey));
    if (whole) return [{ kind, zeros: true, present: whole.externalId, otherLine: null }];
    return respellings(kind, text)
      .map((present) => ({ present, other: rows.rowGiving(kind, identityKey(present)) }))
      .filter(({ other }) => other !== NONE && other !== place)
      .slice(0, 1)
      .map(({ present, other }) => ({ kind, zeros: false, present, otherLine: rows.lineOf(other) }));
  });
}

const KEYS = { email: 'emailKey', externalId: 'externalIdKey' } as const;
const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

/** What a name that no user has is meant to be: the one user or row that has it spelled otherwise. */
export type MeantNames = (text: string) => string | undefined;

/** Looks up which users some names mean that no user has: respelled, without the zeros in front, or as a decorated email. */
export async function openMeantNames(
  tx: Transaction,
  organizationId: string,
  rows: FileRows,
  names: readonly string[],
): Promise<MeantNames> {
  const asked = names.flatMap((name) => candidatesOf(name).map((one) => ({ ...one, name })));
  if (asked.length === 0) return () => undefined;
  const keys = await identityKeys(
    tx,
    asked.map(({ text }) => text),
  );
  const meant = new Map<string, Set<number | string>>();
  for (const kind of ['externalId', 'email'] as const) {
    const wanted = new Set(keys.filter((key, at) => key !== null && asked[at]?.kind === kind) as string[]);
    const found = new Map((await livingByKey(tx, organizationId, kind, [...wanted])).map(({ key, id }) => [key, id]));
    for (const [at, { name, text, kind: of }] of asked.entries()) {
      const key = keys[at] ?? '';
      const user =
        of === kind ? (found.get(key) ?? (rows.rowGiving(kind, key) === NONE ? undefined : text)) : undefined;
      if (user !== undefined) meant.set(name, (meant.get(name) ?? new Set()).add(user));
    }
  }
  const ids = [...meant.values()].flatMap((users) => [...users].filter((one) => typeof one === 'number'));
  const people = new Map((await peopleById(tx, ids)).map((person) => [person.id, person]));
  return (name) => {
    const one = only([...(meant.get(name) ?? [])]);
    if (typeof one !== 'number') return one;
    const { email = null, externalId = null } = people.get(one) ?? {};
    // The identity that the name has as far as can be told: an address is one in whatever decoration.
    return (emailsIn(name).length > 0 ? (email ?? externalId) : (externalId ?? email)) ?? undefined;
  };
}
