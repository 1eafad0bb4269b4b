import { sql } from 'drizzle-orm';
import type { AttributeType } from '../../rules/columns/headers.ts';
import { type Database, inOrganization, queryMany, queryOne, type Transaction } from '../client.ts';
import { createToken } from './tokens.ts';

/** What every organization starts with. */
const STANDARD_ATTRIBUTES: { name: string; type: AttributeType; hierarchy: boolean; isBirth?: true }[] = [
  { name: 'Employment type', type: 'choices', hierarchy: false },
  { name: 'Gender', type: 'choices', hierarchy: false },
  { name: 'Country', type: 'choices', hierarchy: false },
  { name: 'Department', type: 'choices', hierarchy: false },
  { name: 'Date of Birth', type: 'dates', hierarchy: false, isBirth: true },
  { name: 'Employment Date', type: 'dates', hierarchy: false },
  { name: 'Termination date', type: 'dates', hierarchy: false },
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
export async function createOrganization(db: Database, organization: NewOrganization): Promise<{ id: string }> {
  // The id comes first: row-level security must know the organization before its row is inserted.
  const { id } = await db.transaction((tx) => queryOne<{ id: string }>(tx, sql`select uuidv7() as id`));
  return inOrganization(db, id, async (tx) => {
    await tx.execute(sql`insert into organizations (id, name, time_zone, delete_limit_percent, second_approver)
      values (${id}, ${organization.name}, ${organization.timeZone}, ${organization.deleteLimitPercent}, ${organization.secondApprover})`);
    await tx.execute(sql`insert into attributes (organization_id, name, type, hierarchy, is_birth)
      select ${id}, name, type, hierarchy, coalesce("isBirth", false)
        from json_to_recordset(${JSON.stringify(STANDARD_ATTRIBUTES)}::json)
          as t(name text, type text, hierarchy boolean, "isBirth" boolean)`);
    const { admin } = organization;
    const user = await queryOne<{ id: number }>(
      tx,
      sql`insert into users (organization_id, email, first_name, last_name, language, role)
          values (${id}, ${admin.email}, ${admin.firstName}, ${admin.lastName}, ${admin.language}, 'admin') returning id`,
    );
    await createToken(tx, {
      userId: user.id,
      role: 'admin',
      name: 'First admin',
      hashHex: organization.tokenHashHex,
      expiresAt: null,
      madeWith: null,
    });
    return { id };
  });
}

/** Whether the organization of the transaction exists. */
export async function isThere(tx: Transaction): Promise<boolean> {
  const found = await queryMany(tx, sql`select 1 as one from organizations where id = (select current_organization())`);
  return found.length > 0;
}

/**
 * The deletions above which the number must be typed: a share of the users of a large organization, or a number of
 * users.
 */
export async function deleteLimitOf(
  tx: Transaction,
  organizationId: string,
): Promise<{ percent: number; fromUsers: number; people: number }> {
  return queryOne(
    tx,
    sql`select delete_limit_percent as percent, delete_limit_from_users as "fromUsers", delete_limit_people as people
        from organizations where id = ${organizationId}`,
  );
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
