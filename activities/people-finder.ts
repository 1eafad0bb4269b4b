import { type Transaction, transactionsOf } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { anybodyRestorable, deletedByKey, type IdentityKind, livingByKey } from '../db/people-lookups.ts';
import { identityKeys } from './identity-keys.ts';
import type { StageDeps } from './in-chunks.ts';

/** Somebody's internal id by their key. */
type Found = ReadonlyMap<string | null, number>;

/** Finds people by what rows give as email or external id, each time in a transaction of its own. */
export type PeopleFinder = {
  /** What some texts are compared by, in their order, and who lives and has one of these keys. */
  living(kind: IdentityKind, texts: readonly (string | null)[]): Promise<{ keys: (string | null)[]; found: Found }>;
  /** Who had one of these keys, is deleted and can come back. */
  deleted(kind: IdentityKind, keys: readonly (string | null)[]): Promise<Found>;
};

/** Looks once whether anybody of the organization can come back at all. */
export async function openPeopleFinder({ db }: StageDeps, { organizationId }: ClaimedEdit): Promise<PeopleFinder> {
  const inTransaction = transactionsOf(db, organizationId);
  const anybodyDeleted = await inTransaction((tx) => anybodyRestorable(tx, organizationId));
  const find = async (
    tx: Transaction,
    lookup: typeof deletedByKey,
    kind: IdentityKind,
    keys: readonly (string | null)[],
  ): Promise<Found> => {
    const asked = new Set(keys.filter((key) => key !== null));
    const found = await lookup(tx, organizationId, kind, [...asked]);
    return new Map(found.map(({ key, id }) => [key, id]));
  };
  return {
    living: async (kind, texts) => {
      if (texts.length === 0) return { keys: [], found: new Map() };
      return inTransaction(async (tx) => {
        const keys = await identityKeys(tx, texts);
        return { keys, found: await find(tx, livingByKey, kind, keys) };
      });
    },
    deleted: async (kind, keys) =>
      anybodyDeleted && keys.length > 0 ? inTransaction((tx) => find(tx, deletedByKey, kind, keys)) : new Map(),
  };
}
