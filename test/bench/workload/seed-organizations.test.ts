import type postgres from 'postgres';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { seedOtherOrganizations } from '../../../bench/workload/seed-organizations.ts';
import { connect } from '../../../db/client.ts';
import { migrate } from '../../../db/migrate.ts';
import { openDatabase } from '../../support/organization.ts';

const WANTED = { organizations: 30, people: 3_000, massEdits: 7, planRows: 1_400 };
/** A database of its own: other tests count and reconcile the rows of theirs. */
const NAME = 'seed_organizations_test';
const server = openDatabase();
let sql: postgres.Sql;

beforeAll(async () => {
  await server.unsafe(`create database ${NAME}`);
  const databaseUrl = Object.assign(new URL(inject('databaseUrl')), { pathname: `/${NAME}` }).href;
  const [apiPassword, workerPassword] = [inject('apiDatabaseUrl'), inject('workerDatabaseUrl')].map((url) =>
    decodeURIComponent(new URL(url).password),
  ) as [string, string];
  await migrate({ databaseUrl, apiPassword, workerPassword });
  sql = connect(databaseUrl).$client;
  await seedOtherOrganizations(sql, WANTED);
});
afterAll(async () => {
  await sql.end();
  await server.unsafe(`drop database ${NAME} with (force)`);
  await server.end();
});

const countOf = async (query: string): Promise<number> => {
  const [row] = await sql.unsafe<{ count: number }[]>(`select count(*) as count from (${query}) q`);
  return row!.count;
};

it('the requested numbers of organizations, people, mass edits and planned rows are made', async () => {
  const inTable = (table: string): Promise<number> => countOf(`select from ${table}`);
  expect(await inTable('organizations')).toBe(WANTED.organizations);
  expect(await inTable('users')).toBe(WANTED.people);
  expect(await inTable('memberships')).toBe(WANTED.people);
  expect(await inTable('mass_edits')).toBe(WANTED.massEdits);
  expect(await inTable('plan_rows')).toBe(WANTED.planRows);
  for (const table of ['membership_periods', 'answers', 'findings', 'missing_users', 'planned_segments', 'changes'])
    expect(await inTable(table), table).toBeGreaterThan(0);
});

it('every segment and manager of a person exists in the same organization', async () => {
  const values = `select m.organization_id, a.type, a.id as attribute, v.value #>> '{}' as value from memberships m
    cross join lateral jsonb_each(m."values") v join attributes a on a.id = v.key::bigint and a.organization_id = m.organization_id`;
  // All but the administrators have a manager.
  expect(await countOf(values)).toBe(7 * WANTED.people - WANTED.organizations);
  expect(
    await countOf(`select from (${values}) v where v.type = 'choices' and not exists (select from segments s
      where s.id = v.value::bigint and s.attribute_id = v.attribute and s.organization_id = v.organization_id)`),
  ).toBe(0);
  expect(
    await countOf(`select from (${values}) v where v.type = 'users' and not exists (select from users u
      where u.id = v.value::bigint and u.deleted_at is null and u.organization_id = v.organization_id)`),
  ).toBe(0);
});

it('the counts of each mass edit are those of its rows, and the last one of an organization has deleted', async () => {
  const edits = await sql<{ counts: Record<string, number>; rows: number; planned: number; stages: number }[]>`
    select counts, rows, (select count(*) from plan_rows p where p.mass_edit_id = m.id) as planned,
      (select count(*) from stages s where s.mass_edit_id = m.id) as stages
    from mass_edits m where state = 'ended' and outcome is not null order by id`;
  expect(edits).toHaveLength(WANTED.massEdits);
  for (const { counts, rows, planned, stages } of edits) {
    const { created, updated, unchanged, refused } = counts as Record<string, number>;
    expect([planned, counts.read, created! + updated! + unchanged! + refused!, stages]).toEqual([rows, rows, rows, 7]);
  }
  const deleted = await countOf(
    `select from users where deleted_at is not null and organization_id in (select organization_id from mass_edits where delete_missing_users)`,
  );
  expect(deleted).toBeGreaterThan(0);
  expect(edits.reduce((sum, { counts }) => sum + counts.deleted!, 0)).toBe(deleted);
});

it('later ids do not collide with the seeded ones', async () => {
  const [made] = await sql<{ id: number; most: number }[]>`
    insert into users (organization_id, email, first_name) select id, 'later@example.com', 'Later' from organizations limit 1
    returning id, (select max(id) from users) as most`;
  expect(made!.id).toBeGreaterThan(made!.most);
});

it('one large organization can be added, and the tables can be left with dead rows', async () => {
  await seedOtherOrganizations(sql, { organizations: 1, people: 500, massEdits: 0, planRows: 0, aged: true });
  const [large] = await sql<{ people: number; written: number }[]>`
    select count(*) as people, count(*) filter (where version = 3) as written from memberships
    group by organization_id having bool_or(version = 3)`;
  expect(large?.people).toBe(500);
  expect(large!.written).toBeGreaterThan(100);
});
