import { type SQL, sql } from 'drizzle-orm';

/**
 * A user's memberships on a day, as a query of one row with the column `under`: attribute id → stored value. The
 * current membership counts if it holds since that day or longer. Otherwise the closed one that includes the day
 * counts, if any.
 *
 * @param user the internal key of the user, an SQL expression
 * @param day a date, an SQL expression
 */
export function valuesOn(user: SQL, day: SQL): SQL {
  return sql`select coalesce(jsonb_object_agg(held.attribute, held.value), '{}') as under from (
    select c.key as attribute, c.value from memberships m cross join lateral jsonb_each(m."values") c
      where m.user_id = ${user} and coalesce((m.since_of ->> c.key)::date, m.since) <= ${day}
    union all
    select p.attribute_id::text, p.value from membership_periods p where p.user_id = ${user} and p.period @> ${day}
  ) held`;
}
