import { sql } from 'drizzle-orm';
import type { Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

/**
 * Lets a validation that another program has begun begin once more: its checkpoint counts steps that this one may not have,
 * and its rows were read by other rules. Nothing but staging was written. Does nothing where the same program began, or
 * where the validation has not begun or has come to its end.
 *
 * @param readBy the program and limits by which this one reads
 */
export async function beginAnewAfterUpgrade(tx: Transaction, edit: ClaimedEdit, readBy: string): Promise<void> {
  const begun = await tx.execute(sql`update stages s set step = 0, "cursor" = 0 from mass_edits e
    where e.id = ${edit.id} and s.mass_edit_id = e.id and s.number = 1 and s.status = 'running' and s.step > 0
      and e.reading ->> 'readBy' is distinct from ${readBy} returning 1`);
  if (begun.length === 0) return;
  for (const table of ['staged_rows', 'plan_rows', 'planned_segments', 'missing_users', 'findings'])
    await tx.execute(sql`delete from ${sql.identifier(table)} where mass_edit_id = ${edit.id}`);
  await tx.execute(sql`update mass_edits set rows = 0, reading = null, row_context = null where id = ${edit.id}`);
}
