import type { Columns } from '../columns/headers.ts';
import { cellText } from '../values/formula-guard.ts';
import { identityKey } from '../values/identity.ts';

/** Whom the example row of the create template is about: nobody, as example.com belongs to no one. */
export const EXAMPLE_IDENTITY = { email: 'example.person@example.com', externalId: 'EXAMPLE-ROW' };

/** Whether an email or external id is the example's, which no user can have: the row would be skipped. */
export const isExampleIdentity = (text: string): boolean =>
  Object.values(EXAMPLE_IDENTITY).some((example) => identityKey(example) === identityKey(text));

/**
 * Whether a row is the example row, left in. Each identity it has must still be the example's; what else was typed into
 * it does not matter, as long as it is not about a real person.
 */
export const isExampleRow = (cells: readonly string[], columns: Columns): boolean => {
  let isExample = false;
  for (const { kind, index } of columns.list) {
    if (kind !== 'email' && kind !== 'externalId') continue;
    const cell = cellText(cells[index] ?? '').trim();
    if (cell === '') continue;
    // By the length first: nearly no row is the example.
    if (cell.length !== EXAMPLE_IDENTITY[kind].length || identityKey(cell) !== EXAMPLE_KEYS[kind]) return false;
    isExample = true;
  }
  return isExample;
};

const EXAMPLE_KEYS = {
  email: identityKey(EXAMPLE_IDENTITY.email),
  externalId: identityKey(EXAMPLE_IDENTITY.externalId),
};
