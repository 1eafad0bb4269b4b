import { type SQL, sql } from 'drizzle-orm';

/** A time as the API gives it: ISO 8601, UTC, milliseconds; null stays null. Takes an SQL expression from the code. */
export const iso = (column: string): SQL =>
  sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);
