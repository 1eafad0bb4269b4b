import { sql } from 'drizzle-orm';

/**
 * How long a deleted user can be restored, how long an answer that is out of reports can come back, and how long
 * before-images are kept. Afterwards the sweeper purges them. The number stands in the database, where the purge asks for it.
 */
export const RETENTION = sql.raw('kept()');
