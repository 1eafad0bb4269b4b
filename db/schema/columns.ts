/** Column kinds that several tables share; see schema.ts. */
import { sql } from 'drizzle-orm';
import { bigint, customType, smallint, text, timestamp, uuid } from 'drizzle-orm/pg-core';

export const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });
export const id = () => bigint('id', { mode: 'number' });
export const identity = () => id().primaryKey().generatedByDefaultAsIdentity();
export const ref = (name: string) => bigint(name, { mode: 'number' });
export const publicId = () => uuid('public_id').notNull().default(sql`uuidv7()`);
export const organizationId = () => uuid('organization_id').notNull();
export const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
export const createdAt = () => time('created_at').notNull().defaultNow();
export const fold = (name: string, from: string) => text(name).generatedAlwaysAs(sql.raw(`fold(${from})`));
export const foldName = (name: string, from: string) =>
  text(name)
    .notNull()
    .generatedAlwaysAs(sql.raw(`fold_name(${from})`));
/** Greater than 0 for a name that an earlier version distinguished from another name with the same key. */
export const twin = () => smallint('twin').notNull().default(0);
