import { sql } from 'drizzle-orm';

/**
 * How long a deleted user can be restored, an answer that is out of reports can come back, and before-images are kept.
 * Afterwards the reconciler purges them. The number is in the database, because the purge needs it there.
 */
export const RETENTION = sql.raw('kept()');
