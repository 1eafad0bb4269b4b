import { sql } from 'drizzle-orm';
import { rowOf, type Transaction } from './client.ts';
import type { ClaimedEdit } from './fence.ts';

/**
 * Makes the segments that accepted rows use and nobody made meanwhile, by name or as an alias; where somebody did,
 * theirs is used. Gives how many were made. Run twice, the second time makes none.
 */
export async function createPlannedSegments(tx: Transaction, edit: ClaimedEdit): Promise<number> {
  await tx.execute(sql`
    insert into segments (id, organization_id, attribute_id, name, created_by_mass_edit)
    select s.id, s.organization_id, s.attribute_id, s.name, ${edit.id} from planned_segments s
    where s.mass_edit_id = ${edit.id} and s.used
      and not exists (select from segment_aliases a where a.attribute_id = s.attribute_id and a.alias_key = s.name_key)
    order by s.id on conflict do nothing`);
  // Nearly always none: that a segment of this id is there tells that nobody was quicker.
  await tx.execute(sql`
    update planned_segments s set segment_id = coalesce(
      (select g.id from segments g where g.attribute_id = s.attribute_id and g.name_key = s.name_key),
      (select a.segment_id from segment_aliases a where a.attribute_id = s.attribute_id and a.alias_key = s.name_key))
    where s.mass_edit_id = ${edit.id} and s.used and not exists (select from segments g where g.id = s.id)`);
  const { created } = await rowOf<{ created: number }>(
    tx,
    sql`select count(*)::int as created from segments where organization_id = ${edit.organizationId}
        and created_by_mass_edit = ${edit.id}`,
  );
  return created;
}

/** Whether somebody else made a planned segment, so that rows must be pointed at theirs. */
export async function anySegmentMadeByOthers(tx: Transaction, edit: ClaimedEdit): Promise<boolean> {
  const { any } = await rowOf<{ any: boolean }>(
    tx,
    sql`select exists (select from planned_segments where mass_edit_id = ${edit.id} and segment_id <> id) as any`,
  );
  return any;
}

/** Points the next rows, in the order of people, at the segments that others made. */
export async function useSegmentsOfOthers(
  tx: Transaction,
  edit: ClaimedEdit,
  after: number,
  limit: number,
): Promise<{ taken: number; lastId: number }> {
  return rowOf(
    tx,
    sql`with rows as materialized (
      select line, user_id, attributes_after from plan_rows where mass_edit_id = ${edit.id} and user_id > ${after}
        and action in ('create', 'update') order by user_id limit ${limit}
    ), pointed as (
      select r.line, jsonb_object_agg(v.key, coalesce(to_jsonb(s.segment_id), v.value)) as attributes_after,
        bool_or(s.id is not null) as moves
      from rows r cross join lateral jsonb_each(r.attributes_after) v
      left join planned_segments s on s.mass_edit_id = ${edit.id} and s.segment_id <> s.id
        and s.attribute_id::text = v.key and to_jsonb(s.id) = v.value
      group by r.line
    ), written as (
      update plan_rows p set attributes_after = n.attributes_after from pointed n
      where n.moves and p.mass_edit_id = ${edit.id} and p.line = n.line
    )
    select count(*)::int as taken, coalesce(max(user_id), ${after}) as "lastId" from rows`,
  );
}
