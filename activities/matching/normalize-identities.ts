import type { Transaction } from '../../db/client.ts';
import { foldIdentities } from '../../db/plan/find-users.ts';

/**
 * The comparison keys of trimmed identities, in the same order; null stays null. For ASCII, which is nearly all, `fold`
 * of the database is lower case. For other texts the database computes the key.
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
