import { type SQL, sql } from 'drizzle-orm';
import type { ExistingUser } from '../../rules/rows/compare-row.ts';
import type { IdentityKind } from '../../rules/values/respellings.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { RETENTION } from '../people/retention.ts';
import { plainArray, textArray } from '../sql/array-literals.ts';
import { byKey } from '../sql/lookup-by-key.ts';

/**
 * Finds users for the rows of a file, thousands at a time. Each user is looked up by key, row by row (`lateral … offset
 * 0`). With a join, or with `= any(…)`, the planner may read all users of the organization for each chunk.
 */

const KEY_COLUMNS: Record<IdentityKind, SQL> = { email: sql`email_key`, externalId: sql`external_id_key` };

/**
 * The keys that trimmed identities are compared by, in the order given; null stays null. For ASCII, which is nearly all,
 * `fold` of the database is lower case. For other texts the database computes the key.
 */
export async function normalizeIdentities(
  tx: Transaction,
  texts: readonly (string | null)[],
): Promise<(string | null)[]> {
  const others: number[] = [];
  const keys = texts.map((text, at) => {
    if (text === null) return null;
    if (NOT_ASCII.test(text)) others.push(at);
    return text.toLowerCase();
  });
  if (others.length === 0) return keys;
  const { folded } = await queryOne<{ folded: (string | null)[] }>(
    tx,
    sql`select json_agg(fold(t) order by o) as folded
        from unnest(${textArray(others.map((at) => texts[at] ?? ''))}::text[]) with ordinality as t(t, o)`,
  );
  for (const [place, at] of others.entries()) keys[at] = folded[place] ?? null;
  return keys;
}

const NOT_ASCII = /[^\0-\x7f]/;

/** Users by comparison key. `get(null)` finds none. */
export type FoundUsers<User = { id: number }> = ReadonlyMap<string | null, User>;
type ActiveUser = { key: string; id: number; namesVersion: number };

/** Active users who have one of the keys. `namesVersion` changes whenever the email or external id may have changed. */
export async function findActiveUsers(
  tx: Transaction,
  organizationId: string,
  kind: IdentityKind,
  keys: Iterable<string | null>,
): Promise<FoundUsers<ActiveUser>> {
  return findUsers(
    tx,
    keys,
    (asked) => sql`select k.key, u.id, u.names_version as "namesVersion" from unnest(${asked}::text[]) as k(key)
        cross join lateral (select id, names_version from users where organization_id = ${organizationId}
          and deleted_at is null and ${byKey(KEY_COLUMNS[kind], sql`k.key`)}) u`,
  );
}

/** Deleted users who had one of the keys and can be restored. Of several, the user deleted last. */
export async function findDeletedUsers(
  tx: Transaction,
  organizationId: string,
  kind: IdentityKind,
  keys: Iterable<string | null>,
): Promise<FoundUsers> {
  return findUsers(
    tx,
    keys,
    (asked) => sql`select k.key, u.id from unnest(${asked}::text[]) as k(key)
        cross join lateral (select id from users where organization_id = ${organizationId}
          and deleted_at > now() - ${RETENTION} and ${byKey(KEY_COLUMNS[kind], sql`k.key`, sql`, deleted_at desc`)}) u`,
  );
}

async function findUsers<User extends { key: string; id: number }>(
  tx: Transaction,
  keys: Iterable<string | null>,
  statement: (asked: string) => SQL,
): Promise<FoundUsers<User>> {
  const asked = new Set(keys);
  asked.delete(null);
  if (asked.size === 0) return new Map();
  const found = await queryMany<User>(tx, statement(textArray([...asked] as string[])));
  return new Map(found.map((user) => [user.key, user]));
}

/**
 * Whether any user of the organization can be restored. Mostly there is none, and the search for deleted users is left
 * out. Each kind of key has a small index of deleted users, which PostgreSQL uses only for the same condition.
 */
