import { eq, type SQL, sql } from 'drizzle-orm';
import { queryMany, type Transaction } from '../client.ts';
import { type StoredValues, users } from '../schema/schema.ts';
import { excerptSql } from '../sql/shown-length.ts';
import { iso } from '../sql/timestamps.ts';
import { RETENTION } from './retention.ts';

/** The built-in fields of a user that can be changed. */
export type UserFields = Pick<
  typeof users.$inferSelect,
  'email' | 'externalId' | 'firstName' | 'lastName' | 'language' | 'participates' | 'role'
>;
/** A user with today's memberships as stored; `key` is the internal key, `id` the public one. */
export type UserRow = UserFields & {
  key: number;
  id: string;
  createdAt: string;
  updatedAt: string;
  /** Set for 30 days. After that the user counts as gone, purged or not. */
  deletedAt: string | null;
  values: StoredValues;
  /** The day from which the values hold, except those in `sinceOf`; null if there are none. */
  since: string | null;
  sinceOf: Record<string, string>;
};
/** Exact, except for letter case and outer spaces. */
export type UserFilter = { organizationId: string; email?: string; externalId?: string; deleted: boolean };

const COLUMNS = sql`u.id as key, u.public_id as id, u.email, u.external_id as "externalId", u.first_name as "firstName",
  u.last_name as "lastName", u.language, u.participates, u.role, ${iso('u.created_at')} as "createdAt",
  ${iso('u.updated_at')} as "updatedAt", ${iso('u.deleted_at')} as "deletedAt", coalesce(m."values", '{}') as "values",
  m.since::text, coalesce(m.since_of, '{}') as "sinceOf"`;
// Looked up user by user: a join may read the memberships of all organizations.
const FROM = sql`from users u left join lateral (select * from memberships o where o.user_id = u.id offset 0) m on true`;
/** A deleted user can be restored until then. After that no request shows the user, whenever the reconciler purges. */
const RESTORABLE = sql`u.deleted_at > now() - ${RETENTION}`;

/** Users in key order, after one key. */
export async function listUsers(tx: Transaction, filter: UserFilter, after: number, limit: number): Promise<UserRow[]> {
  // The organization id repeats the policy's condition: only so does the planner know which index finds few rows.
  const where = [
    sql`u.organization_id = ${filter.organizationId}`,
    filter.deleted ? RESTORABLE : sql`u.deleted_at is null`,
    sql`u.id > ${after}`,
  ];
  if (filter.email !== undefined) where.push(sql`u.email_key = fold(${filter.email})`);
  if (filter.externalId !== undefined) where.push(sql`u.external_id_key = fold(${filter.externalId})`);
  return queryMany<UserRow>(
    tx,
    sql`select ${COLUMNS} ${FROM} where ${sql.join(where, sql` and `)} order by u.id limit ${limit}`,
  );
}

/** A user by public id, also a deleted user who can be restored. */
export async function findUser(tx: Transaction, id: string): Promise<UserRow | undefined> {
  return first(tx, sql`u.public_id = ${id} and (u.deleted_at is null or ${RESTORABLE})`);
}

/**
 * Locks users until the transaction ends, in the order that every writer uses. Returns the first user as it is now,
 * which may be deleted meanwhile.
 */
export async function lockUsers(tx: Transaction, key: number, others: number[] = []): Promise<UserRow | undefined> {
  const keys = sql.param([key, ...others]);
  await tx.execute(sql`select 1 from users where id = any(${keys}::bigint[]) order by id for update`);
  await tx.execute(sql`select 1 from memberships where user_id = ${key} for update`);
  return first(tx, sql`u.id = ${key}`);
}

/** The active user that a text names: by external id, then by email, as in a cell of a file. */
export async function findActiveUser(tx: Transaction, identity: string): Promise<number | undefined> {
  const [found] = await queryMany<{ key: number }>(
    tx,
    sql`select id as key from (
          select id, 1 as rank from users where external_id_key = fold(${identity}) and deleted_at is null
          union all select id, 2 from users where email_key = fold(${identity}) and deleted_at is null) f
        order by rank limit 1`,
  );
  return found?.key;
}

/** The names and public ids of users, by internal key. Purged users are not in it. */
export async function usersByKey(
  tx: Transaction,
  keys: number[],
): Promise<Map<number, { id: string; person: string; isDeleted: boolean }>> {
  const rows = await queryMany<{ key: number; id: string; person: string; isDeleted: boolean }>(
    tx,
    sql`select id as key, public_id as id, ${excerptSql('coalesce(email, external_id)')} as person, deleted_at is not null as "isDeleted"
        from users where id = any(${sql.param(keys)}::bigint[])`,
  );
  return new Map(rows.map(({ key, ...person }) => [key, person]));
}

/**
 * Writes fields of a user. Without fields, the user's version still changes, so that an earlier plan sees the change.
 * This is needed if only memberships change.
 *
 * @throws a unique violation if another user has the email or external id
 */
export async function updateUser(tx: Transaction, key: number, fields: Partial<UserFields>): Promise<void> {
  if (Object.keys(fields).length === 0) await tx.execute(sql`update users set version = version where id = ${key}`);
  else await tx.update(users).set(fields).where(eq(users.id, key));
}

/**
 * Makes changes of hierarchies wait for each other, in this organization, until the transaction ends: two that are
 * harmless alone do harm together. Tells an open mass edit to search for cycles again before it writes. To be called
 * before anything but the authority is locked.
 */
export async function serialize(tx: Transaction, organizationId: string): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${`hierarchies of ${organizationId}`}, 0))`);
  await tx.execute(
    sql`update organizations set hierarchies_revision = hierarchies_revision + 1 where id = ${organizationId}`,
  );
}

/** @throws a unique violation if another user has the email or external id by now */
export async function restoreUser(tx: Transaction, key: number): Promise<void> {
  await tx.update(users).set({ deletedAt: null }).where(eq(users.id, key));
}

async function first(tx: Transaction, where: SQL): Promise<UserRow | undefined> {
  const [found] = await queryMany<UserRow>(tx, sql`select ${COLUMNS} ${FROM} where ${where}`);
  return found;
}
