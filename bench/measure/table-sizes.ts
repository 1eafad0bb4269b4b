import type postgres from 'postgres';

/** By table: bytes of all of it, of its indexes alone, and how many rows are dead. */
export type Sizes = Record<string, { bytes: number; indexBytes: number; dead: number }>;

/** How large the tables are, and what they are waiting to have cleared away. */
export async function sizesOf(sql: postgres.Sql): Promise<Sizes> {
  // A backend tells its counts when it is idle, a second late at most.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const tables = await sql<{ name: string; bytes: number; indexBytes: number; dead: number }[]>`
    select relname as name, pg_total_relation_size(relid) as bytes, pg_indexes_size(relid) as "indexBytes", n_dead_tup as dead
    from pg_stat_user_tables where schemaname = 'public'`;
  return Object.fromEntries(tables.map(({ name, ...sizes }) => [name, sizes]));
}

/** Writes every table and index anew, with what it holds now and nothing else. */
export async function writeFreshly(sql: postgres.Sql): Promise<void> {
  await sql`vacuum full analyze`;
}