export async function hasRestorableUsers(tx: Transaction, organizationId: string): Promise<boolean> {
  const { any } = await queryOne<{ any: boolean }>(
    tx,
    sql`select ${restorableWith(organizationId, KEY_COLUMNS.email)} or ${restorableWith(organizationId, KEY_COLUMNS.externalId)} as any`,
  );
  return any;
}

const restorableWith = (organizationId: string, key: SQL): SQL => sql`exists (select from users
  where organization_id = ${organizationId} and deleted_at is not null and ${key} is not null and deleted_at > now() - ${RETENTION})`;

/** Users by id, with their memberships. */
export const usersById = (tx: Transaction, ids: Iterable<number>): Promise<ReadonlyMap<number, ExistingUser>> =>
  findById(
    tx,
    ids,
    (asked) => sql`select u.id, u.public_id as "publicId", u.version, u.deleted_at is not null as "isDeleted",
          case when u.deleted_at is not null then (u.deleted_at at time zone (select time_zone from organizations
            where id = current_organization()))::date::text end as "deletedOn", u.email, u.external_id as "externalId",
          u.email_key as "emailKey", u.external_id_key as "externalIdKey", u.first_name as "firstName",
          u.last_name as "lastName", u.language, u.participates, coalesce(m."values", '{}') as "values", m.since::text,
          coalesce(m.since_of, '{}') as "sinceOf", m.version as "membershipVersion"
        from unnest(${asked}::bigint[]) as i(id)
        cross join lateral (select * from users o where o.id = i.id offset 0) u
        left join lateral (select * from memberships o where o.user_id = i.id offset 0) m on true`,
  );

/** The names of a user who is referenced. */
export type ReferencedUserRow = {
  id: number;
  emailKey: string | null;
  externalIdKey: string | null;
  namesVersion: number;
  isActive: boolean;
};

/** The names of users, by id. */
export const referencedUsersById = (
  tx: Transaction,
  ids: Iterable<number>,
): Promise<ReadonlyMap<number, ReferencedUserRow>> =>
  findById(
    tx,
    ids,
    (asked) => sql`select u.* from unnest(${asked}::bigint[]) as i(id)
        cross join lateral (select id, email_key as "emailKey", external_id_key as "externalIdKey",
          names_version as "namesVersion", deleted_at is null as "isActive" from users o where o.id = i.id offset 0) u`,
  );

async function findById<User extends { id: number }>(
  tx: Transaction,
  ids: Iterable<number>,
  statement: (asked: string) => SQL,
): Promise<ReadonlyMap<number, User>> {
  const asked = [...new Set(ids)];
  if (asked.length === 0) return new Map();
  const found = await queryMany<User>(tx, statement(plainArray(asked)));
  return new Map(found.map((user) => [user.id, user]));
}

/** A backdate of a row: attribute id or `participates`, and the day. */
export type DatedChange = { userId: number; key: string; day: string };

/**
 * The backdates that change something even if the row changes no value. Such a backdate moves answers in reports to
 * surveys sent from that day on (`participates`), or a membership that ended after that day.
 */
export async function effectiveBackdates(
  tx: Transaction,
  organizationId: string,
  dated: readonly DatedChange[],
): Promise<Pick<DatedChange, 'userId' | 'key'>[]> {
  if (dated.length === 0) return [];
  return queryMany(
    tx,
    sql`select d.user_id as "userId", d.key from unnest(${plainArray(dated.map(({ userId }) => userId))}::bigint[],
          ${textArray(dated.map(({ key }) => key))}::text[], ${plainArray(dated.map(({ day }) => day))}::date[])
          as d(user_id, key, day)
        where case when d.key = 'participates' then exists (select from answers a
            where a.organization_id = ${organizationId} and a.user_id = d.user_id and a.removed_at is null
              and (select s.sent_on from surveys s where s.id = a.survey_id) >= d.day)
          else exists (select from membership_periods h where h.organization_id = ${organizationId}
            and h.user_id = d.user_id and h.attribute_id = case when d.key <> 'participates' then d.key::bigint end
            and upper(h.period) > d.day) end`,
  );
}
