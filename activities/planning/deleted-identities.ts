import type { Transaction } from '../../db/client.ts';
import { findDeletedUsers, usersById } from '../../db/plan/find-users.ts';
import type { ExistingUser } from '../../rules/rows/compare-row.ts';
import type { TakenIdentity } from '../../rules/rows/row-facts.ts';

type Keys = Record<'email' | 'externalId', string | null>;
/** A row about an active user, with the comparison keys of its identities. */
export type ActiveUserRow = { user: ExistingUser; keys: Keys };

const KINDS = ['email', 'externalId'] as const;
const KEYS = { email: 'emailKey', externalId: 'externalIdKey' } as const;

/** The identities that a row adds to an active user and that belong to a deleted user who can still be restored. */
export type DeletedOwners = (row: ActiveUserRow) => TakenIdentity[];

/**
 * Loads the deleted users who own identities that these rows add to active users.
 *
 * @returns for each of these rows the owners of its added identities; empty if no one owns them
 */
export async function loadDeletedOwners(
  tx: Transaction,
  organizationId: string,
  rows: readonly ActiveUserRow[],
): Promise<DeletedOwners> {
  const ids = new Map<string, number>();
  for (const kind of KINDS) {
    const keys = rows.flatMap((row) => addedKey(row, kind) ?? []);
    for (const { key, id } of await findDeletedUsers(tx, organizationId, kind, keys)) ids.set(`${kind} ${key}`, id);
  }
  if (ids.size === 0) return () => [];
  const owners = new Map((await usersById(tx, [...new Set(ids.values())])).map((owner) => [owner.id, owner]));
  return (row) =>
    KINDS.flatMap((kind) => {
      const owner = owners.get(ids.get(`${kind} ${addedKey(row, kind)}`) ?? 0);
      return owner ? [{ kind, owner }] : [];
    });
}

/** The key that a row sets; null if it sets none. */
const addedKey = ({ user, keys }: ActiveUserRow, kind: 'email' | 'externalId'): string | null =>
  user.isDeleted || user[KEYS[kind]] !== null ? null : keys[kind];
