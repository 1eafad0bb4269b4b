import type { Transaction } from '../db/client.ts';
import { deletedByKey, type PersonRow, peopleById } from '../db/people-lookups.ts';
import type { TakenIdentity } from './rules/plan-row.ts';

type Keys = Record<'email' | 'externalId', string | null>;
/** A row about a living user, with the keys of its identities. */
export type RowOfLiving = { person: PersonRow; keys: Keys };

const KINDS = ['email', 'externalId'] as const;
const KEYS = { email: 'emailKey', externalId: 'externalIdKey' } as const;

/** The identities that a row gives to a living user who has none, as far as a deleted user can still come back with them. */
export type DeletedOwners = (row: RowOfLiving) => TakenIdentity[];

export async function openDeletedOwners(
  tx: Transaction,
  organizationId: string,
  rows: readonly RowOfLiving[],
): Promise<DeletedOwners> {
  const ids = new Map<string, number>();
  for (const kind of KINDS) {
    const keys = rows.flatMap((row) => given(row, kind) ?? []);
    for (const { key, id } of await deletedByKey(tx, organizationId, kind, keys)) ids.set(`${kind} ${key}`, id);
  }
  if (ids.size === 0) return () => [];
  const owners = new Map((await peopleById(tx, [...new Set(ids.values())])).map((owner) => [owner.id, owner]));
  return (row) =>
    KINDS.flatMap((kind) => {
      const owner = owners.get(ids.get(`${kind} ${given(row, kind)}`) ?? 0);
      return owner ? [{ kind, owner }] : [];
    });
}

/** The key that a row sets; null if it sets none. */
const given = ({ person, keys }: RowOfLiving, kind: 'email' | 'externalId'): string | null =>
  person.isDeleted || person[KEYS[kind]] !== null ? null : keys[kind];
