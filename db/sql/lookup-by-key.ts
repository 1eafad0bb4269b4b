import { type SQL, sql } from 'drizzle-orm';

/**
 * The end of a subquery that looks up one row by the second column of an index: a condition, an order and `limit 1`.
 * Range and order are those of the index of the key. With `=`, the index of all rows of the organization looks as good
 * as long as the planner expects one row. That index is then read whole for each key.
 *
 * @param also a further order among rows of one key
 */
export const byKey = (column: SQL, key: SQL, also: SQL = sql``): SQL =>
  sql`${column} between ${key} and ${key} order by ${column} ${also} limit 1`;
