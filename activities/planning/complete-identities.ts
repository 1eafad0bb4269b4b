import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { type Database, inOrganization } from '../../db/client.ts';
import { identitiesBeyondAscii } from '../../db/plan/reserved-user-ids.ts';
import type { ParsedRow } from '../../rules/rows/parsed-row.ts';
import type { WholeIdentities } from '../../rules/rows/row-facts.ts';
import { lacksLetters, withLettersLost } from '../../rules/values/lost-letters.ts';

/** Finds the users who have an identity of a row whole, of which the row lacks letters; null if it lacks none. */
export type WholeIdentityFinder = (parsed: ParsedRow) => Promise<WholeIdentities | null>;

/**
 * Opens the search. The identities of the organization with letters beyond ASCII are read when the first row asks: few files
 * have such a row, and few organizations have many such identities.
 *
 * If an identity fits more users than can be kept, it says as little as none: the row is marked, so that no user can be
 * called missing.
 */
export function createWholeIdentityFinder(db: Database, edit: ClaimedMassEdit): WholeIdentityFinder {
  let index: Promise<Index> | null = null;
  return async (parsed) => {
    const asked = parsed.doubtfulCells.map(({ field }) => field).filter(isIdentity);
    if (asked.length === 0) return null;
    index ??= readIndex(db, edit);
    const known = await index;
    const found: WholeIdentities = { email: [], externalId: [] };
    for (const field of asked) {
      const text = parsed[field] ?? '';
      const users = known[field].get(withLettersLost(text)) ?? [];
      found[field] = users.filter(({ spelling }) => lacksLetters(text, spelling));
      if (users.length === MAX_ALIKE) parsed.mayHideRows = true;
    }
    return found;
  };
}

/** Users by their identity with the letters lost, which others may share. */
type Index = Record<keyof WholeIdentities, Map<string, { id: number; spelling: string }[]>>;

/** More users than one cell can mean; without a bound, ids of one script would all be looked through for each row. */
const MAX_ALIKE = 20;

async function readIndex(db: Database, edit: ClaimedMassEdit): Promise<Index> {
  const index: Index = { email: new Map(), externalId: new Map() };
  const users = await inOrganization(db, edit.organizationId, (tx) => identitiesBeyondAscii(tx, edit));
  for (const { id, ...identities } of users) {
    for (const field of ['email', 'externalId'] as const) {
      const spelling = identities[field];
      if (spelling === null) continue;
      const key = withLettersLost(spelling);
      const alike = index[field].get(key) ?? [];
      if (alike.length < MAX_ALIKE) alike.push({ id, spelling });
      index[field].set(key, alike);
    }
  }
  return index;
}

const isIdentity = (field: string): field is keyof WholeIdentities => field === 'email' || field === 'externalId';
