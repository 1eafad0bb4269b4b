import { sql } from 'drizzle-orm';
import type { Database } from '../client.ts';

/** The lookup columns of the tables that stages fill. */
const LOOKUP_COLUMNS = {
  findings: 'mass_edit_id, organization_id, line, code, column_name',
  plan_rows: 'mass_edit_id, organization_id, line, action, user_id, user_version',
  missing_users: 'mass_edit_id, organization_id, user_id, kept',
  users: 'id, organization_id, email_key, external_id_key, deleted_at, updated_at',
} as const;
export type FilledTable = keyof typeof LOOKUP_COLUMNS;

/** The threshold of autovacuum, which runs once a minute only. Less growth would not change a plan. */
const ANALYZE_THRESHOLD = 1.1;

/**
 * Analyzes a table if any stage has made it grow by a tenth since the last ANALYZE. Never waits: if another stage or
 * autovacuum is analyzing the table, that one does it.
 *
 * Without this, the statistics are from a time when this mass edit or organization had no row. Then all indexes that
 * begin with this id look equally good, and the wrong index reads all rows for each row. Measured: 29 s instead of 0.2
 * s for 10,000 users, and 265 s instead of 1 s for one chunk of 100,000 users.
 */
export async function analyzeIfGrown(db: Database, table: FilledTable): Promise<void> {
  // The two are equal after each analyze, and only the first grows with a commit; if never analyzed, the second is -1.
  const [grown] = await db.execute(sql`select 1 from pg_class where oid = ${table}::regclass
    and pg_stat_get_live_tuples(oid) >= ${ANALYZE_THRESHOLD} * reltuples`);
  if (grown) await db.execute(sql.raw(`analyze (skip_locked) ${table} (${LOOKUP_COLUMNS[table]})`));
}
