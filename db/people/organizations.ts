import { eq, sql } from 'drizzle-orm';
import { type Database, inOrganization, only, queryOne, type RowOf, type Transaction } from '../client.ts';
import { attributes, organizations } from '../schema/schema.ts';
import { createToken } from './tokens.ts';

/** What every organization starts with. */
const STANDARD_ATTRIBUTES: Omit<typeof attributes.$inferInsert, 'organizationId'>[] = [
  { name: 'Employment type', type: 'choices' },
  { name: 'Gender', type: 'choices' },
  { name: 'Country', type: 'choices' },
  { name: 'Department', type: 'choices' },
  { name: 'Date of Birth', type: 'dates', isBirth: true },
  { name: 'Employment Date', type: 'dates' },
  { name: 'Termination date', type: 'dates' },
  { name: 'Manager', type: 'users', hierarchy: true },
];

/** A new organization with checked values. Only the hash of the token is stored. */
export type NewOrganization = {
  name: string;
  timeZone: string;
  deleteLimitPercent: number;
  secondApprover: boolean;
  admin: { email: string; firstName: string; lastName: string | null; language: string };
  tokenHashHex: string;
};

/** Creates an organization with the standard attributes, its first admin and that admin's token, all or nothing. */
export async function createOrganization(
  db: Database,
  { admin, tokenHashHex, ...organization }: NewOrganization,
): Promise<{ id: string }> {
  // The id comes first: row-level security must know the organization before its row is inserted.
  const { id } = await db.transaction((tx) => queryOne<{ id: string }>(tx, sql`select uuidv7() as id`));
  return inOrganization(db, id, async (tx) => {
    await tx.insert(organizations).values({ id, ...organization });
    await tx.insert(attributes).values(STANDARD_ATTRIBUTES.map((attribute) => ({ organizationId: id, ...attribute })));
    const user = await queryOne<{ id: number }>(
      tx,
      sql`insert into users (organization_id, email, first_name, last_name, language, role)
          values (${id}, ${admin.email}, ${admin.firstName}, ${admin.lastName}, ${admin.language}, 'admin') returning id`,
    );
    await createToken(tx, {
      userId: user.id,
      role: 'admin',
      name: 'First admin',
      hashHex: tokenHashHex,
      expiresAt: null,
      madeWith: null,
    });
    return { id };
  });
}

/** Whether the organization of the transaction exists. */
export async function organizationExists(tx: Transaction): Promise<boolean> {
  return (await tx.$count(organizations, sql`id = (select current_organization())`)) > 0;
}

const DELETE_LIMIT = {
  percent: organizations.deleteLimitPercent,
  fromUsers: organizations.deleteLimitFromUsers,
  people: organizations.deleteLimitPeople,
};

/**
 * The deletions above which the number must be typed: a share of the users of a large organization, or a number of
 * users.
 */
export async function deleteLimitOf(tx: Transaction, organizationId: string): Promise<RowOf<typeof DELETE_LIMIT>> {
  return only(await tx.select(DELETE_LIMIT).from(organizations).where(eq(organizations.id, organizationId)));
}

/** Today in the organization's time zone, `YYYY-MM-DD`. */
export async function todayOf(tx: Transaction, organizationId: string): Promise<string> {
  const { today } = await queryOne<{ today: string }>(
    tx,
    sql`select (now() at time zone time_zone)::date::text as today from organizations where id = ${organizationId}`,
  );
  return today;
}

/** Whether the database knows a time zone of this name. It needs the zone to compute the day there. */
export async function isKnownTimeZone(db: Database, name: string): Promise<boolean> {
  const { known } = await db.transaction((tx) =>
    queryOne<{ known: boolean }>(
      tx,
      sql`select exists (select from pg_timezone_names where lower(name) = lower(${name})) as known`,
    ),
  );
  return known;
}
