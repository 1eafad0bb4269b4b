import { type SQL, sql } from 'drizzle-orm';

/** A time as it leaves the service: ISO 8601, UTC, milliseconds; null stays null. Takes an SQL expression of our own. */
export const iso = (column: string): SQL =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
