import { eq, gt, sql } from 'drizzle-orm';
import type { AttributeType } from '../../rules/columns/headers.ts';
import { only, queryMany, type RowOf, type Transaction } from '../client.ts';
import { attributes } from '../schema/schema.ts';
import { keptTwin } from '../sql/kept-twin.ts';
import { iso } from '../sql/timestamps.ts';

const COLUMNS = {
  key: attributes.id,
  id: attributes.publicId,
  name: attributes.name,
  type: attributes.type,
  hierarchy: attributes.hierarchy,
  createdAt: iso(attributes.createdAt),
};
/** `key` is the internal key, `id` the public one. */
export type AttributeView = RowOf<typeof COLUMNS>;

/** All attributes of the organization in order of creation, which is the order of template columns. */
export async function listAttributes(tx: Transaction): Promise<AttributeView[]> {
  return tx.select(COLUMNS).from(attributes).orderBy(attributes.id);
}

/** Attributes after a key, in the same order. */
export async function pageOfAttributes(tx: Transaction, after: number, limit: number): Promise<AttributeView[]> {
  return tx.select(COLUMNS).from(attributes).where(gt(attributes.id, after)).orderBy(attributes.id).limit(limit);
}

/** An attribute by public id (a UUID); undefined if the organization has none with this id. */
export async function findAttribute(tx: Transaction, id: string): Promise<AttributeView | undefined> {
  const [found] = await tx.select(COLUMNS).from(attributes).where(eq(attributes.publicId, id));
  return found;
}

/** As `findAttribute`, with a lock: other transactions that change the attribute or its segments wait for this one. */
export async function lockAttribute(tx: Transaction, id: string): Promise<AttributeView | undefined> {
  await tx.select({ key: attributes.id }).from(attributes).where(eq(attributes.publicId, id)).for('no key update');
  return findAttribute(tx, id);
}

/** @throws a unique violation if the name is taken, compared as names are */
export async function createAttribute(
  tx: Transaction,
  attribute: { organizationId: string; name: string; type: AttributeType; hierarchy: boolean },
): Promise<AttributeView> {
  return only(await tx.insert(attributes).values(attribute).returning(COLUMNS));
}

/** @throws a unique violation if the name is taken */
export async function changeAttribute(
  tx: Transaction,
  key: number,
  { name, hierarchy }: { name: string; hierarchy: boolean },
): Promise<AttributeView> {
  const values = { name, hierarchy, twin: keptTwin(name) };
  return only(await tx.update(attributes).set(values).where(eq(attributes.id, key)).returning(COLUMNS));
}

/** The references of active users, as pairs of internal keys, in key order of the user who points. */
export async function edgesOf(tx: Transaction, key: number): Promise<{ person: number; pointsAt: number }[]> {
  return queryMany(
    tx,
    sql`select m.user_id as person, (m."values" ->> ${String(key)})::bigint as "pointsAt" from memberships m
        join users u on u.id = m.user_id and u.deleted_at is null where m."values" ? ${String(key)} order by m.user_id`,
  );
}
