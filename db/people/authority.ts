import { and, eq, sql } from 'drizzle-orm';
import { type Database, inOrganization, type Transaction } from '../client.ts';
import { sessions, tokens } from '../schema/schema.ts';
import { sqlStateOf } from '../sql/sql-errors.ts';
import { type Caller, callerOf, IS_OPEN } from './tokens.ts';

/** The mode of the authority lock: `exclusive` for a transaction that removes authority, `shared` for every other write. */
export type LockMode = 'shared' | 'exclusive';

/**
 * Runs `work` in one transaction of the caller's organization, which first finds the caller again. A transaction that
 * removes the caller's authority waits until this one ends (`lockAuthority`), so `work` acts for a caller who may act.
 * If two transactions wait for each other, PostgreSQL ends one of them, and that one runs again: `work` must allow that.
 *
 * @param caller as found when the request came
 * @param work gets the caller as they are now; undefined if the token, its user or the session does not exist any more
 */
export async function withLockedCaller<T>(
  db: Database,
  caller: Caller,
  work: (tx: Transaction, now: Caller | undefined) => Promise<T>,
  mode: LockMode = 'shared',
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await inOrganization(db, caller.organization.id, async (tx) => {
        await lockAuthority(tx, caller.organization.id, mode);
        return work(tx, await lockCaller(tx, caller));
      });
    } catch (error) {
      if (tries === TRIES || sqlStateOf(error) !== DEADLOCK_DETECTED) throw error;
    }
  }
}

/**
 * Locks the authority of all callers of an organization until the transaction ends. A write for a caller locks it
 * `shared`. A transaction that removes authority locks it `exclusive`: it waits for the writes that are running, and
 * later writes see its effect. Call it before any other lock of the organization.
 *
 * An advisory lock has a queue. A shared lock of the token's row has none: if the writes of a token follow each other
 * without a gap, its deletion would wait forever.
 */
export async function lockAuthority(tx: Transaction, organizationId: string, mode: LockMode): Promise<void> {
  const lock = sql.raw(mode === 'exclusive' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared');
  await tx.execute(sql`select ${lock}(hashtextextended(${`authority in ${organizationId}`}, 0))`);
}

const TRIES = 4;
const DEADLOCK_DETECTED = '40P01';

/** Several statements: only a later statement sees what the first one waited for. */
async function lockCaller(tx: Transaction, caller: Caller): Promise<Caller | undefined> {
  const { tokenId, session } = caller;
  const [token] = await tx.select({ key: tokens.id }).from(tokens).where(eq(tokens.publicId, tokenId)).for('share');
  if (!token) return undefined;
  if (session && !(await tx.$count(sessions, and(eq(sessions.publicId, session.id), IS_OPEN)))) return undefined;
  const now = await callerOf(tx, token.key);
  return now && { ...now, session };
}
