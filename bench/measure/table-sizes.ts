import type postgres from 'postgres';

/** By table: bytes of all of it, bytes of its indexes alone, and dead rows. */
export type Sizes = Record<string, { bytes: number; indexBytes: number; dead: number }>;

/** The sizes of the tables, and their dead rows. */
export async function sizesOf(sql: postgres.Sql): Promise<Sizes> {
  // A backend reports its counts when it is idle, a second late at most.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const tables = await sql<{ name: string; bytes: number; indexBytes: number; dead: number }[]>`
    select relname as name, pg_total_relation_size(relid) as bytes, pg_indexes_size(relid) as "indexBytes", n_dead_tup as dead
    from pg_stat_user_tables where schemaname = 'public'`;
  return Object.fromEntries(tables.map(({ name, ...sizes }) => [name, sizes]));
}

/** Rewrites every table and index with its current rows (VACUUM FULL). */
export async function writeFreshly(sql: postgres.Sql): Promise<void> {
  await sql`vacuum full analyze`;
}
