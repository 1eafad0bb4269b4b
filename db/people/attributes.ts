import { sql } from 'drizzle-orm';
import type { AttributeType } from '../../rules/columns/headers.ts';
import { queryMany, queryOne, type Transaction } from '../client.ts';
import { iso } from '../sql/timestamps.ts';

/** `key` is the internal key, `id` the public one. */
export type AttributeView = {
  key: number;
  id: string;
  name: string;
  type: AttributeType;
  hierarchy: boolean;
  createdAt: string;
};

const COLUMNS = sql`id as key, public_id as id, name, type, hierarchy, ${iso('created_at')} as "createdAt"`;

/** All attributes of the organization in order of creation, which is the order of template columns. */
export async function listAttributes(tx: Transaction): Promise<AttributeView[]> {
  return queryMany<AttributeView>(tx, sql`select ${COLUMNS} from attributes order by id`);
}

/** Attributes after a key, in the same order. */
export async function pageOfAttributes(tx: Transaction, after: number, limit: number): Promise<AttributeView[]> {
  return queryMany<AttributeView>(
    tx,
    sql`select ${COLUMNS} from attributes where id > ${after} order by id limit ${limit}`,
  );
}

/** An attribute by public id (a UUID); undefined if the organization has none with this id. */
export async function findAttribute(tx: Transaction, id: string): Promise<AttributeView | undefined> {
  const [found] = await queryMany<AttributeView>(tx, sql`select ${COLUMNS} from attributes where public_id = ${id}`);
  return found;
}

/** As `findAttribute`, with a lock: other transactions that change the attribute or its segments wait for this one. */
export async function lockAttribute(tx: Transaction, id: string): Promise<AttributeView | undefined> {
  await tx.execute(sql`select 1 from attributes where public_id = ${id} for no key update`);
  return findAttribute(tx, id);
}

/** @throws a unique violation if the name is taken, compared as names are */
export async function createAttribute(
  tx: Transaction,
  attribute: { organizationId: string; name: string; type: AttributeType; hierarchy: boolean },
): Promise<AttributeView> {
  return queryOne<AttributeView>(
    tx,
    sql`insert into attributes (organization_id, name, type, hierarchy)
        values (${attribute.organizationId}, ${attribute.name}, ${attribute.type}, ${attribute.hierarchy})
        returning ${COLUMNS}`,
  );
}

/** @throws a unique violation if the name is taken */
export async function changeAttribute(
  tx: Transaction,
  key: number,
  change: { name: string; hierarchy: boolean },
): Promise<AttributeView> {
  return queryOne<AttributeView>(
    tx,
    sql`update attributes set name = ${change.name}, hierarchy = ${change.hierarchy},
          twin = case when name_key = fold_name(${change.name}) then twin else 0 end where id = ${key} returning ${COLUMNS}`,
  );
}

/** The references of active users, as pairs of internal keys, in key order of the user who points. */
export async function edgesOf(tx: Transaction, key: number): Promise<{ person: number; pointsAt: number }[]> {
  return queryMany(
    tx,
    sql`select m.user_id as person, (m."values" ->> ${String(key)})::bigint as "pointsAt" from memberships m
        join users u on u.id = m.user_id and u.deleted_at is null where m."values" ? ${String(key)} order by m.user_id`,
  );
}
