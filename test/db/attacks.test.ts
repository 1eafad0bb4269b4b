import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { newOrganization, openDatabase, storeMassEdit, type TestOrganization } from '../support/organization.ts';

/**
 * Attacks of a process that connects to PostgreSQL as one of the two roles and runs its own statements. They stay
 * within an organization of its choice: a role may set any organization, so the setting protects nothing here. The
 * other privileges are in test/db/privileges.txt.
 */
const sql = openDatabase();
const roles = {
  mass_edit_api: postgres(inject('apiDatabaseUrl'), { max: 2, onnotice: () => {} }),
  mass_edit_worker: postgres(inject('workerDatabaseUrl'), { max: 2, onnotice: () => {} }),
};
let organization: TestOrganization;

beforeAll(async () => {
  organization = await newOrganization(sql);
  await storeMassEdit(sql, organization, 'Email\n');
  await sql`with s as (insert into surveys (organization_id, name, sent_on) values (${organization.id}, 'S', '2024-01-01') returning id)
    insert into answers (organization_id, survey_id, user_id, answered_on, question, score)
    select ${organization.id}, id, ${organization.uploader}, '2024-01-02', 'Q', 4 from s`;
});
afterAll(async () => {
  await Promise.all(Object.values(roles).map((client) => client.end()));
  await sql.end();
});

const INSUFFICIENT_PRIVILEGE = '42501';
/** The function exists with other arguments only. */
const NO_SUCH_FUNCTION = '42883';

/** Statements that neither role may run. Each runs alone, in a transaction of the organization. */
const OF_BOTH = [
  'delete from users',
  'truncate users',
  'delete from changes',
  'truncate changes',
  `update changes set after = '{}'`,
  `update changes set at = now() - interval '1 year'`,
  'update users set public_id = uuidv7()',
  'update users set organization_id = uuidv7()',
  `insert into users (organization_id, first_name, email, deleted_at) values (current_organization(), 'A', 'a@b.se', '2020-01-01')`,
  'delete from memberships',
  'delete from answers',
  `update answers set comment = ''`,
  'update answers set score = 5',
  'delete from answers_before',
  'delete from periods_before',
  'select value from periods_before',
  'update answers_before set line = 1',
  'delete from live_user_changes',
  'update live_user_changes set change = 1',
  'delete from mass_edits',
  'update mass_edits set started_by = 0',
  'update mass_edits set delete_missing_users = true',
  `update mass_edits set sha256 = ''`,
  'delete from stages',
  'delete from organizations',
  'update organizations set second_approver = false',
  'update organizations set delete_limit_percent = 100',
  'delete from attributes',
  'delete from segments',
  'delete from surveys',
  'update surveys set name = name',
  `update tokens set role = 'admin'`,
  `update tokens set hash = ''`,
  'update tokens set expires_at = null',
  'update sessions set expires_at = now()',
  `update file_chunks set bytes = ''`,
  `select setval('users_id_seq', 1)`,
  `select nextval('tokens_id_seq')`,
  'select * from drizzle.__drizzle_migrations',
  // Roles and rights.
  'set role mass_edit_owner',
  'set role postgres',
  'set session authorization mass_edit_owner',
  'grant mass_edit_owner to current_user',
  'alter role current_user bypassrls',
  'alter role current_user superuser',
  `alter role mass_edit_owner login password 'x'`,
  'create role another login',
  'alter table users owner to current_user',
  'alter table users disable row level security',
  'drop policy own_organization on users',
  'create policy open on users using (true)',
  'drop trigger users_touch on users',
  'alter table users disable trigger all',
  'create trigger mine before delete on users for each row execute function users_touch()',
  'drop table changes',
  'drop function purge_deleted_users()',
  'alter function purge_deleted_users() security invoker',
  'alter function current_organization() rename to other',
  `set session_replication_role = 'replica'`,
  'set row_security = off; select email from users',
  // Objects of their own that a search path could find first.
  'create temp table t (a int)',
  'create table t (a int)',
  'create table operations.t (a int)',
  'create schema mine',
  'create function public.f() returns int language sql return 1',
  'create function pg_temp.f() returns int language sql return 1',
  'create or replace function fold(value text) returns text language sql immutable return value',
  'create view v as select 1',
  'create extension dblink',
  'create publication p for all tables',
  'select lo_create(0)',
  `select lo_from_bytea(0, 'x')`,
  // The server and its other databases.
  'select rolpassword from pg_authid',
  'select passwd from pg_shadow',
  `select pg_read_file('postgresql.conf')`,
  `select pg_ls_dir('.')`,
  `select lo_import('/etc/passwd')`,
  `copy users to program 'cat'`,
  `copy users from program 'echo'`,
  `copy users to '/tmp/users'`,
  'alter database mass_edit set row_security = off',
  `select pg_terminate_backend(max(pid)) from pg_stat_activity where usename = 'postgres'`,
];

