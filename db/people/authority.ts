import { and, eq, sql } from 'drizzle-orm';
import { type Database, inOrganization, type Transaction } from '../client.ts';
import { sessions, tokens } from '../schema/schema.ts';
import { sqlStateOf } from '../sql/sql-errors.ts';
import { type Caller, callerOf, IS_OPEN } from './tokens.ts';

/** Whether a transaction may run beside other writes of the organization. One that removes authority runs alone. */
export type Company = 'with others' | 'alone';

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
  company: Company = 'with others',
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await inOrganization(db, caller.organization.id, async (tx) => {
        await lockAuthority(tx, caller.organization.id, company);
        return work(tx, await lockCaller(tx, caller));
      });
    } catch (error) {
      if (tries === TRIES || sqlStateOf(error) !== DEADLOCK_DETECTED) throw error;
    }
  }
}

/**
 * Locks the authority of all callers of an organization until the transaction ends. A write for a caller locks it `with others`.
 * What takes authority away locks it `alone`: writes that are under way are finished first, and later ones see what has changed.
 * To be called before anything of the organization is locked.
 *
 * An advisory lock has a queue. A lock of the token's row has none for those that share it: a token whose writes follow each
 * other without a gap would keep its own deletion out.
 */
export async function lockAuthority(tx: Transaction, organizationId: string, company: Company): Promise<void> {
  const lock = sql.raw(company === 'alone' ? 'pg_advisory_xact_lock' : 'pg_advisory_xact_lock_shared');
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
