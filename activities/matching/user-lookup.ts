import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { organizationTransactions, type Transaction } from '../../db/client.ts';
import { findActiveUsers, findDeletedUsers, hasRestorableUsers } from '../../db/plan/find-users.ts';
import type { IdentityKind } from '../../rules/values/respellings.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import { normalizeIdentities } from './normalize-identities.ts';

/** User ids by comparison key. */
type UserIdsByKey = ReadonlyMap<string | null, number>;

/** Finds users by the email or external id of rows. Each lookup is a transaction of its own. */
export type UserLookup = {
  /** The comparison keys of some texts, in the same order, and the active users with these keys. */
  findActive(
    kind: IdentityKind,
    texts: readonly (string | null)[],
  ): Promise<{ keys: (string | null)[]; found: UserIdsByKey }>;
  /** The deleted users with these keys that can be restored. */
  findDeleted(kind: IdentityKind, keys: readonly (string | null)[]): Promise<UserIdsByKey>;
};

/** Asks once whether the organization has any deleted user that can be restored. */
export async function createUserLookup({ db }: StageDeps, { organizationId }: ClaimedMassEdit): Promise<UserLookup> {
  const inTransaction = organizationTransactions(db, organizationId);
  const anyRestorable = await inTransaction((tx) => hasRestorableUsers(tx, organizationId));
  const find = async (
    tx: Transaction,
    lookup: typeof findDeletedUsers,
    kind: IdentityKind,
    keys: readonly (string | null)[],
  ): Promise<UserIdsByKey> => {
    const asked = new Set(keys.filter((key) => key !== null));
    const found = await lookup(tx, organizationId, kind, [...asked]);
    return new Map(found.map(({ key, id }) => [key, id]));
  };
  return {
    findActive: async (kind, texts) => {
      if (texts.length === 0) return { keys: [], found: new Map() };
      return inTransaction(async (tx) => {
        const keys = await normalizeIdentities(tx, texts);
        return { keys, found: await find(tx, findActiveUsers, kind, keys) };
      });
    },
    findDeleted: async (kind, keys) =>
      anyRestorable && keys.length > 0 ? inTransaction((tx) => find(tx, findDeletedUsers, kind, keys)) : new Map(),
  };
}
