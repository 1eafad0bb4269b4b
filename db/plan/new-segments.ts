import { sql } from 'drizzle-orm';
import type { NewNames } from '../../rules/gate.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { plainArray } from '../sql/array-literals.ts';
import { excerptSql } from '../sql/shown-length.ts';

/** An attribute for which accepted rows give new segment names: the number of names, and the first few. */
export type NewSegmentNames = { attributeId: number; name: string; segments: number; examples: string[] };

/** Enough to show the kind of names in a column. */
const EXAMPLES = 3;

/** The attributes with new names, those with the most new names first. */
export async function newSegmentNames(tx: Transaction, edit: ClaimedMassEdit): Promise<NewSegmentNames[]> {
  return queryMany<NewSegmentNames>(
    tx,
    sql`with brought as materialized (
          select attribute_id, id, name, row_number() over (partition by attribute_id order by id) as number
          from planned_segments where mass_edit_id = ${edit.id} and used
        ), counted as materialized (
          select attribute_id, count(*)::int as segments,
            json_agg(${excerptSql('name')} order by id) filter (where number <= ${EXAMPLES}) as examples
          from brought group by attribute_id
        )
        select c.attribute_id as "attributeId", a.name, c.segments, c.examples
        from counted c cross join lateral (select name from attributes o where o.id = c.attribute_id offset 0) a
        order by c.segments desc, c.attribute_id`,
  );
}

/**
 * The attributes, among these, that at least `users` users have a value of. One pass over the memberships of the
 * organization.
 */
export async function attributesInUse(
  tx: Transaction,
  edit: ClaimedMassEdit,
  attributes: readonly number[],
  users: number,
): Promise<Set<number>> {
  const rows = await queryMany<{ id: number }>(
    tx,
    sql`select v.key::bigint as id from memberships m
        join users u on u.id = m.user_id and u.organization_id = ${edit.organizationId} and u.deleted_at is null
        cross join lateral jsonb_object_keys(m."values") v(key)
        where m.organization_id = ${edit.organizationId} and v.key = any(${plainArray(attributes)}::text[])
        group by v.key having count(*) >= ${users}`,
  );
  return new Set(rows.map(({ id }) => id));
}

/** The lines of refused and skipped rows, in line order. */
export async function unappliedLines(tx: Transaction, edit: ClaimedMassEdit): Promise<number[]> {
  const { lines } = await queryOne<{ lines: number[] }>(
    tx,
    sql`select coalesce(array_agg(line order by line), '{}') as lines from plan_rows
        where mass_edit_id = ${edit.id} and action in ('refused', 'skipped')`,
  );
  return lines;
}

/** Saves the columns that bring many new names, for the gate. */
export async function saveNewNames(tx: Transaction, edit: ClaimedMassEdit, names: readonly NewNames[]): Promise<void> {
  await tx.execute(sql`update mass_edits set new_names = ${JSON.stringify(names)}::jsonb where id = ${edit.id}`);
}
