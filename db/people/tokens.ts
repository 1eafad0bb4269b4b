import { sql } from 'drizzle-orm';
import { type Database, queryMany, type Transaction } from '../client.ts';
import type { TokenRole } from '../schema/schema.ts';
import { iso } from '../sql/timestamps.ts';

/** The caller of a token. `user.id` is the internal key; `role` is what the token may do now. */
export type Caller = {
  organization: { id: string; name: string; timeZone: string; secondApprover: boolean };
  user: {
    id: number;
    publicId: string;
    email: string | null;
    externalId: string | null;
    firstName: string;
    lastName: string | null;
  };
  role: TokenRole;
  tokenId: string;
  /** The session of the page on the token, if the caller came by a session. */
  session: { id: string; expiresAt: string } | null;
};

/**
 * Finds the caller by the SHA-256 (hex) of the token; undefined if it is unknown or expired, or if its user is deleted.
 */
export async function findCaller(db: Database, hashHex: string): Promise<Caller | undefined> {
  return db.transaction(async (tx) => {
    // The row with this hash is visible before the organization is known (policy own_token); the rest follows from it.
    await tx.execute(sql`select set_config('app.token_hash', ${hashHex}, true)`);
    const [token] = await queryMany<{ organizationId: string; key: number }>(
      tx,
      sql`select organization_id as "organizationId", id as key from tokens where hash = decode(${hashHex}, 'hex')`,
    );
    if (!token) return undefined;
    await tx.execute(sql`select set_config('app.organization_id', ${token.organizationId}, true)`);
    return callerOf(tx, token.key);
  });
}

/** Valid tokens `t` with their users `u`: the token has not expired, and the user is not deleted. */
export const VALID_TOKENS = sql.raw(`tokens t join users u on u.id = t.user_id and u.deleted_at is null
  and (t.expires_at is null or t.expires_at > now())`);

/** What a token may do: its own role, or less if its user may less. A user who is no admin may be an approver at most. */
const POWER = sql.raw(`case when t.role = 'admin' and u.role <> 'admin' then 'approver' else t.role end`);

/**
 * The caller of a token, by its internal key, with the role that it has now. Undefined if the token or its user has
 * ended. Must run in a transaction of the token's organization.
 */
export async function callerOf(tx: Transaction, tokenKey: number): Promise<Caller | undefined> {
  const [found] = await queryMany<Omit<Caller, 'session'>>(
    tx,
    sql`select json_build_object('id', o.id, 'name', o.name, 'timeZone', o.time_zone, 'secondApprover', o.second_approver) as organization,
          json_build_object('id', u.id, 'publicId', u.public_id, 'email', u.email, 'externalId', u.external_id,
            'firstName', u.first_name, 'lastName', u.last_name) as "user",
          ${POWER} as role, t.public_id as "tokenId"
        from ${VALID_TOKENS} join organizations o on o.id = t.organization_id
        where t.id = ${tokenKey}`,
  );
  return found && { ...found, session: null };
}

/** A token as it is listed: without its hash. `key` is the internal key, `id` the public one. */
export type TokenView = {
  key: number;
  id: string;
  name: string;
  role: TokenRole;
  /** What the token may do now: not more than its user. */
  power: TokenRole;
  userEmail: string | null;
  userExternalId: string | null;
  /** Email or external id of the user who made it by the API; null: the operator did, or the user is purged. */
  createdBy: string | null;
  expiresAt: string | null;
  createdAt: string;
};

/**
 * Stores a token by its hash alone; the token cannot be read again. Undefined, and nothing is written, if its user is
 * deleted or the token that it is made with does not exist any more. A deletion of the user waits, and ends this token
 * too.
 *
 * @param token `madeWith` is the public id of the caller's token; null: the operator makes it
 */
export async function createToken(
  tx: Transaction,
  token: {
    userId: number;
    role: TokenRole;
    name: string;
    hashHex: string;
    expiresAt: string | null;
    madeWith: string | null;
  },
): Promise<Omit<TokenView, 'key'> | undefined> {
  const made = token.madeWith !== null;
  const [stored] = await queryMany<Omit<TokenView, 'key'>>(
    tx,
    sql`with u as (select * from users where id = ${token.userId} and deleted_at is null for share),
        m as (select * from tokens where public_id = ${token.madeWith}::uuid),
        t as (
          insert into tokens (organization_id, user_id, role, name, hash, expires_at, created_by, makers)
          select u.organization_id, u.id, ${token.role}, ${token.name}, decode(${token.hashHex}, 'hex'), ${token.expiresAt}::timestamptz,
            m.user_id, array(select distinct maker from unnest(m.makers || m.user_id) maker where maker is not null)
          from u left join m on true where m.id is not null or not ${made}
          returning *)
        select ${VIEW} from t join u on true`,
  );
  return stored;
}

/** The listed columns of a token `t` with its user `u`. */
const VIEW = sql`t.public_id as id, t.name, t.role, ${POWER} as power, u.email as "userEmail",
  u.external_id as "userExternalId", (select coalesce(c.email, c.external_id) from users c where c.id = t.created_by) as "createdBy",
  ${iso('t.expires_at')} as "expiresAt", ${iso('t.created_at')} as "createdAt"`;

/** Tokens of users who are not deleted, after a key, in the order they were made. */
export async function listTokens(tx: Transaction, after: number, limit: number): Promise<TokenView[]> {
  return queryMany<TokenView>(
    tx,
    sql`select t.id as key, ${VIEW} from tokens t join users u on u.id = t.user_id and u.deleted_at is null
        where t.id > ${after} order by t.id limit ${limit}`,
  );
}

/** Deletes a token with its sessions; false if there is none with this id. */
export async function deleteToken(tx: Transaction, id: string): Promise<boolean> {
  const gone = await queryMany(tx, sql`delete from tokens where public_id = ${id} returning 1 as one`);
  return gone.length === 1;
}

/** Deletes all tokens of a user with their sessions. A stage does the same for a chunk of users. */
export async function endTokensOf(tx: Transaction, userKey: number): Promise<void> {
  await tx.execute(sql`delete from tokens where user_id = ${userKey}`);
}

/**
 * Whether the organization has a valid token that may do what an admin may, beside this one (by public id) or those of this user
 * (by internal key). To be asked `alone`, so that two cannot go at once.
 */
export async function hasOtherAdminToken(
  tx: Transaction,
  beside: { token: string } | { user: number },
): Promise<boolean> {
  const isOther = 'token' in beside ? sql`t.public_id <> ${beside.token}::uuid` : sql`t.user_id <> ${beside.user}`;
  const others = await queryMany(
    tx,
    sql`select 1 as one from ${VALID_TOKENS} where ${POWER} = 'admin' and ${isOther} limit 1`,
  );
  return others.length > 0;
}

/** The user of a new token, not deleted: by email, or by external id if no user has that email. */
export async function userForToken(
  tx: Transaction,
  identity: string,
): Promise<{ id: number; email: string | null; externalId: string | null } | undefined> {
  const [user] = await queryMany<{ id: number; email: string | null; externalId: string | null }>(
    tx,
    sql`select id, email, external_id as "externalId" from users where deleted_at is null
          and (email_key = fold(${identity}) or external_id_key = fold(${identity}))
        order by email_key is not distinct from fold(${identity}) desc limit 1`,
  );
  return user;
}
