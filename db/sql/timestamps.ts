import { type Column, type SQL, sql } from 'drizzle-orm';

/**
 * A time as the API gives it: ISO 8601, UTC, milliseconds; null stays null. Takes a column, or an SQL expression from
 * the code.
 */
export function iso<From extends Column | string>(column: From): SQL<IsoText<From>> {
  const time = typeof column === 'string' ? sql.raw(column) : column;
  return sql`to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

type IsoText<From> = From extends Column ? (From['_']['notNull'] extends true ? string : string | null) : unknown;
