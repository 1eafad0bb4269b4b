import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrate } from '../../db/migrate.ts';
import { openDatabase } from '../support/organization.ts';
import { useOwnDatabase } from '../support/own-database.ts';

/** In a copy of a database, PostgreSQL gives CONNECT and TEMP to PUBLIC, as after a restore into a new one. */
const NAME = 'closed_database_test';
const STRANGER = `${NAME}_stranger`;
const database = useOwnDatabase(NAME);
const sql = openDatabase(database.superuserUrl);
const passwordIn = (url: string): string => new URL(url).password;

beforeAll(() => sql.unsafe(`create role ${STRANGER} login password 'stranger'`));
afterAll(async () => {
  await sql.unsafe(`drop role ${STRANGER}`);
  await sql.end();
});

const privileges = async (): Promise<string | null> => {
  const [row] = await sql<
    { acl: string | null }[]
  >`select datacl::text as acl from pg_database where datname = ${NAME}`;
  return row!.acl;
};

const input = () => ({
  databaseUrl: database.superuserUrl,
  apiPassword: passwordIn(database.apiUrl),
  workerPassword: passwordIn(database.workerUrl),
});

it('a migration closes the database to all but the two roles, and the second one changes nothing', async () => {
  expect(await privileges()).toBe(null);
  await migrate(input());
  const closed = await privileges();
  expect(closed).toBe('{postgres=CTc/postgres,mass_edit_api=c/postgres,mass_edit_worker=c/postgres}');
  await migrate(input());
  expect(await privileges()).toBe(closed);
});

it('another role of the server cannot connect, and the two roles create no temporary table', async () => {
  const url = Object.assign(new URL(database.apiUrl), { username: STRANGER, password: 'stranger' }).href;
  expect(await refusalOf(url, 'select 1')).toMatch(/permission denied for database/);
  for (const own of [database.apiUrl, database.workerUrl])
    expect(await refusalOf(own, 'create temp table t ()')).toMatch(/permission denied to create temporary tables/);
});

it('a migration takes back the limits that a role has given itself for the database', async () => {
  const own = postgres(database.apiUrl, { max: 1 });
  await own.unsafe(`alter role current_user in database ${NAME} set statement_timeout = 0`);
  await own.end();
  expect(await limitOfApi()).toBe('0');
  await migrate(input());
  expect(await limitOfApi()).toBe('15s');
});

async function limitOfApi(): Promise<string> {
  const client = postgres(database.apiUrl, { max: 1 });
  const [row] = await client<{ statement_timeout: string }[]>`show statement_timeout`;
  await client.end();
  return row!.statement_timeout;
}

async function refusalOf(url: string, statement: string): Promise<string> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await client.unsafe(statement);
    return 'done';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await client.end();
  }
}
