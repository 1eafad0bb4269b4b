import type { Transaction } from '../db/client.ts';
import { livingByKey } from '../db/people-lookups.ts';
import { identityKeys } from './identity-keys.ts';
import type { ReadRow } from './look-up-rows.ts';
import type { RowDraft } from './rules/row-draft.ts';

export type AlsoPresent = {
  /** The living users that a row names by its `alsoNames`; null if there is none. */
  of: (draft: RowDraft) => number[] | null;
  /** Whether one of these texts is an identity of a living user. */
  isUser: (text: string) => boolean;
};

/**
 * Looks up the users that some rows name beside the one they are about, by external id and by email: a user who has the
 * text as either counts as present.
 */
export async function openAlsoPresent(
  tx: Transaction,
  organizationId: string,
  read: readonly ReadRow[],
): Promise<AlsoPresent> {
  const texts = [...new Set(read.flatMap(({ draft }) => draft.alsoNames))];
  if (texts.length === 0) return NONE;
  const keys = await identityKeys(tx, texts);
  const wanted = [...new Set(keys.filter((key) => key !== null))];
  const byId = idsByKey(await livingByKey(tx, organizationId, 'externalId', wanted));
  const byEmail = idsByKey(await livingByKey(tx, organizationId, 'email', wanted));
  const peopleOf = new Map(
    texts.map((text, at) => [text, [byId.get(keys[at] ?? null), byEmail.get(keys[at] ?? null)]] as const),
  );
  return {
    of: ({ alsoNames }) => {
      const people = new Set<number>();
      for (const text of alsoNames) for (const id of peopleOf.get(text) ?? []) if (id !== undefined) people.add(id);
      return people.size > 0 ? [...people] : null;
    },
    isUser: (text) => peopleOf.get(text)?.some((id) => id !== undefined) ?? false,
  };
}

const NONE: AlsoPresent = { of: () => null, isUser: () => false };

const idsByKey = (found: readonly { key: string; id: number }[]): ReadonlyMap<string | null, number> =>
  new Map(found.map(({ key, id }) => [key, id]));
