import { and, eq, gt, isNull, ne, or, sql } from 'drizzle-orm';
import { type Database, only, queryMany, type RowOf, type Transaction } from '../client.ts';
import { organizations, sessions, type TokenRole, tokens, users } from '../schema/schema.ts';
import { iso } from '../sql/timestamps.ts';

/**
 * The role of a caller: that of the token, or that of its user if lower. A user who is no admin may be an approver at
 * most.
 */
const POWER = sql<TokenRole>`case when ${tokens.role} = 'admin' and ${users.role} <> 'admin' then 'approver' else ${tokens.role} end`;

const CALLER = {
  organization: {
    id: organizations.id,
    name: organizations.name,
    timeZone: organizations.timeZone,
    secondApprover: organizations.secondApprover,
  },
  user: {
    id: users.id,
    publicId: users.publicId,
    email: users.email,
    externalId: users.externalId,
    firstName: users.firstName,
    lastName: users.lastName,
  },
  role: POWER,
  tokenId: tokens.publicId,
};
/** The caller of a token. `user.id` is the internal key; `role` is what the token may do now. */
export type Caller = RowOf<typeof CALLER> & {
  /** The session of the page on the token, if the caller came by a session. */
  session: { id: string; expiresAt: string } | null;
};

/**
 * Finds the caller by the SHA-256 (hex) of the token; undefined if it is unknown or expired, or if its user is deleted.
 */
export async function findCaller(db: Database, hashHex: string): Promise<Caller | undefined> {
  return db.transaction(async (tx) => {
    const token = await findBySecret(tx, 'token', hashHex, (hash) =>
      tx.select({ organizationId: tokens.organizationId, key: tokens.id }).from(tokens).where(eq(tokens.hash, hash)),
    );
    return token && callerOf(tx, token.key);
  });
}

/**
 * Finds a row by the SHA-256 (hex) of its secret. The row is visible before the organization is known (policies
 * `own_token`, `own_session`, `own_link`). From then on the transaction speaks for the organization of the row.
 */
export async function findBySecret<Row extends { organizationId: string }>(
  tx: Transaction,
  kind: 'token' | 'session' | 'link',
  hashHex: string,
  find: (hash: Uint8Array) => PromiseLike<Row[]>,
): Promise<Row | undefined> {
  await tx.execute(sql`select set_config(${`app.${kind}_hash`}, ${hashHex}, true)`);
  const [row] = await find(Buffer.from(hashHex, 'hex'));
  if (row) await tx.execute(sql`select set_config('app.organization_id', ${row.organizationId}, true)`);
  return row;
}

/** Joins a token to its user, who is not deleted. */
export const HOLDER = and(eq(users.id, tokens.userId), isNull(users.deletedAt));
/** Whether a session has not expired. */
export const IS_OPEN = gt(sessions.expiresAt, sql`now()`);
/** Whether a token with its `HOLDER` is valid. */
export const UNEXPIRED = or(isNull(tokens.expiresAt), gt(tokens.expiresAt, sql`now()`));

/**
 * The caller of a token, by its internal key, with the role that it has now. Undefined if the token or its user has
 * ended. Must run in a transaction of the token's organization.
 */
export async function callerOf(tx: Transaction, tokenKey: number): Promise<Caller | undefined> {
  const [found] = await tx
    .select(CALLER)
    .from(tokens)
    .innerJoin(users, HOLDER)
    .innerJoin(organizations, eq(organizations.id, tokens.organizationId))
    .where(and(eq(tokens.id, tokenKey), UNEXPIRED));
  return found && { ...found, session: null };
}

const VIEW = {
  key: tokens.id,
  id: tokens.publicId,
  name: tokens.name,
  role: tokens.role,
  /** What the token may do now: not more than its user. */
  power: POWER,
  userEmail: users.email,
  userExternalId: users.externalId,
  /** Email or external id of the user who made it by the API; null: the operator did, or the user is purged. */
  createdBy: sql<string | null>`(select coalesce(c.email, c.external_id) from users c where c.id = tokens.created_by)`,
  expiresAt: iso(tokens.expiresAt),
  createdAt: iso(tokens.createdAt),
};
/** A token as it is listed: without its hash. `key` is the internal key, `id` the public one. */
export type TokenView = RowOf<typeof VIEW>;

const views = (tx: Transaction) => tx.select(VIEW).from(tokens).innerJoin(users, HOLDER);

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
): Promise<TokenView | undefined> {
  const made = token.madeWith !== null;
  const [stored] = await queryMany<{ key: number }>(
    tx,
    sql`with u as (select * from users where id = ${token.userId} and deleted_at is null for share),
        m as (select * from tokens where public_id = ${token.madeWith}::uuid)
        insert into tokens (organization_id, user_id, role, name, hash, expires_at, created_by, makers)
        select u.organization_id, u.id, ${token.role}, ${token.name}, decode(${token.hashHex}, 'hex'), ${token.expiresAt}::timestamptz,
          m.user_id, array(select distinct maker from unnest(m.makers || m.user_id) maker where maker is not null)
        from u left join m on true where m.id is not null or not ${made}
        returning id as key`,
  );
  return stored && only(await views(tx).where(eq(tokens.id, stored.key)));
}

/** Tokens of users who are not deleted, after a key, in the order they were made. */
export async function listTokens(tx: Transaction, after: number, limit: number): Promise<TokenView[]> {
  return views(tx).where(gt(tokens.id, after)).orderBy(tokens.id).limit(limit);
}

/** Deletes a token with its sessions; false if there is none with this id. */
export async function deleteToken(tx: Transaction, id: string): Promise<boolean> {
  const gone = await tx.delete(tokens).where(eq(tokens.publicId, id)).returning({ id: tokens.publicId });
  return gone.length === 1;
}

/** Deletes all tokens of a user with their sessions. A stage does the same for a chunk of users. */
export async function endTokensOf(tx: Transaction, userKey: number): Promise<void> {
  await tx.delete(tokens).where(eq(tokens.userId, userKey));
}

/**
 * Whether the organization has another valid token with the rights of an admin: beside this token (by public id), or
 * beside the tokens of this user (by internal key). Call it with authority locked `exclusive`. Otherwise two
 * transactions could remove the last two such tokens at once.
 */
export async function hasOtherAdminToken(
  tx: Transaction,
  beside: { token: string } | { user: number },
): Promise<boolean> {
  const isOther = 'token' in beside ? ne(tokens.publicId, beside.token) : ne(tokens.userId, beside.user);
  const others = await tx
    .select({ id: tokens.id })
    .from(tokens)
    .innerJoin(users, HOLDER)
    .where(and(UNEXPIRED, eq(POWER, 'admin'), isOther))
    .limit(1);
  return others.length > 0;
}

/** The user of a new token, not deleted: by email, or by external id if no user has that email. */
export async function userForToken(
  tx: Transaction,
  identity: string,
): Promise<Pick<typeof users.$inferSelect, 'id' | 'email' | 'externalId'> | undefined> {
  const { id, email, externalId } = users;
  const [user] = await tx
    .select({ id, email, externalId })
    .from(users)
    .where(sql`deleted_at is null and (email_key = fold(${identity}) or external_id_key = fold(${identity}))`)
    .orderBy(sql`email_key is not distinct from fold(${identity}) desc`)
    .limit(1);
  return user;
}
