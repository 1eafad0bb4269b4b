import { sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, type Transaction } from '../client.ts';

/** Saves the file format, for the administrator to see and for a retry. */
export async function saveFileFormat(
  tx: Transaction,
  edit: ClaimedMassEdit,
  reading: Record<string, unknown>,
): Promise<void> {
  await tx.execute(sql`update mass_edits set reading = ${JSON.stringify(reading)}::jsonb where id = ${edit.id}`);
}

/** The format of the same bytes, found earlier by the same program and limits. Null if there is none. */
export async function earlierFileFormat(
  tx: Transaction,
  edit: ClaimedMassEdit,
  detectedBy: string,
): Promise<Record<string, unknown> | null> {
  const [earlier] = await queryMany<{ reading: Record<string, unknown> }>(
    tx,
    sql`select e.reading from mass_edits e join mass_edits this on this.id = ${edit.id}
        where e.organization_id = ${edit.organizationId} and e.id < this.id and e.sha256 = this.sha256
          and e.size_bytes = this.size_bytes and e.reading ->> 'detectedBy' = ${detectedBy} and e.reading ? 'header'
        order by e.id desc limit 1`,
  );
  return earlier?.reading ?? null;
}