const OF_ONE: Record<keyof typeof roles, string[]> = {
  mass_edit_api: [
    // A user that the API deleted would be purged by its next call.
    `update users set deleted_at = now() - interval '1 year'`,
    'update users set deleted_at = now()',
    // Of an answer that the API has taken out.
    `update answers set removed_at = now() - interval '1 year'`,
    'update answers set removed_at = now()',
    'insert into changes (organization_id, user_id, before, after, mass_edit_id) values (current_organization(), 1, null, null, 1)',
    `insert into changes (organization_id, user_id, before, after, at) values (current_organization(), 1, '{}', '{}', '2020-01-01')`,
    `update mass_edits set state = 'applying'`,
    `update mass_edits set list_digest = ''`,
    `update mass_edits set gate = null`,
    `insert into mass_edits (organization_id, decision, state) values (current_organization(), 'approve', 'applying')`,
    `update stages set status = 'done'`,
    `update plan_rows set email = 'other@example.com'`,
    'insert into plan_rows (line) values (1)',
    'delete from plan_rows',
    'delete from missing_users',
    'update missing_users set kept = null',
    'update planned_segments set used = true',
    'delete from findings',
    `update findings set severity = 'warning'`,
    'delete from file_chunks',
    'delete from membership_periods',
    `update membership_periods set value = '1'`,
    'select user_id from answers_before',
    'select change from live_user_changes',
    `insert into operations.workers (process, lane, task_queue) values (uuidv7(), 'small', '')`,
    `select nextval('users_id_seq')`,
  ],
  mass_edit_worker: [
    `update users set deleted_at = now() - interval '1 day'`,
    `update answers set removed_at = now() - interval '1 day'`,
    `update mass_edits set state = 'ended', outcome = 'failed', ended_at = now() - interval '1 day'`,
    `update users set role = 'admin'`,
    `insert into users (organization_id, first_name, email, role) values (current_organization(), 'A', 'a@b.se', 'admin')`,
    'select after from changes',
    'select hash from tokens',
    'select role from tokens',
    'select * from tokens',
    'select count(*) from tokens where hash is not null',
    'delete from tokens where hash is not null',
    'delete from tokens returning hash',
    `insert into tokens (organization_id, user_id, role, name, hash) values (current_organization(), 1, 'admin', 'T', 'h')`,
    `update tokens set name = 'T'`,
    'select hash from sessions',
    'select public_id from sessions',
    'insert into sessions (organization_id) values (current_organization())',
    `insert into organizations (name, time_zone) values ('A', 'UTC')`,
    `insert into attributes (organization_id, name, type) values (current_organization(), 'A', 'dates')`,
    `update segments set name = 'S'`,
    'delete from segment_aliases',
    'insert into surveys (organization_id) values (current_organization())',
    'insert into answers (organization_id) values (current_organization())',
    'select id from files',
    'delete from files',
    'insert into files (organization_id) values (current_organization())',
    'insert into file_chunks (number) values (1)',
    'insert into mass_edits (organization_id) values (current_organization())',
    'insert into stages (number) values (1)',
    `update mass_edits set review = 'deletions'`,
    `update mass_edits set idempotency_key = 'k'`,
    `update mass_edits set workflow_run_id = 'r'`,
    'update findings set line = 1',
    'select purge_deleted_users()',
    'select purge_removed_answers()',
    'select * from sweep_mass_edits()',
    'select * from sweep_organizations()',
    'select * from count_open_mass_edits()',
  ],
};

describe.each(Object.entries(roles))('%s', (role, client) => {
  const refused = [...OF_BOTH, ...OF_ONE[role as keyof typeof roles]];
  it.each(refused)('may not: %s', async (statement) => {
    expect(await codeOf(statement)).toBe(INSUFFICIENT_PRIVILEGE);
  });

  it.each([
    `select purge_deleted_users('0 days')`,
    `select purge_deleted_users(array[1])`,
    'select purge_removed_answers(null)',
    `select sweep_mass_edits('*')`,
    'select sweep_organizations(1)',
  ])('has no function with such arguments: %s', async (statement) => {
    expect(await codeOf(statement)).toBe(NO_SUCH_FUNCTION);
  });

  it('sees no mass edit of another organization with the setting of the reconciler', async () => {
    const [seen] = await client.begin(async (tx) => {
      await tx`select set_config('app.sweep', 'on', true)`;
      return tx<
        { rows: number }[]
      >`select (select count(*) from mass_edits) + (select count(*) from organizations) as rows`;
    });
    expect(Number(seen!.rows)).toBe(0);
  });

  const codeOf = (statement: string): Promise<string> =>
    client
      .begin(async (tx) => {
        await tx`select set_config('app.organization_id', ${organization.id}, true)`;
        await tx.unsafe(statement).simple();
        return 'done';
      })
      .catch((error: { code?: string; message: string }) => error.code ?? error.message);
});

describe('mass_edit_worker', () => {
  it('sees no token and no session by its hash', async () => {
    const [token] = await sql<{ hex: string }[]>`insert into tokens (organization_id, user_id, role, name, hash)
      values (${organization.id}, ${organization.uploader}, 'viewer', 'T', ${Buffer.from(organization.id)})
      returning encode(hash, 'hex') as hex`;
    const seenBy = (role: keyof typeof roles) =>
      roles[role].begin(async (tx) => {
        await tx`select set_config('app.token_hash', ${token!.hex}, true)`;
        return tx`select organization_id as id from tokens`;
      });
    expect(await seenBy('mass_edit_api')).toMatchObject([{ id: organization.id }]);
    expect(await seenBy('mass_edit_worker')).toEqual([]);
  });
});
