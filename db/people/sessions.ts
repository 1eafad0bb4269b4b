import { and, eq, lte, sql } from 'drizzle-orm';
import { type Database, queryMany, type Transaction } from '../client.ts';
import { sessions, tokens, users } from '../schema/schema.ts';
import { iso } from '../sql/timestamps.ts';
import { lockAuthority, withLockedCaller } from './authority.ts';
import { type Caller, callerOf, findBySecret, HOLDER, IS_OPEN, UNEXPIRED } from './tokens.ts';

/** A working day with its breaks; over by the next morning. */
export const SESSION_SECONDS = 12 * 60 * 60;

/**
 * Opens a session on the caller's token. The SHA-256 (hex) of its cookie identifies it. It ends with the token, if that
 * is sooner. The same statement uses up a sign-in link: of two sign-ins at once, one finds the link. Null, and nothing
 * is written, if the token, its user or the link does not exist any more.
 *
 * @param linkHashHex the SHA-256 (hex) of the link that the caller came by; null if the caller sent the token
 */
export async function createSession(
  db: Database,
  caller: Caller,
  { hashHex, linkHashHex }: { hashHex: string; linkHashHex: string | null },
): Promise<Caller['session']> {
  return withLockedCaller(db, caller, async (tx, now) => {
    if (!now) return null;
    const [session] = await queryMany<NonNullable<Caller['session']>>(
      tx,
      sql`with used as (
            delete from sign_in_links where hash = decode(${linkHashHex}, 'hex') and expires_at > now() returning token_id)
          insert into sessions (organization_id, token_id, hash, expires_at)
          select organization_id, id, decode(${hashHex}, 'hex'),
            least(now() + make_interval(secs => ${SESSION_SECONDS}), expires_at)
          from tokens where public_id = ${now.tokenId}
            and (${linkHashHex}::text is null or id in (select token_id from used))
          returning public_id as id, ${iso('expires_at')} as "expiresAt"`,
    );
    return session ?? null;
  });
}

/** Finds the caller by the SHA-256 (hex) of a cookie; undefined if the session, its token or its user has ended. */
export async function findSessionCaller(db: Database, hashHex: string): Promise<Caller | undefined> {
  return db.transaction(async (tx) => {
    const session = await ownSession(tx, hashHex);
    if (!session) return undefined;
    const { id, expiresAt, tokenKey } = session;
    const caller = await callerOf(tx, tokenKey);
    return caller && { ...caller, session: { id, expiresAt } };
  });
}

/**
 * Ends a session by the SHA-256 (hex) of its cookie, after the decisions that the session is making now. A second run,
 * or an unknown session, changes nothing.
 */
export async function endSession(db: Database, hashHex: string): Promise<void> {
  await db.transaction(async (tx) => {
    const session = await ownSession(tx, hashHex);
    if (!session) return;
    await lockAuthority(tx, session.organizationId, 'exclusive');
    await tx.delete(sessions).where(eq(sessions.publicId, session.id));
  });
}

/** Deletes the expired sessions of the organization. */
export async function deleteExpiredSessions(tx: Transaction): Promise<void> {
  await tx.delete(sessions).where(lte(sessions.expiresAt, sql`now()`));
}

/**
 * The sign-ins, among these public ids of sessions and tokens, that are valid: not ended, not expired, of an active
 * user.
 */
export async function validSignIns(tx: Transaction, ids: string[]): Promise<Set<string>> {
  const rows = await queryMany<{ id: string }>(
    tx,
    sql`with valid as (select ${tokens.id}, ${tokens.publicId} from ${tokens} join ${users} on ${HOLDER} where ${UNEXPIRED})
        select public_id as id from valid where public_id = any(${sql.param(ids)}::uuid[])
        union all
        select s.public_id from sessions s join valid on valid.id = s.token_id
          where s.public_id = any(${sql.param(ids)}::uuid[]) and s.expires_at > now()`,
  );
  return new Set(rows.map(({ id }) => id));
}

/**
 * The session of a cookie, if it has not expired. From then on the transaction speaks for the session's organization.
 */
const ownSession = (tx: Transaction, hashHex: string) =>
  findBySecret(tx, 'session', hashHex, (hash) =>
    tx
      .select(OWN_SESSION)
      .from(sessions)
      .where(and(eq(sessions.hash, hash), IS_OPEN)),
  );

const OWN_SESSION = {
  organizationId: sessions.organizationId,
  tokenKey: sessions.tokenId,
  id: sessions.publicId,
  expiresAt: iso(sessions.expiresAt),
};
