import { sql } from 'drizzle-orm';
import { bigint, date, numeric, pgSchema, primaryKey, text, timestamp, unique } from 'drizzle-orm/pg-core';
import type { Database, Transaction } from '../../db/client.ts';
import type { State } from '../workload/benchmark-case.ts';
import { ATTRIBUTES } from '../workload/data.ts';

/** Ordinary tables for an import: users, attributes, segments, and a row for each value. */
const schema = pgSchema('bench_naive');
const key = (name: string) => bigint(name, { mode: 'number' });

export const users = schema.table('users', {
  id: key('id').primaryKey().generatedAlwaysAsIdentity(),
  email: text('email').notNull().unique(),
  externalId: text('external_id'),
  firstName: text('first_name').notNull(),
  lastName: text('last_name'),
  language: text('language').notNull(),
  /**
   * When an import last contained this person. A person that the latest import did not contain is missing from its
   * file.
   */
  importedAt: timestamp('imported_at', { withTimezone: true }).notNull(),
});

export const attributes = schema.table('attributes', {
  id: key('id').primaryKey().generatedAlwaysAsIdentity(),
  name: text('name').notNull().unique(),
});

export const segments = schema.table(
  'segments',
  {
    id: key('id').primaryKey().generatedAlwaysAsIdentity(),
    attributeId: key('attribute_id')
      .notNull()
      .references(() => attributes.id),
    name: text('name').notNull(),
  },
  (table) => [unique().on(table.attributeId, table.name)],
);

export const userAttributes = schema.table(
  'user_attributes',
  {
    userId: key('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    attributeId: key('attribute_id')
      .notNull()
      .references(() => attributes.id),
    segmentId: key('segment_id').references(() => segments.id),
    date: date('date'),
    number: numeric('number'),
    personId: key('person_id').references(() => users.id, { onDelete: 'cascade' }),
  },
  (table) => [primaryKey({ columns: [table.userId, table.attributeId] })],
);

/** Upserts any number of values in one statement. No value may occur twice. */
export async function writeValues(
  db: Database | Transaction,
  values: (typeof userAttributes.$inferInsert)[],
): Promise<void> {
  if (values.length === 0) return;
  await db
    .insert(userAttributes)
    .values(values)
    .onConflictDoUpdate({
      target: [userAttributes.userId, userAttributes.attributeId],
      set: {
        segmentId: sql`excluded.segment_id`,
        date: sql`excluded.date`,
        number: sql`excluded.number`,
        personId: sql`excluded.person_id`,
      },
    });
}

/** Drops the tables and creates them again, empty except for the attributes. */
export async function createNaiveTables(db: Database): Promise<void> {
  await dropNaiveTables(db);
  await db.execute(sql.raw(DEFINITION));
  await db.insert(attributes).values(ATTRIBUTES.map(({ name }) => ({ name })));
}

/** Drops all of them. */
export async function dropNaiveTables(db: Database): Promise<void> {
  await db.execute(sql`drop schema if exists bench_naive cascade`);
}

/** What an import left in the tables. */
export async function naiveState(db: Database): Promise<State> {
  const [state] = await db.execute<State>(sql`
    select (select count(*)::int from bench_naive.users) as people, count(person_id)::int as managers,
      count(*) filter (where num_nonnulls(segment_id, date, number) = 1)::int as values, sum(number)::float8 as salaries
    from bench_naive.user_attributes`);
  if (!state) throw new Error('An aggregate gave no row');
  return state;
}

/** The SQL that drizzle-kit would write for the tables above, and the one index that deleting people needs. */
const DEFINITION = `
  create schema bench_naive;
  create table bench_naive.users (
    id bigint generated always as identity primary key, email text not null unique, external_id text,
    first_name text not null, last_name text, language text not null, imported_at timestamptz not null);
  create table bench_naive.attributes (
    id bigint generated always as identity primary key, name text not null unique);
  create table bench_naive.segments (
    id bigint generated always as identity primary key,
    attribute_id bigint not null references bench_naive.attributes, name text not null, unique (attribute_id, name));
  create table bench_naive.user_attributes (
    user_id bigint not null references bench_naive.users on delete cascade,
    attribute_id bigint not null references bench_naive.attributes,
    segment_id bigint references bench_naive.segments, date date, number numeric,
    person_id bigint references bench_naive.users on delete cascade, primary key (user_id, attribute_id));
  create index on bench_naive.user_attributes (person_id)`;
