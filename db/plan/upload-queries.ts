import { sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';

/** Every name that a choices cell can match: segments first, then their aliases. */
export async function matchableSegmentNames(
  tx: Transaction,
  edit: ClaimedMassEdit,
): Promise<{ attributeId: number; segmentId: number; name: string; viaAlias: boolean }[]> {
  return queryMany(
    tx,
    sql`select s.attribute_id as "attributeId", s.id as "segmentId", s.name, false as "viaAlias" from segments s
          join attributes a on a.id = s.attribute_id where s.organization_id = ${edit.organizationId} and a.type = 'choices'
        union all
        select l.attribute_id, l.segment_id, l.alias, true from segment_aliases l
          where l.organization_id = ${edit.organizationId}
        order by "viaAlias", "segmentId", name`,
  );
}

export type RangeRow = {
  attributeId: number;
  segmentId: number;
  lowerNumber: string | null;
  upperNumber: string | null;
  lowerDay: string | null;
  upperDay: string | null;
};

/** The ranges of all dates and numbers attributes. */
export async function ranges(tx: Transaction, edit: ClaimedMassEdit): Promise<RangeRow[]> {
  return queryMany<RangeRow>(
    tx,
    sql`select s.attribute_id as "attributeId", s.id as "segmentId", s.lower_number::text as "lowerNumber",
          s.upper_number::text as "upperNumber", s.lower_day::text as "lowerDay", s.upper_day::text as "upperDay"
        from segments s join attributes a on a.id = s.attribute_id
        where s.organization_id = ${edit.organizationId} and a.type in ('dates', 'numbers') order by s.id`,
  );
}

export type AttributeRow = {
  id: number;
  name: string;
  type: 'choices' | 'dates' | 'numbers' | 'users';
  isBirth: boolean;
};

/** The organization's attributes. The headers of a file are matched with them. */
export async function attributesOf(tx: Transaction, edit: ClaimedMassEdit): Promise<AttributeRow[]> {
  return queryMany<AttributeRow>(
    tx,
    sql`select id, name, type, is_birth as "isBirth" from attributes
        where organization_id = ${edit.organizationId} order by id`,
  );
}

/**
 * Adds to the row count in the transaction that plans the rows, and returns the new count. The plan is checked against
 * this count.
 */
export async function addRowCount(tx: Transaction, edit: ClaimedMassEdit, more: number): Promise<number> {
  const { rows } = await queryOne<{ rows: number }>(
    tx,
    sql`update mass_edits set rows = rows + ${more} where id = ${edit.id} returning rows`,
  );
  return rows;
}
