import { sql } from 'drizzle-orm';
import { STAGES } from '../../workflows/stages.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, type Transaction } from '../client.ts';

/**
 * Restarts a validation that another version of the program began. Its checkpoint counts steps that this version may
 * not have, and its rows were read by other rules. Does nothing if the same version began it, or if the validation has
 * not begun or has ended.
 *
 * @param detectedBy the program and limits of this version
 */
export async function restartAfterUpgrade(tx: Transaction, edit: ClaimedMassEdit, detectedBy: string): Promise<void> {
  const begun = await queryMany(
    tx,
    sql`update stages s set step = 0, "cursor" = 0, attempts = 0, failed_attempts = 0 from mass_edits e
        where e.id = ${edit.id} and s.mass_edit_id = e.id and s.number = ${STAGES.Validation.number} and s.status = 'running' and s.step > 0
          and e.reading ->> 'detectedBy' is distinct from ${detectedBy} returning 1 as begun`,
  );
  if (begun.length > 0) await deletePlan(tx, edit);
}

/** Deletes all that a validation has written: the plan and its findings, never live data. */
export async function deletePlan(tx: Transaction, edit: ClaimedMassEdit): Promise<void> {
  for (const table of ['plan_rows', 'planned_segments', 'missing_users', 'findings', 'findings_left_out'])
    await tx.execute(sql`delete from ${sql.identifier(table)} where mass_edit_id = ${edit.id}`);
  await tx.execute(sql`update mass_edits set rows = 0, reading = null, row_context = null, matched_as = null, new_user_ids = null
    where id = ${edit.id}`);
}
