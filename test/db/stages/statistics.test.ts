import { randomUUID } from 'node:crypto';
import { sql as query } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connect, type Database, disconnect } from '../../../db/client.ts';
import { analyzeIfGrown } from '../../../db/stages/statistics.ts';

/** A table of the same name that no stage of another test fills. */
const schema = `statistics_${randomUUID().replaceAll('-', '')}`;
let db: Database;
beforeAll(async () => {
  const url = new URL(inject('databaseUrl'));
  url.searchParams.set('search_path', schema);
  db = connect(url.href, { max: 4, applicationName: 'statistics test' });
  await db.execute(query.raw(`create schema ${schema}`));
  await db.execute(
    query.raw(`create table ${schema}.missing_users with (autovacuum_enabled = false) as
      select mass_edit_id, organization_id, user_id, kept from public.missing_users limit 0`),
  );
});
afterAll(async () => {
  await db.execute(query.raw(`drop schema ${schema} cascade`));
  await disconnect(db);
});

const add = (rows: number): Promise<unknown> =>
  db.transaction(async (tx) => {
    await tx.execute(query`select pg_stat_force_next_flush()`);
    await tx.execute(
      query`insert into missing_users (mass_edit_id, user_id) select 1, n from generate_series(1, ${rows}::int) n`,
    );
  });
const analyzed = async (): Promise<unknown> => {
  const [row] = await db.execute(query`select pg_stat_get_analyze_count('missing_users'::regclass)::int as times`);
  return row?.times;
};

it('a table that has grown by a tenth is analyzed, and no other', async () => {
  await analyzeIfGrown(db, 'missing_users');
  expect(await analyzed()).toBe(1);
  await add(1_000);
  await analyzeIfGrown(db, 'missing_users');
  expect(await analyzed()).toBe(2);
  // Another stage that added its rows before that was covered by the same ANALYZE.
  await analyzeIfGrown(db, 'missing_users');
  await add(90);
  await analyzeIfGrown(db, 'missing_users');
  expect(await analyzed()).toBe(2);
  await add(20);
  await analyzeIfGrown(db, 'missing_users');
  expect(await analyzed()).toBe(3);
});

it('a stage does not wait for a table that another one is analyzing', async () => {
  const before = await analyzed();
  await add(10_000);
  await db.transaction(async (tx) => {
    await tx.execute(query`lock table missing_users in share update exclusive mode`);
    await analyzeIfGrown(db, 'missing_users');
  });
  expect(await analyzed()).toBe(before);
  await analyzeIfGrown(db, 'missing_users');
  expect(await analyzed()).toBe(Number(before) + 1);
});
