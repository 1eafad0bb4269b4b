import type postgres from 'postgres';

export type TestUser = {
  email?: string | null;
  externalId?: string | null;
  firstName?: string;
  role?: 'user' | 'admin';
  deletedDaysAgo?: number;
  /** Attribute id → stored value. */
  values?: Record<string, string | number>;
  /** The day from which the values hold. */
  since?: string;
};

/** Writes a person directly into the tables, as a mass edit would. Returns the key and the public id. */
export async function addUser(
  sql: postgres.Sql,
  organizationId: string,
  person: TestUser,
): Promise<{ key: number; id: string }> {
  const { email = null, externalId = null, firstName = 'Person', role = 'user', deletedDaysAgo = null } = person;
  const [user] = await sql<{ key: number; id: string }[]>`
    insert into users (organization_id, email, external_id, first_name, role, deleted_at)
    values (${organizationId}, ${email}, ${externalId}, ${firstName}, ${role}, now() - ${deletedDaysAgo}::int * interval '1 day')
    returning id as key, public_id as id`;
  await sql`insert into memberships (user_id, organization_id, "values", since)
    values (${user!.key}, ${organizationId}, ${sql.json(person.values ?? {})}, ${person.since ?? '2024-01-01'})`;
  return user!;
}

/** The internal keys of the organization's attributes, by name. */
export async function attributeKeys(sql: postgres.Sql, organizationId: string): Promise<Record<string, number>> {
  const rows = await sql<{ name: string; id: number }[]>`
    select name, id from attributes where organization_id = ${organizationId}`;
  return Object.fromEntries(rows.map(({ name, id }) => [name, id]));
}

/** Makes a segment of choices and gives its internal key. */
export async function addSegment(
  sql: postgres.Sql,
  organizationId: string,
  attribute: number,
  name: string,
): Promise<number> {
  const [segment] = await sql<{ id: number }[]>`
    insert into segments (organization_id, attribute_id, name) values (${organizationId}, ${attribute}, ${name}) returning id`;
  return segment!.id;
}
