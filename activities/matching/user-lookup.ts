import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { organizationTransactions, type Transaction } from '../../db/client.ts';
import { findActiveUsers, findDeletedUsers, hasRestorableUsers, type IdentityKind } from '../../db/plan/find-users.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import { normalizeIdentities } from './normalize-identities.ts';

/** Somebody's internal id by their key. */
type UserIdsByKey = ReadonlyMap<string | null, number>;

/** Finds people by what rows give as email or external id, each time in a transaction of its own. */
export type UserLookup = {
  /** What some texts are compared by, in their order, and who lives and has one of these keys. */
  findActive(
    kind: IdentityKind,
    texts: readonly (string | null)[],
  ): Promise<{ keys: (string | null)[]; found: UserIdsByKey }>;
  /** Who had one of these keys, is deleted and can come back. */
  findDeleted(kind: IdentityKind, keys: readonly (string | null)[]): Promise<UserIdsByKey>;
};

/** Looks once whether anybody of the organization can come back at all. */
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
