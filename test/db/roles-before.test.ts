import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ensureRole } from '../../db/migrate.ts';
import { openDatabase } from '../support/organization.ts';

/** Roles of a server that were there before the migration, with more than they may have. */
const ROLE = 'roles_before_test';
const OTHER = `${ROLE}_other`;
const sql = openDatabase();

beforeAll(() => sql.unsafe(`create role ${OTHER} nologin`));
beforeEach(() => sql.unsafe(`drop role if exists ${ROLE}`));
afterAll(async () => {
  await sql.unsafe(`drop role if exists ${ROLE}; drop role ${OTHER}`).simple();
  await sql.end();
});

const powersOf = async () => {
  const [row] = await sql`select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as strong,
    rolcanlogin as login, exists (select from pg_auth_members where member = r.oid) as member
    from pg_roles r where rolname = ${ROLE}`;
  return { ...row };
};

it.each([
  'login superuser',
  'login bypassrls',
  'login createrole',
  'login createdb',
  'login replication',
  'nologin in role pg_read_all_data',
  `login in role mass_edit_owner, pg_write_server_files, ${OTHER}`,
])('a role that is there as: %s', async (attributes) => {
  await sql.unsafe(`create role ${ROLE} ${attributes}`);
  await ensureRole(sql, ROLE, 'password');
  expect(await powersOf()).toEqual({ strong: false, login: true, member: false });
  await ensureRole(sql, ROLE, null);
  expect(await powersOf()).toEqual({ strong: false, login: false, member: false });
});

it('a membership that the role has passed on is taken from both', async () => {
  await sql
    .unsafe(`create role ${ROLE} login; grant mass_edit_owner to ${ROLE} with admin option;
    set role ${ROLE}; grant mass_edit_owner to ${OTHER}; reset role`)
    .simple();
  await ensureRole(sql, ROLE, 'password');
  const [row] = await sql`select count(*)::int as members from pg_auth_members
    where roleid = 'mass_edit_owner'::regrole and member in (${ROLE}::regrole, ${OTHER}::regrole)`;
  expect(row?.members).toBe(0);
});
