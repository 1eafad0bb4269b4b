import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { connect, disconnect } from '../../db/client.ts';
import { newOrganization, openDatabase, type TestOrganization } from '../support/organization.ts';

/**
 * The functions that delete for the API, called by its role. test/api/reconciler.test.ts tests all that they delete.
 */
const sql = openDatabase();
const db = connect(inject('apiDatabaseUrl'), { max: 2 });
let ours: TestOrganization;
let theirs: TestOrganization;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([newOrganization(sql), newOrganization(sql)]);
  for (const { id } of [ours, theirs])
    await sql`with u as (
        insert into users (organization_id, email, first_name, deleted_at)
        select ${id}, days || '@example.com', 'P', now() - days * interval '1 day' from unnest(array[29, 31, 400]) days
        returning id
      ) insert into changes (organization_id, user_id, before, after) select ${id}, id, '{}', '{}' from u`;
});
afterAll(async () => {
  await disconnect(db);
  await sql.end();
});

const emailsOf = async ({ id }: TestOrganization) => {
  const rows = await sql<{ email: string }[]>`select email from users
    where organization_id = ${id} and deleted_at is not null order by 1`;
  return rows.map(({ email }) => email);
};
const changesOf = async ({ id }: TestOrganization) => {
  const [row] = await sql<{ rows: number }[]>`select count(*)::int as rows from changes where organization_id = ${id}`;
  return row!.rows;
};

it('the purge deletes nothing for a caller that sets no organization', async () => {
  const [row] = await db.$client`select purge_deleted_users() as users, purge_removed_answers() as answers`;
  expect(row).toEqual({ users: 0, answers: 0 });
  expect(await emailsOf(ours)).toHaveLength(3);
});

it('the purge deletes expired rows of one organization only, with any session setting', async () => {
  const purged = await db.$client.begin(async (tx) => {
    await tx`select set_config('app.organization_id', ${ours.id}, true), set_config('app.sweep', 'on', true),
      set_config('search_path', 'pg_temp', true), set_config('TimeZone', 'XXX+167', true)`;
    const parts: number[] = [];
    for (let part = -1; part !== 0; parts.push(part))
      [{ part }] = await tx<[{ part: number }]>`select public.purge_deleted_users() as part`;
    return parts;
  });
  expect(purged).toEqual([2, 0]);
  expect(await emailsOf(ours)).toEqual(['29@example.com']);
  expect(await changesOf(ours)).toBe(1);
  expect(await emailsOf(theirs)).toHaveLength(3);
  expect(await changesOf(theirs)).toBe(3);
});

it('the purge fails and does not see the rows of all organizations', async () => {
  const purged = db.$client.begin(async (tx) => {
    await tx`select set_config('app.organization_id', ${theirs.id}, true), set_config('row_security', 'off', true)`;
    return tx`select purge_deleted_users()`;
  });
  await expect(purged).rejects.toThrow(/row-level security/);
  expect(await emailsOf(theirs)).toHaveLength(3);
});

it('the reconciler sees four columns of a mass edit, and the id of an organization', async () => {
  const edits = await db.$client`select * from sweep_mass_edits()`;
  expect(edits.columns.map(({ name }) => name)).toEqual(['organization_id', 'mass_edit_id', 'run_id', 'unheard']);
  const organizations = await db.$client`select * from sweep_organizations()`;
  expect(organizations.columns.map(({ name }) => name)).toEqual(['organization_id']);
  expect(organizations.map((row) => row.organization_id)).toEqual(expect.arrayContaining([ours.id, theirs.id]));
});
