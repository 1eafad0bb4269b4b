import type postgres from 'postgres';
import { newOrganization, type TestOrganization } from './organization.ts';

/** A file about these people: two changed, one unchanged, one new, one invalid row, and an unknown column. */
export const CSV = [
  'Email;External Id;First name;Last name;Participate in survey;Department;Employment Date;Salary;Manager;Nonsense',
  'ann@example.com;;Ann;Lind;TRUE;Sales;2020-01-31;1000.5;bob@example.com;x',
  'bob@example.com;;Bob;;FALSE;Brand new;;;;',
  'cat@example.com;C-1;Cat;;TRUE;;;;ann@example.com;',
  ';N-1;Nina;Ny;;sales;;;cat@example.com;',
  'broken@example.com;;Bo;;maybe;;;;;',
].join('\r\n');

/** Ann, Bob, Cat, and two missing users: Dan, who reports to Ann, and Eve, an admin. */
export async function organizationWithUsers(sql: postgres.Sql): Promise<TestOrganization> {
  const organization = await newOrganization(sql);
  const { id, attributes } = organization;
  const [sales] = await sql<{ id: number }[]>`insert into segments (organization_id, attribute_id, name)
    values (${id}, ${attributes.Department!}, 'Sales') returning id`;
  const add = async (email: string, externalId: string | null, firstName: string, role = 'user') => {
    const [row] = await sql<{ id: number }[]>`insert into users (organization_id, email, external_id, first_name, role)
      values (${id}, ${email}, ${externalId}, ${firstName}, ${role}) returning id`;
    return row!.id;
  };
  const ann = await add('ann@example.com', null, 'Anna');
  const bob = await add('bob@example.com', null, 'Bob');
  const cat = await add('cat@example.com', 'C-1', 'Cat');
  const dan = await add('dan@example.com', null, 'Dan');
  await add('eve@example.com', null, 'Eve', 'admin');
  const member = (user: number, values: Record<number, string | number>) =>
    sql`insert into memberships (user_id, organization_id, values, since) values (${user}, ${id}, ${sql.json(values)}, '2024-01-01')`;
  await member(ann, { [attributes.Department!]: sales!.id, [attributes['Employment Date']!]: '2019-12-31' });
  await member(bob, { [attributes.Department!]: sales!.id });
  await member(cat, { [attributes.Manager!]: ann });
  await member(dan, { [attributes.Manager!]: ann });
  return organization;
}
