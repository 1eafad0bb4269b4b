import { sql } from 'drizzle-orm';
import { type Database, rowOf, rowsOf, type Transaction } from './client.ts';
import type { TokenRole } from './schema.ts';
import { iso } from './times.ts';

/** Who calls, as a token says. `user.id` is the internal key. */
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
  /** Where the caller came by a session of the page, which stands on the token. */
  session: { id: string; expiresAt: string } | null;
};

/** Finds the caller by the SHA-256 (hex) of the token; undefined for one that is unknown, expired, or whose user is gone. */
export async function findCaller(db: Database, hashHex: string): Promise<Caller | undefined> {
  return db.transaction(async (tx) => {
    // The row with this hash is visible before the organization is known (policy own_token); the rest follows from it.
    await tx.execute(sql`select set_config('app.token_hash', ${hashHex}, true)`);
    const [token] = await rowsOf<{ organizationId: string; key: number }>(
      tx,
      sql`select organization_id as "organizationId", id as key from tokens where hash = decode(${hashHex}, 'hex')`,
    );
    if (!token) return undefined;
    await tx.execute(sql`select set_config('app.organization_id', ${token.organizationId}, true)`);
    return callerOf(tx, token.key);
  });
}

/**
 * Whom a token, by its internal key, speaks for; undefined where it or its user is over. To be asked in the transaction of
 * its organization.
 */
export async function callerOf(tx: Transaction, tokenKey: number): Promise<Caller | undefined> {
  const [found] = await rowsOf<Omit<Caller, 'session'>>(
    tx,
    sql`select json_build_object('id', o.id, 'name', o.name, 'timeZone', o.time_zone, 'secondApprover', o.second_approver) as organization,
          json_build_object('id', u.id, 'publicId', u.public_id, 'email', u.email, 'externalId', u.external_id,
            'firstName', u.first_name, 'lastName', u.last_name) as "user",
          t.role, t.public_id as "tokenId"
        from tokens t join organizations o on o.id = t.organization_id
          join users u on u.id = t.user_id and u.deleted_at is null
        where t.id = ${tokenKey} and (t.expires_at is null or t.expires_at > now())`,
  );
  return found && { ...found, session: null };
}

/** A token as it is listed: without its hash. `key` is the internal one, `id` the one that leaves the service. */
export type TokenView = {
  key: number;
  id: string;
  name: string;
  role: TokenRole;
  userEmail: string | null;
  userExternalId: string | null;
  expiresAt: string | null;
  createdAt: string;
};

/** Stores a token by its hash alone; it cannot be read again. */
export async function createToken(
  tx: Transaction,
  token: {
    organizationId: string;
    userId: number;
    role: TokenRole;
    name: string;
    hashHex: string;
    expiresAt: string | null;
  },
): Promise<{ id: string; expiresAt: string | null; createdAt: string }> {
  return rowOf(
    tx,
    sql`insert into tokens (organization_id, user_id, role, name, hash, expires_at)
        values (${token.organizationId}, ${token.userId}, ${token.role}, ${token.name}, decode(${token.hashHex}, 'hex'),
          ${token.expiresAt}::timestamptz)
        returning public_id as id, ${iso('expires_at')} as "expiresAt", ${iso('created_at')} as "createdAt"`,
  );
}

/** Tokens of people who live, after a key, in the order they were made. */
export async function listTokens(tx: Transaction, after: number, limit: number): Promise<TokenView[]> {
  return rowsOf<TokenView>(
    tx,
    sql`select t.id as key, t.public_id as id, t.name, t.role, u.email as "userEmail", u.external_id as "userExternalId",
          ${iso('t.expires_at')} as "expiresAt", ${iso('t.created_at')} as "createdAt"
        from tokens t join users u on u.id = t.user_id and u.deleted_at is null
        where t.id > ${after} order by t.id limit ${limit}`,
  );
}

/** Takes a token away; false where there is none of this id. */
export async function deleteToken(tx: Transaction, id: string): Promise<boolean> {
  const gone = await rowsOf(tx, sql`delete from tokens where public_id = ${id} returning 1 as one`);
  return gone.length === 1;
}

/** The living user whom a token is to be of, by email, or by external id where nobody has that email. */
export async function userForToken(
  tx: Transaction,
  identity: string,
): Promise<{ id: number; email: string | null; externalId: string | null } | undefined> {
  const [user] = await rowsOf<{ id: number; email: string | null; externalId: string | null }>(
    tx,
    sql`select id, email, external_id as "externalId" from users where deleted_at is null
          and (email_key = fold(${identity}) or external_id_key = fold(${identity}))
        order by email_key is not distinct from fold(${identity}) desc limit 1`,
  );
  return user;
}
