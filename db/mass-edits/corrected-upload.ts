import { sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import type { Transaction } from '../client.ts';

/** The origin of a row in an error log. Line null: the finding is about the file itself. */
export type LoggedFindingRef = { line: number | null; code: string };

/**
 * If the file of a mass edit is an error log, links it to the mass edit that wrote the log: the newest ended one with
 * all these findings. Links nothing if there is none, or if the log names no finding.
 */
export async function linkCorrectedUpload(
  tx: Transaction,
  edit: ClaimedMassEdit,
  refs: readonly LoggedFindingRef[],
): Promise<void> {
  const probe = refs.find(({ line }) => line !== null) ?? refs[0];
  if (!probe) return;
  // One finding is looked up by the index of lines before all are compared: few mass edits have it.
  await tx.execute(sql`
    with refs as materialized (
      select line, code from json_to_recordset(${JSON.stringify(refs)}::json) as p(line int, code text)
    )
    update mass_edits set parent_id = (
      select m.id from mass_edits m
      where m.organization_id = ${edit.organizationId} and m.state = 'ended' and m.id < ${edit.id}
        and case when (select true from findings f where f.mass_edit_id = m.id
            and coalesce(f.line, 0) = ${probe.line ?? 0} and f.code = ${probe.code} limit 1)
          then not exists (select line, code from refs except select line, code from findings f where f.mass_edit_id = m.id) end
      order by m.id desc limit 1
    ) where id = ${edit.id}`);
}
