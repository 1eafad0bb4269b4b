import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { eq } from 'drizzle-orm';
import type { Database } from '../../db/client.ts';
import { ATTRIBUTES } from '../workload/data.ts';
import { attributes, segments, type userAttributes } from './naive-tables.ts';

/** A row of the file as an ordinary import parses it. Empty cells are left out of `choices`. */
export type User = {
  email: string;
  externalId: string | null;
  firstName: string;
  lastName: string | null;
  language: string;
  choices: { attribute: string; name: string }[];
  employed: string | null;
  salary: string | null;
  manager: string | null;
};
export type Imported = { done: number; errors: string[] };
/** The cache of an import. */
export type Known = {
  attributeIds: Map<string, number>;
  /** By `segmentKey`. */
  segmentIds: Map<string, number>;
  /** By email, for the managers: the people that this import has written. */
  userIds: Map<string, number>;
};

/** The valid rows of a file. The errors of the other rows go into `errors`. */
export async function* usersIn(csv: Iterable<string>, errors: string[]): AsyncGenerator<User> {
  const parser = Readable.from(csv).pipe(parse({ columns: true, delimiter: ';', bom: true }));
  let line = 1;
  for await (const record of parser as AsyncIterable<Record<string, string>>) {
    line++;
    const wrong = wrongWith(record);
    if (wrong === null) yield userOf(record);
    else errors.push(`Line ${line}: ${wrong}`);
  }
}

/** Loads the existing data before the first row: a statement for the attributes and one for the segments. */
export async function knownIn(db: Database): Promise<Known> {
  const attributeIds = new Map((await db.select().from(attributes)).map(({ name, id }) => [name, id]));
  const there = await db
    .select({ id: segments.id, name: segments.name, attribute: attributes.name })
    .from(segments)
    .innerJoin(attributes, eq(attributes.id, segments.attributeId));
  const segmentIds = new Map(there.map((segment) => [segmentKey(segment), segment.id]));
  return { attributeIds, segmentIds, userIds: new Map() };
}

/** A segment by the name of its attribute and its own name. */
export const segmentKey = ({ attribute, name }: { attribute: string; name: string }): string => `${attribute}\n${name}`;

/** The id of a record that was written or loaded before. Throws if it was not. */
export function idOf(ids: Map<string, number>, name: string): number {
  const id = ids.get(name);
  if (id === undefined) throw new Error('Something is named that was never written');
  return id;
}

/** All values of a person except the manager, whose row may come later. */
export function valuesOf(user: User, userId: number, known: Known): (typeof userAttributes.$inferInsert)[] {
  const attributeId = (name: string): number => idOf(known.attributeIds, name);
  const values: (typeof userAttributes.$inferInsert)[] = user.choices.map((choice) => ({
    userId,
    attributeId: attributeId(choice.attribute),
    segmentId: idOf(known.segmentIds, segmentKey(choice)),
  }));
  if (user.employed !== null) values.push({ userId, attributeId: attributeId('Employment Date'), date: user.employed });
  if (user.salary !== null) values.push({ userId, attributeId: attributeId('Salary'), number: user.salary });
  return values;
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const CHOICES = ATTRIBUTES.filter(({ type }) => type === 'choices').map(({ name }) => name);

function wrongWith(record: Record<string, string>): string | null {
  if (!EMAIL.test(record.Email ?? '')) return 'the email is none';
  if (!record['First name']) return 'the first name is missing';
  if (Number.isNaN(Date.parse(record['Employment Date'] || '2000-01-01'))) return 'the employment date is none';
  if (Number.isNaN(Number(record.Salary))) return 'the salary is no number';
  return null;
}

function userOf(record: Record<string, string>): User {
  const cell = (name: string): string => record[name]?.trim() ?? '';
  return {
    email: cell('Email').toLowerCase(),
    externalId: cell('External Id') || null,
    firstName: cell('First name'),
    lastName: cell('Last name') || null,
    language: cell('Language') || 'en',
    choices: CHOICES.map((attribute) => ({ attribute, name: cell(attribute) })).filter(({ name }) => name !== ''),
    employed: cell('Employment Date') || null,
    salary: cell('Salary') || null,
    manager: cell('Manager').toLowerCase() || null,
  };
}
