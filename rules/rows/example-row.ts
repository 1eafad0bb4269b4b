import type { Columns } from '../columns/headers.ts';
import { cellText } from '../values/formula-guard.ts';
import { identityKey } from '../values/identity.ts';

/** The identities of the example row in the create template. No user has them: example.com is a reserved domain. */
export const EXAMPLE_IDENTITY = { email: 'example.person@example.com', externalId: 'EXAMPLE-ROW' };

/** Whether an identity is that of the example row. No user can have it, because the row would be skipped. */
export const isExampleIdentity = (text: string): boolean =>
  Object.values(EXAMPLE_IDENTITY).some((example) => identityKey(example) === identityKey(text));

/**
 * Whether a row is the example row. Each of its identities must still be that of the example; its other cells may have
 * been changed.
 */
export const isExampleRow = (cells: readonly string[], columns: Columns): boolean => {
  let isExample = false;
  for (const { kind, index } of columns.list) {
    if (kind !== 'email' && kind !== 'externalId') continue;
    const cell = cellText(cells[index] ?? '').trim();
    if (cell === '') continue;
    // Compares the length first, because nearly no row is the example.
    if (cell.length !== EXAMPLE_IDENTITY[kind].length || identityKey(cell) !== EXAMPLE_KEYS[kind]) return false;
    isExample = true;
  }
  return isExample;
};

const EXAMPLE_KEYS = {
  email: identityKey(EXAMPLE_IDENTITY.email),
  externalId: identityKey(EXAMPLE_IDENTITY.externalId),
};
