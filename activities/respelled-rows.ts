import type { FileRows } from './file-rows.ts';
import type { PeopleFinder } from './people-finder.ts';
import { type IdentityKind, respellings } from './rules/respellings.ts';

/** An identity of a row that no living user has. */
export type Unowned = { row: number; kind: IdentityKind; text: string };

/** Notes for each row which users its identities mean if a program has spelled them otherwise; living ones before deleted ones. */
export async function noteRespelled(rows: FileRows, people: PeopleFinder, unowned: readonly Unowned[]): Promise<void> {
  for (const kind of ['externalId', 'email'] as const) {
    const asked = unowned.flatMap((one) => {
      const texts = one.kind === kind ? respellings(kind, one.text) : [];
      return texts.map((text) => ({ row: one.row, text }));
    });
    if (asked.length === 0) continue;
    const { keys, found } = await people.living(
      kind,
      asked.map(({ text }) => text),
    );
    const deleted = await people.deleted(
      kind,
      keys.filter((key) => !found.has(key)),
    );
    for (const [at, { row }] of asked.entries()) {
      const key = keys[at] ?? null;
      const person = found.get(key) ?? deleted.get(key);
      if (person !== undefined) rows.noteRespelled(row, person);
    }
  }
}
