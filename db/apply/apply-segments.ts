import { sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';
import { byKey } from '../sql/lookup-by-key.ts';

/** Planned segments that an accepted row uses, in id order: after one id and up to another. */
export type SegmentKeyRange = { after: number; lastId: number; taken: number };

/** The next segments to create, at most `limit`. */
export async function nextSegments(
  tx: Transaction,
  edit: ClaimedMassEdit,
  after: number,
  limit: number,
): Promise<SegmentKeyRange> {
  const range = await queryOne<Omit<SegmentKeyRange, 'after'>>(
    tx,
    sql`select count(*)::int as taken, coalesce(max(id), ${after}) as "lastId"
        from (select id from planned_segments where mass_edit_id = ${edit.id} and used and id > ${after}
          order by id limit ${limit}) s`,
  );
  return { ...range, after };
}

/**
 * Creates the segments of a key range unless their name exists by now, as a name or as an alias. A second run creates
 * none.
 */
export async function createPlannedSegments(
  tx: Transaction,
  edit: ClaimedMassEdit,
  { after, lastId }: SegmentKeyRange,
): Promise<void> {
  const { any } = await queryOne<{ any: boolean }>(
    tx,
    sql`select exists (select from segment_aliases where attribute_id in (
          select id from attributes where organization_id = ${edit.organizationId})) as any`,
  );
  const isNoAlias = any
    ? sql`and (select true from segment_aliases a where a.attribute_id = s.attribute_id
        and ${byKey(sql`a.alias_key`, sql`s.key`)}) is null`
    : sql``;
  await tx.execute(sql`
    insert into segments (id, organization_id, attribute_id, name, created_by_mass_edit)
    select s.id, s.organization_id, s.attribute_id, s.name, ${edit.id} from (
      select *, fold_name(name) as key from planned_segments
      where mass_edit_id = ${edit.id} and used and id > ${after} and id <= ${lastId} offset 0) s
    where true ${isNoAlias} order by s.id on conflict do nothing`);
}

/** Finds the segments that other writers have created meanwhile. They are used instead of the planned segments. */
export async function findConcurrentSegments(tx: Transaction, edit: ClaimedMassEdit): Promise<void> {
  // There are nearly always none: if a segment with the planned id exists, no other writer was faster. The folded name
  // is computed as a column first, because row-level security keeps PostgreSQL from using an index with a function.
  await tx.execute(sql`
    with lost as materialized (
      select s.id, s.attribute_id, s.name, fold_name(s.name) as key from planned_segments s
      left join (select id from segments where organization_id = ${edit.organizationId} offset 0) g on g.id = s.id
      where s.mass_edit_id = ${edit.id} and s.used and g.id is null
    ), found as materialized (
      select l.id, coalesce(g.id, a.segment_id) as segment_id from lost l
      left join (select id, attribute_id, name_key from segments
        where organization_id = ${edit.organizationId} and twin = 0 offset 0) g
        on g.attribute_id = l.attribute_id and g.name_key = l.key
      left join (select segment_id, attribute_id, alias_key from segment_aliases
        where organization_id = ${edit.organizationId} and twin = 0 offset 0) a
        on a.attribute_id = l.attribute_id and a.alias_key = l.key
    )
    update planned_segments s set segment_id = f.segment_id from found f
    where s.mass_edit_id = ${edit.id} and s.id = f.id and s.id = any(array(select id from found))`);
}

/** How many segments this mass edit has created. Counts stored rows, so it gives the same if it runs twice. */
export async function countCreatedSegments(tx: Transaction, edit: ClaimedMassEdit): Promise<number> {
  const { made } = await queryOne<{ made: number }>(
    tx,
    sql`select count(*)::int as made from segments where organization_id = ${edit.organizationId}
        and created_by_mass_edit = ${edit.id}`,
  );
  return made;
}

/** Whether another writer created a planned segment. Then rows must be pointed at that segment. */
export async function hasConcurrentSegments(tx: Transaction, edit: ClaimedMassEdit): Promise<boolean> {
  const { any } = await queryOne<{ any: boolean }>(
    tx,
    sql`select exists (select from planned_segments where mass_edit_id = ${edit.id} and segment_id <> id) as any`,
  );
  return any;
}

/** Points the next rows, in user id order, at the segments that other writers created. */
export async function useConcurrentSegments(
  tx: Transaction,
  edit: ClaimedMassEdit,
  after: number,
  limit: number,
): Promise<{ taken: number; lastId: number }> {
  return queryOne(
    tx,
    sql`with rows as materialized (
      select line, user_id, attributes_after from plan_rows where mass_edit_id = ${edit.id} and user_id > ${after}
        and action in ('create', 'update') order by user_id limit ${limit}
    ), values as materialized (
      select r.line, v.key, v.value, case when a.id is not null then v.value::text::bigint end as planned
      from rows r cross join lateral jsonb_each(r.attributes_after) v
      left join attributes a on a.organization_id = ${edit.organizationId} and a.type = 'choices' and a.id = v.key::bigint
        and v.value <> 'null'
    ), pointed as materialized (
      select v.line, jsonb_object_agg(v.key, coalesce(to_jsonb(s.segment_id), v.value)) as attributes_after
      from values v left join planned_segments s on s.mass_edit_id = ${edit.id} and s.segment_id <> s.id and s.id = v.planned
        and s.id = any(array(select planned from values))
      group by v.line having bool_or(s.id is not null)
    ), written as (
      update plan_rows p set attributes_after = n.attributes_after from pointed n
      where p.mass_edit_id = ${edit.id} and p.line = n.line and p.line = any(array(select line from pointed))
    )
    select count(*)::int as taken, coalesce(max(user_id), ${after}) as "lastId" from rows`,
  );
}
