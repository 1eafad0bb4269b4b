import { hash } from 'node:crypto';
import { identityKey } from './identity.ts';
import type { RowDraft } from './row-draft.ts';
import type { BrokenCell } from './row-work.ts';

/**
 * A short text that is equal exactly for rows that mean the same: two rows for one person are a repetition if they
 * agree in it, and a contradiction if not. People are compared without regard to case, as when they are looked up.
 * Cells that mean nothing count by their text.
 */
export const fingerprintOf = (draft: RowDraft, broken: readonly BrokenCell[]): string => {
  const { email, externalId, firstName, lastName, language, participates, values, people, backdates } = draft;
  const named = Object.entries(people).map(([key, person]) => [key, identityKey(person)]);
  // Keys that are numbers stand in ascending order in any object, whatever order the columns have.
  const meaning = [
    email && identityKey(email),
    externalId && identityKey(externalId),
    firstName,
    lastName,
    language,
    participates,
    values,
    named,
    backdates,
    broken,
  ];
  return hash('sha1', JSON.stringify(meaning), 'base64');
};
