import { sql } from 'drizzle-orm';
import type { Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

/** What a row of an error log says of where it comes from. Line null: it was said of the file itself. */
export type LoggedPlace = { line: number | null; code: string };

/**
 * Links a mass edit whose file is an error log to the one that wrote the log: the newest that ended with every one of
 * these findings. Links nothing where there is none, or nothing to tell by.
 */
export async function linkParent(tx: Transaction, edit: ClaimedEdit, places: readonly LoggedPlace[]): Promise<void> {
  if (places.length === 0) return;
  await tx.execute(sql`
    update mass_edits set parent_id = (
      select m.id from mass_edits m
      where m.organization_id = ${edit.organizationId} and m.state = 'ended' and m.id < ${edit.id} and not exists (
        select from json_to_recordset(${JSON.stringify(places)}::json) as p(line int, code text)
        where not exists (select from findings f where f.mass_edit_id = m.id and f.line is not distinct from p.line
          and f.code = p.code))
      order by m.id desc limit 1
    ) where id = ${edit.id}`);
}
