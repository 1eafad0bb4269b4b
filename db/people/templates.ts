import { type SQL, sql } from 'drizzle-orm';
import { type Database, inOrganization, queryMany, type Transaction } from '../client.ts';
import { attributes, type users } from '../schema/schema.ts';

/** The users of a template: all active users, or the missing users of one mass edit. */
export type TemplateScope = { massEditId: number } | 'allActive';
/** A user with the content of each cell, by attribute id: names of segments, users by email or external id. */
export type TemplateUser = Pick<
  typeof users.$inferSelect,
  'id' | 'email' | 'externalId' | 'firstName' | 'lastName' | 'language' | 'participates'
> & { values: Record<string, string> };
export type TemplateAttribute = Pick<typeof attributes.$inferSelect, 'id' | 'name' | 'type'>;

/**
 * Users read at a time: some hundred kilobytes, so that no transaction lasts as long as a slow download. With many
 * attributes, fewer users are read, so that a page has 40,000 values (8 MB if each has 200 characters).
 */
const PAGE_USERS = 2_000;
const PAGE_VALUES = 40_000;
const pageUsersOf = (columns: readonly unknown[]): number =>
  Math.min(PAGE_USERS, Math.ceil(PAGE_VALUES / (columns.length + 1)));

/** The organization's attributes in the order of the template's columns, which is the order of creation. */
export async function templateAttributes(tx: Transaction): Promise<TemplateAttribute[]> {
  const { id, name, type } = attributes;
  return tx.select({ id, name, type }).from(attributes).orderBy(id);
}

/**
 * Users with current data, page by page, each page in a short transaction of its own. A user who is created during the
 * download comes at the end or is left out.
 */
export async function* templateUsers(
  db: Database,
  organizationId: string,
  whose: TemplateScope,
  columns: readonly TemplateAttribute[],
  pageUsers = pageUsersOf(columns),
): AsyncGenerator<TemplateUser[]> {
  let after = 0;
  for (;;) {
    const page = await inOrganization(db, organizationId, (tx) =>
      usersAfter(tx, { organizationId, whose, after, limit: pageUsers }),
    );
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (page.length < pageUsers || !last) return;
    after = last.id;
  }
}

type Page = { organizationId: string; whose: TemplateScope; after: number; limit: number };

/**
 * Segments and users behind the values are looked up value by value, as scalar subqueries. A join under row-level
 * security read all segments and all users for each user: a template of 20,000 users took three minutes instead of two
 * seconds.
 */
async function usersAfter(tx: Transaction, { organizationId, whose, after, limit }: Page): Promise<TemplateUser[]> {
  const page =
    whose === 'allActive'
      ? activeUsers(organizationId, after, limit)
      : missingUsers(organizationId, whose.massEditId, after, limit);
  return queryMany<TemplateUser>(
    tx,
    sql`with page as materialized (${page})
      select u.id, u.email, u.external_id as "externalId", u.first_name as "firstName", u.last_name as "lastName",
        u.language, u.participates, coalesce(v."values", '{}') as "values"
      from page u left join lateral (
        select json_object_agg(c.key, case c.type
            when 'choices' then (select s.name from segments s where s.id = c.points_at)
            when 'users' then (select ${PERSON} from users p where p.id = c.points_at)
            else c.text end) as "values"
        from (
          select e.key, e.value #>> '{}' as text, a.type,
            case when a.type in ('choices', 'users') then (e.value #>> '{}')::bigint end as points_at
          from memberships m cross join lateral jsonb_each(m."values") e join attributes a on a.id = e.key::bigint
          where m.user_id = u.id offset 0
        ) c
      ) v on true
      order by u.id`,
  );
}

// The organization id repeats the policy's condition, because the planner does not see the policy's. Without it, the
// planner walks through all users of the organizations that came before.
const activeUsers = (organizationId: string, after: number, limit: number): SQL => sql`
  select * from users where organization_id = ${organizationId} and deleted_at is null and id > ${after} order by id limit ${limit}`;

/** Includes users who stayed because the deletions were declined: the file does not name them either. */
const missingUsers = (organizationId: string, massEditId: number, after: number, limit: number): SQL => sql`
  select x.* from (
    select user_id from missing_users where mass_edit_id = ${massEditId} and user_id > ${after}
      and (kept is null or kept = 'declined') order by user_id limit ${limit}
  ) m cross join lateral (select * from users o where o.organization_id = ${organizationId} and o.id = m.user_id offset 0) x`;

/**
 * A user as a cell names them, so that no other user matches: by email, which people know. If the email is the external
 * id of another user, by external id, because external ids are matched first.
 */
const PERSON = sql`
  case when p.email is not null and p.external_id is not null and exists (
      select from users o where o.organization_id = p.organization_id and o.external_id_key = p.email_key
        and o.deleted_at is null and o.id <> p.id)
    then p.external_id else coalesce(p.email, p.external_id) end`;
