import { eq, inArray, sql } from 'drizzle-orm';
import { queryMany, type RowOf, type Transaction } from '../client.ts';
import { attributes, segments } from '../schema/schema.ts';
import { excerptSql } from '../sql/shown-length.ts';

/** The display names of segments, by internal key. */
export async function segmentNames(tx: Transaction, keys: number[]): Promise<Map<number, string>> {
  const rows = await queryMany<{ key: number; name: string }>(
    tx,
    sql`select id as key, ${excerptSql('name')} as name from segments where id = any(${sql.param(keys)}::bigint[])`,
  );
  return new Map(rows.map(({ key, name }) => [key, name]));
}

/** A name of a segment, its own or an alias. */
export type SpelledSegment = { key: number; spelling: string };

/** The names and aliases of a choices attribute that compare equal to this name: names first, in their order. */
export async function segmentsNamed(tx: Transaction, attribute: number, name: string): Promise<SpelledSegment[]> {
  return queryMany<SpelledSegment>(
    tx,
    sql`select id as key, name as spelling, 1 as rank from segments
          where attribute_id = ${attribute} and name_key = fold_name(${name})
        union all
        select segment_id, alias, 2 from segment_aliases
          where attribute_id = ${attribute} and alias_key = fold_name(${name})
        order by rank, key, spelling`,
  );
}

const RANGE = {
  attribute: segments.attributeId,
  segmentId: segments.id,
  name: segments.name,
  lowerNumber: segments.lowerNumber,
  upperNumber: segments.upperNumber,
  lowerDay: segments.lowerDay,
  upperDay: segments.upperDay,
};

/** The ranges of all dates and numbers attributes: decimal numbers as text, days as `YYYY-MM-DD`, null for open. */
export async function namedRanges(tx: Transaction): Promise<RowOf<typeof RANGE>[]> {
  return tx
    .select(RANGE)
    .from(segments)
    .innerJoin(attributes, eq(attributes.id, segments.attributeId))
    .where(inArray(attributes.type, ['dates', 'numbers']))
    .orderBy(segments.id);
}
