import { type SQL, sql } from 'drizzle-orm';
import { type Database, inOrganization, rowsOf, type Transaction } from './client.ts';
import type { AttributeType } from './schema.ts';

/** Whose rows a template has: everybody living, or those whom the file of one mass edit does not name. */
export type Whose = { massEditId: number } | 'everybody';
/** A person with what stands in each cell, by attribute id: names of segments, people by email or external id. */
export type TemplateUser = {
  id: number;
  email: string | null;
  externalId: string | null;
  firstName: string;
  lastName: string | null;
  language: string;
  participates: boolean;
  values: Record<string, string>;
};
export type TemplateAttribute = { id: number; name: string; type: AttributeType };

/** People read at a time: some hundred kilobytes, and no transaction that lasts as long as a slow download. */
const PAGE_USERS = 2_000;

/** The organization's attributes in the order of the template's columns: as they were made. */
export async function templateAttributes(tx: Transaction): Promise<TemplateAttribute[]> {
  return rowsOf<TemplateAttribute>(tx, sql`select id, name, type from attributes order by id`);
}

/**
 * People with current data, page by page, each in a short transaction of its own. Whoever comes while it is read stands
 * at the end or not in it.
 */
export async function* templateUsers(
  db: Database,
  organizationId: string,
  whose: Whose,
  pageUsers = PAGE_USERS,
): AsyncGenerator<TemplateUser[]> {
  let after = 0;
  for (;;) {
    const page = await inOrganization(db, organizationId, (tx) => usersAfter(tx, whose, after, pageUsers));
    if (page.length > 0) yield page;
    const last = page.at(-1);
    if (page.length < pageUsers || !last) return;
    after = last.id;
  }
}

async function usersAfter(tx: Transaction, whose: Whose, after: number, limit: number): Promise<TemplateUser[]> {
  return rowsOf<TemplateUser>(
    tx,
    sql`with page as materialized (${whose === 'everybody' ? living(after, limit) : missing(whose.massEditId, after, limit)})
      select u.id, u.email, u.external_id as "externalId", u.first_name as "firstName", u.last_name as "lastName",
        u.language, u.participates, coalesce(v."values", '{}') as "values"
      from page u left join lateral (
        select json_object_agg(c.key, case a.type when 'choices' then s.name when 'users' then ${PERSON}
            else c.value #>> '{}' end) as "values"
        from memberships m cross join lateral jsonb_each(m."values") c
        join attributes a on a.id = c.key::bigint
        left join segments s on s.id = case when a.type = 'choices' then (c.value #>> '{}')::bigint end
        left join users p on p.id = case when a.type = 'users' then (c.value #>> '{}')::bigint end
        where m.user_id = u.id
      ) v on true
      order by u.id`,
  );
}

const living = (after: number, limit: number): SQL => sql`
  select * from users where deleted_at is null and id > ${after} order by id limit ${limit}`;

/** Also those who stayed because the deletions were declined: the file does not name them either. */
const missing = (massEditId: number, after: number, limit: number): SQL => sql`
  select x.* from missing_users m join users x on x.id = m.user_id
  where m.mass_edit_id = ${massEditId} and m.user_id > ${after} and (m.kept is null or m.kept = 'declined')
  order by m.user_id limit ${limit}`;

/**
 * A person as a cell names them so that it finds nobody else: by email, which people know, but where that is another
 * one's external id, which is looked at first.
 */
const PERSON = sql`
  case when p.email is not null and p.external_id is not null and exists (
      select from users o where o.organization_id = p.organization_id and o.external_id_key = p.email_key
        and o.deleted_at is null and o.id <> p.id)
    then p.external_id else coalesce(p.email, p.external_id) end`;
