import { sql } from 'drizzle-orm';
import type { StoredValue } from '../../rules/rows/compare-row.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';

/** Attribute id → the new value; null: none. Only attributes that change. */
export type MembershipChange = Record<string, StoredValue | null>;

/**
 * Changes the memberships of one user from a day on. The old membership is closed in history on that day; a membership
 * that began on the same day leaves no history. The new membership holds from that day. The user must be locked.
 *
 * @param today `YYYY-MM-DD` in the organization's time zone
 */
export async function changeMembershipOf(
  tx: Transaction,
  user: { organizationId: string; key: number },
  change: MembershipChange,
  today: string,
): Promise<void> {
  const changed = sql`jsonb_each(${JSON.stringify(change)}::jsonb) as c(attribute, value)`;
  await tx.execute(sql`
    insert into membership_periods (organization_id, user_id, attribute_id, period, value)
    select ${user.organizationId}, ${user.key}, h.attribute::bigint, daterange(h.since, ${today}::date), h.value
    from (select c.attribute, m."values" -> c.attribute as value, coalesce((m.since_of ->> c.attribute)::date, m.since) as since
      from memberships m cross join ${changed} where m.user_id = ${user.key} and m."values" ? c.attribute) h
    where h.since < ${today}::date`);
  await tx.execute(sql`
    insert into memberships (user_id, organization_id, "values", since)
    select ${user.key}, ${user.organizationId}, '{}', ${today}::date on conflict do nothing`);
  await tx.execute(sql`
    update memberships m set "values" = jsonb_strip_nulls(m."values" || d."values"),
      since_of = (m.since_of || d.days) - d.cleared
    from (select jsonb_object_agg(attribute, value) as "values", jsonb_object_agg(attribute, ${today}::text) as days,
        coalesce(array_agg(attribute) filter (where value = 'null'), '{}') as cleared from ${changed}) d
    where m.user_id = ${user.key}`);
}

/**
 * Whether `user` is above `below` in a hierarchy, or is the same user: then a reference from `user` to `below` would
 * close a cycle. Follows the chain once; an existing cycle cannot make it endless.
 */
export async function isAbove(tx: Transaction, attribute: number, user: number, below: number): Promise<boolean> {
  const key = String(attribute);
  const { found } = await queryOne<{ found: boolean }>(
    tx,
    sql`with recursive chain as (
          select ${below}::bigint as id
          union
          select (m."values" ->> ${key})::bigint from chain c join memberships m on m.user_id = c.id
            join users u on u.id = c.id and u.deleted_at is null
          where m."values" ? ${key}
        ) select exists (select from chain where id = ${user}) as found`,
  );
  return found;
}

/** One membership: attribute by internal key, value as stored, days `YYYY-MM-DD`. */
export type MembershipRow = { attribute: number; value: StoredValue; from: string; to: string | null };

/** Where a page of memberships ended. */
export type MembershipPosition = Pick<MembershipRow, 'from' | 'attribute'>;

/**
 * Past and current memberships of a user after a position, by the day they began. `to` is the first day on which the
 * membership did not hold any more; null for a current one.
 */
export async function membershipsAfter(
  tx: Transaction,
  key: number,
  after: MembershipPosition,
  limit: number,
): Promise<MembershipRow[]> {
  return queryMany<MembershipRow>(
    tx,
    sql`select * from (
          select attribute_id as attribute, value, lower(period)::text as "from", upper(period)::text as "to"
          from membership_periods where user_id = ${key}
          union all
          select c.key::bigint, c.value, coalesce(m.since_of ->> c.key, m.since::text), null
          from memberships m cross join lateral jsonb_each(m."values") c where m.user_id = ${key}) h
        where ("from", attribute) > (${after.from}, ${after.attribute}::bigint)
        order by "from", attribute limit ${limit}`,
  );
}
