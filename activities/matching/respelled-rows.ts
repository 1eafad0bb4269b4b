import { type IdentityKind, respellings } from '../../rules/values/respellings.ts';
import type { RowIndex } from './row-index.ts';
import type { UserLookup } from './user-lookup.ts';

/** An identity of a row that no active user has. */
export type UnmatchedIdentity = { row: number; kind: IdentityKind; text: string };

/**
 * Notes for each row which users its identities mean if a program has spelled them otherwise. Active users count before
 * deleted ones.
 */
export async function matchRespelledRows(
  rows: RowIndex,
  users: UserLookup,
  unmatched: readonly UnmatchedIdentity[],
): Promise<void> {
  for (const kind of ['externalId', 'email'] as const) {
    const asked = unmatched.flatMap((one) => {
      const texts = one.kind === kind ? respellings(kind, one.text) : [];
      return texts.map((text) => ({ row: one.row, text }));
    });
    if (asked.length === 0) continue;
    const { keys, found } = await users.findActive(
      kind,
      asked.map(({ text }) => text),
    );
    const deleted = await users.findDeleted(
      kind,
      keys.filter((key) => !found.has(key)),
    );
    for (const [at, { row }] of asked.entries()) {
      const key = keys[at] ?? null;
      const user = found.get(key) ?? deleted.get(key);
      if (user !== undefined) rows.addRespelledMatch(row, user);
    }
  }
}
