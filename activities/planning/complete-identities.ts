import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { type Database, inOrganization } from '../../db/client.ts';
import { identitiesBeyondAscii } from '../../db/plan/reserved-user-ids.ts';
import type { ParsedRow } from '../../rules/rows/parsed-row.ts';
import type { WholeIdentities } from '../../rules/rows/row-facts.ts';
import { lacksLetters, withLettersLost } from '../../rules/values/lost-letters.ts';

/**
 * Finds the users whose identity is the complete form of an identity with lost letters; null if the row has lost none.
 */
export type WholeIdentityFinder = (parsed: ParsedRow) => Promise<WholeIdentities | null>;

/**
 * The identities of the organization with letters beyond ASCII are read when the first row asks. Few files have such a
 * row, and few organizations have many such identities.
 *
 * If an identity fits more than MAX_ALIKE users, it tells nothing. The row is then marked, so that no user can be
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

/** Users by their identity with the letters lost. Several users may share one such key. */
type Index = Record<keyof WholeIdentities, Map<string, { id: number; spelling: string }[]>>;

/** More users than one cell can mean. Without a limit, all ids of one script would be compared for each row. */
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
