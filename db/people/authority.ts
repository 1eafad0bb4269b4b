import { sql } from 'drizzle-orm';
import { type Database, inOrganization, queryMany, type Transaction } from '../client.ts';
import { sqlStateOf } from '../sql/sql-errors.ts';
import { type Caller, callerOf } from './tokens.ts';

/**
 * Runs `work` in one transaction of the caller's organization, which first looks at the caller again. Until the transaction
 * ends, what takes the authority away waits (`lockTokens`), so `work` acts for a caller who may act. If two
 * transactions wait for each other, PostgreSQL ends one of them, and that one runs once more: `work` has to allow that.
 *
 * @param caller as found when the request came
 * @param work gets the caller as they are now; undefined: the token, its user or the session is not there any more
 */
export async function withLockedCaller<T>(
  db: Database,
  caller: Caller,
  work: (tx: Transaction, now: Caller | undefined) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await inOrganization(db, caller.organization.id, async (tx) => work(tx, await lockCaller(tx, caller)));
    } catch (error) {
      if (tries === TRIES || sqlStateOf(error) !== DEADLOCK_DETECTED) throw error;
    }
  }
}

/**
 * Locks the tokens of a user, or one token, as everything has to do that takes authority away: decisions that are made
 * by the token now are finished first, and later ones see what has changed. Tokens are locked before users.
 */
export async function lockTokens(tx: Transaction, of: { user: number } | { token: number }): Promise<void> {
  const which = 'user' in of ? sql`user_id = ${of.user}` : sql`id = ${of.token}`;
  await tx.execute(sql`select from tokens where ${which} order by id for no key update`);
}

/** Two that delete each other's token wait for each other; after the second try one of the two is gone. */
const TRIES = 4;
const DEADLOCK_DETECTED = '40P01';

/** Several statements: what the first one waited for is seen by a later one only. */
async function lockCaller(tx: Transaction, caller: Caller): Promise<Caller | undefined> {
  const { tokenId, session } = caller;
  const [token] = await queryMany<{ key: number }>(
    tx,
    sql`select id as key from tokens where public_id = ${tokenId} for share`,
  );
  if (!token) return undefined;
  const over =
    session &&
    (await queryMany(
      tx,
      sql`select 1 as one where not exists (
            select from sessions where public_id = ${session.id} and expires_at > now())`,
    ));
  if (over?.length) return undefined;
  const now = await callerOf(tx, token.key);
  return now && { ...now, session };
}
