import type { Transaction } from '../../db/client.ts';
import { foldIdentities } from '../../db/plan/find-users.ts';

/**
 * What trimmed identities are compared by, in the order given; null stays null. Of ASCII, nearly all, the database's
 * `fold` is the lower case; of all else the database says itself what it is.
 */
export async function normalizeIdentities(
  tx: Transaction,
  texts: readonly (string | null)[],
): Promise<(string | null)[]> {
  const others: number[] = [];
  const keys = texts.map((text, at) => {
    if (text === null) return null;
    if (NOT_ASCII.test(text)) others.push(at);
    return text.toLowerCase();
  });
  const folded = await foldIdentities(
    tx,
    others.map((at) => texts[at] ?? ''),
  );
  for (const [place, at] of others.entries()) keys[at] = folded[place] ?? null;
  return keys;
}

const NOT_ASCII = /[^\0-\x7f]/;
