import { sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { hasFindings } from '../mass-edits/findings-listed.ts';
import { plainArray, textArray } from '../sql/array-literals.ts';

/** A new segment name of the file, with its reserved id. `used`: an accepted row uses the name. */
export type PlannedSegment = { id: number; attributeId: number; name: string; used: boolean };

/**
 * Reserves ids for segments that may be created. They are taken from the sequence in advance, so that rows can store
 * them.
 */
export async function reserveSegmentIds(tx: Transaction, count: number): Promise<number[]> {
  const { ids } = await queryOne<{ ids: string }>(
    tx,
    sql`select string_agg(nextval('segments_id_seq')::text, ',') as ids from generate_series(1, ${count})`,
  );
  return ids.split(',').map(Number);
}

/**
 * Saves the new names that a chunk brings, or uses first. A saved name stays, and becomes used if `used`; so a second
 * call changes nothing. The earlier chunks must be committed: they may have the same names.
 */
export async function planSegments(
  tx: Transaction,
  edit: ClaimedMassEdit,
  segments: readonly PlannedSegment[],
): Promise<void> {
  if (segments.length === 0) return;
  await tx.execute(sql`
    insert into planned_segments as s (mass_edit_id, organization_id, id, attribute_id, name, used)
    select ${edit.id}, ${edit.organizationId}, t.* from unnest(${plainArray(segments.map(({ id }) => id))}::bigint[],
      ${plainArray(segments.map(({ attributeId }) => attributeId))}::bigint[],
      ${textArray(segments.map(({ name }) => name))}::text[], ${plainArray(segments.map(({ used }) => used))}::boolean[]) t
    on conflict (mass_edit_id, id) do update set used = true where excluded.used and not s.used`);
}

/** The new names that this file has planned so far, for a retry. */
export async function plannedSegments(tx: Transaction, edit: ClaimedMassEdit): Promise<PlannedSegment[]> {
  return queryMany<PlannedSegment>(
    tx,
    sql`select id, attribute_id as "attributeId", name, used from planned_segments where mass_edit_id = ${edit.id}`,
  );
}

/**
 * Marks names as unused if no accepted row uses them any more, after planned rows were refused. If no row was refused,
 * nothing has changed, and the rows are not read.
 */
export async function clearUnusedSegments(tx: Transaction, edit: ClaimedMassEdit): Promise<void> {
  // An anti-join, which is hashed. PostgreSQL scans a `not in` set for each row if the planner thinks it too large to
  // hash.
  await tx.execute(sql`
    with choices as materialized (
      select id::text as key from attributes where organization_id = ${edit.organizationId} and type = 'choices'
    )
    update planned_segments s set used = false where s.mass_edit_id = ${edit.id} and s.used
    and ${hasFindings(edit, 'Cycle detection', { severity: 'error' })}
    and not exists (select from choices a join plan_rows p on p.mass_edit_id = ${edit.id}
      and p.action in ('create', 'update') and p.attributes_after ? a.key
      where (p.attributes_after ->> a.key)::bigint = s.id)`);
}
