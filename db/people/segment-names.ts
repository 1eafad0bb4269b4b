import { sql } from 'drizzle-orm';
import { queryMany, type Transaction } from '../client.ts';
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

/** Decimal numbers as text; days as `YYYY-MM-DD`; null for open. */
export type NamedRange = {
  attribute: number;
  segmentId: number;
  name: string;
  lowerNumber: string | null;
  upperNumber: string | null;
  lowerDay: string | null;
  upperDay: string | null;
};

/** The ranges of all dates and numbers attributes. */
export async function namedRanges(tx: Transaction): Promise<NamedRange[]> {
  return queryMany<NamedRange>(
    tx,
    sql`select s.attribute_id as attribute, s.id as "segmentId", s.name, s.lower_number::text as "lowerNumber",
          s.upper_number::text as "upperNumber", s.lower_day::text as "lowerDay", s.upper_day::text as "upperDay"
        from segments s join attributes a on a.id = s.attribute_id where a.type in ('dates', 'numbers') order by s.id`,
  );
}
