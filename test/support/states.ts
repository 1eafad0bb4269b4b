import postgres from 'postgres';
import { inject } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';

/** Often, because a read of one column costs much less than a request to the API. */
const LOOK_EVERY_MS = 40;

let sql: postgres.Sql | undefined;

/**
 * Waits until a mass edit of the run's database leaves this state, but at most one second. For a mass edit of another
 * database it waits a tenth of a second.
 */
export async function leaves(state: MassEditJson['state'], massEditId: string): Promise<void> {
  sql ??= postgres(inject('databaseUrl'), { max: 1, idle_timeout: 5 });
  const end = Date.now() + 1_000;
  for (;;) {
    const [row] = await sql<{ state: string }[]>`select state from mass_edits where public_id = ${massEditId}`;
    if (row && row.state !== state) return;
    await new Promise((resolve) => setTimeout(resolve, row ? LOOK_EVERY_MS : 100));
    if (!row || Date.now() > end) return;
  }
}
