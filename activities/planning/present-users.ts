import type { Transaction } from '../../db/client.ts';
import { findActiveUsers } from '../../db/plan/find-users.ts';
import type { ParsedRow } from '../../rules/rows/parsed-row.ts';
import { normalizeIdentities } from '../matching/normalize-identities.ts';
import type { ReadRow } from './read-row.ts';

export type AlsoPresent = {
  /** The active users that a row names by its `otherIdentities`; null if there are none. */
  of: (parsed: ParsedRow) => number[] | null;
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
  read: readonly ReadRow[],
): Promise<AlsoPresent> {
  const texts = [...new Set(read.flatMap(({ parsed }) => parsed.otherIdentities))];
  if (texts.length === 0) return NONE;
  const keys = await normalizeIdentities(tx, texts);
  const wanted = [...new Set(keys.filter((key) => key !== null))];
  const byId = idsByKey(await findActiveUsers(tx, organizationId, 'externalId', wanted));
  const byEmail = idsByKey(await findActiveUsers(tx, organizationId, 'email', wanted));
  const peopleOf = new Map(
    texts.map((text, at) => [text, [byId.get(keys[at] ?? null), byEmail.get(keys[at] ?? null)]] as const),
  );
  return {
    of: ({ otherIdentities }) => {
      const users = new Set<number>();
      for (const text of otherIdentities)
        for (const id of peopleOf.get(text) ?? []) if (id !== undefined) users.add(id);
      return users.size > 0 ? [...users] : null;
    },
    isUser: (text) => peopleOf.get(text)?.some((id) => id !== undefined) ?? false,
  };
}

const NONE: AlsoPresent = { of: () => null, isUser: () => false };

const idsByKey = (found: readonly { key: string; id: number }[]): ReadonlyMap<string | null, number> =>
  new Map(found.map(({ key, id }) => [key, id]));
