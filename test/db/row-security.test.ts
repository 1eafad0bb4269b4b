import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect, disconnect } from '../../db/client.ts';
import { newOrganization, openDatabase, storeMassEdit, type TestOrganization } from '../support/organization.ts';

const sql = openDatabase();
const roles = {
  api: connect(inject('apiDatabaseUrl'), { max: 2 }),
  worker: connect(inject('workerDatabaseUrl'), { max: 2 }),
};
let ours: TestOrganization;
let theirs: TestOrganization;
/** Every table of the project: all hold one organization's rows. */
let tables: string[];

beforeAll(async () => {
  [ours, theirs] = await Promise.all([newOrganization(sql), newOrganization(sql)]);
  tables = (
    await sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public' order by 1`
  ).map(({ name }) => name);
  for (const organization of [ours, theirs]) await fillEveryTable(organization);
});
afterAll(async () => {
  await Promise.all(Object.values(roles).map(disconnect));
  await sql.end();
});

describe('the catalogue', () => {
  it('has every table under forced row-level security, with the policy of its organization', async () => {
    const found = await sql`
      select c.relname as table, c.relrowsecurity and c.relforcerowsecurity as forced,
        coalesce((select p.qual like '%current_organization()%' and p.with_check = p.qual and p.cmd = 'ALL'
            and p.roles = '{public}' and p.permissive = 'PERMISSIVE'
          from pg_policies p where p.tablename = c.relname and p.policyname = 'own_organization'), false) as own
      from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') order by 1`;
    expect(found.map((row) => ({ ...row }))).toEqual(tables.map((table) => ({ table, forced: true, own: true })));
  });

  it('has no other policy than these, which show a token, session or link to its holder and open mass edits to the reconciler', async () => {
    const others = await sql<{ policy: string }[]>`
      select concat_ws(' ', tablename, policyname, permissive, cmd, 'to', array_to_string(roles, ' ')) as policy from pg_policies
      where policyname <> 'own_organization' order by 1`;
    expect(others.map(({ policy }) => policy)).toEqual([
      'answers no_removal RESTRICTIVE UPDATE to mass_edit_api',
      'mass_edits sweep PERMISSIVE SELECT to mass_edit_owner',
      'organizations sweep PERMISSIVE SELECT to mass_edit_owner',
      'sessions own_session PERMISSIVE SELECT to mass_edit_api',
      'sign_in_links own_link PERMISSIVE SELECT to mass_edit_api',
      'tokens own_token PERMISSIVE SELECT to mass_edit_api',
      'users no_deletion RESTRICTIVE UPDATE to mass_edit_api',
    ]);
  });

  it('has one table without an organization, of workers, which only the worker writes', async () => {
    const found = await sql<{ name: string; grantee: string; writes: boolean }[]>`
      select c.relname as name, r.rolname as grantee, has_table_privilege(r.rolname, c.oid, 'insert, update, delete') as writes
      from pg_class c cross join pg_roles r
      where c.relnamespace = 'operations'::regnamespace and c.relkind in ('r', 'p')
        and r.rolname in ('mass_edit_api', 'mass_edit_worker') order by 2`;
    expect(found.map((row) => ({ ...row }))).toEqual([
      { name: 'workers', grantee: 'mass_edit_api', writes: false },
      { name: 'workers', grantee: 'mass_edit_worker', writes: true },
    ]);
    const columns =
      await sql`select column_name from information_schema.columns where table_schema = 'operations' order by 1`;
    expect(columns.map((row) => row.column_name)).toEqual(['lane', 'process', 'seen_at', 'task_queue']);
  });
});

describe.each(['api', 'worker'] as const)('the role %s', (role) => {
  const client = roles[role].$client;

  it('sees no row of any table if no organization is set', async () => {
    for (const table of await granted(role, 'SELECT')) {
      const [row] = await client<{ rows: number }[]>`select count(*)::int as rows from ${client(table)}`;
      expect([table, row!.rows]).toEqual([table, 0]);
    }
  });

  it('sees the rows of one organization and none of the other', async () => {
    for (const table of await granted(role, 'SELECT')) {
      const column = table === 'organizations' ? 'id' : 'organization_id';
      const found = await speakingFor(
        client,
        ours.id,
        (tx) => tx`select distinct ${tx(column)} as of from ${tx(table)}`,
      );
      expect([table, found.map((row) => row.of)]).toEqual([table, [ours.id]]);
    }
  });

  it('changes and deletes no row of the other organization', async () => {
    for (const name of await granted(role, 'DELETE')) {
      const changed = await speakingFor(
        client,
        ours.id,
        (tx) => tx`
        delete from ${tx(name)} where organization_id = ${theirs.id}`,
      );
      expect([name, changed.count]).toEqual([name, 0]);
      const [left] = await sql<{ rows: number }[]>`
        select count(*)::int as rows from ${sql(name)} where organization_id = ${theirs.id}`;
      expect([name, left!.rows > 0]).toEqual([name, true]);
    }
  });

  it('writes no row for the other organization, in any table', async () => {
    for (const name of await granted(role, 'INSERT')) {
      const column = name === 'organizations' ? 'id' : 'organization_id';
      const { columns, row } = await copyOfOwnRow(role, name, column);
      const copied = speakingFor(client, ours.id, (tx) =>
        tx.unsafe(`insert into ${name} (${columns}) select ${columns} from json_populate_record(null::${name}, $1)`, [
          JSON.stringify({ ...row, [column]: theirs.id }),
        ]),
      );
      // The policy is checked before any key or check of the row.
      expect([name, await refusalOf(copied)]).toEqual([name, POLICY]);
    }
  });

  it('moves no row of its own to the other organization', async () => {
    for (const name of await granted(role, 'UPDATE')) {
      const column = name === 'organizations' ? 'id' : 'organization_id';
      const moved = speakingFor(client, ours.id, (tx) => tx`update ${tx(name)} set ${tx(column)} = ${theirs.id}`);
      // For most tables, the role may not write this column at all.
      expect([POLICY, `permission denied for table ${name}`]).toContain(await refusalOf(moved));
    }
  });
});

const POLICY = 'row-level security';

/** The reason of a refusal, as far as the tests need it. */
const refusalOf = (refused: Promise<unknown>): Promise<string> =>
  refused.then(
    () => 'done',
    (error: Error) => (error.message.includes(POLICY) ? POLICY : error.message),
  );

/** The tables on which a role has a privilege, for all columns or for some. */
async function granted(role: string, privilege: 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE'): Promise<string[]> {
  const has = privilege === 'DELETE' ? 'has_table_privilege' : 'has_any_column_privilege';
  const rows = await sql<{ name: string }[]>`
    select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
      and ${sql(has)}(${`mass_edit_${role}`}, oid, ${privilege}) order by 1`;
  return rows.map(({ name }) => name);
}

function speakingFor<T>(
  client: postgres.Sql,
  organizationId: string,
  work: (tx: postgres.TransactionSql) => Promise<T>,
) {
  return client.begin(async (tx) => {
    await tx`select set_config('app.organization_id', ${organizationId}, true)`;
    return work(tx);
  });
}

/** A row of our organization, as the superuser sees it, with the columns that a role may insert. */
async function copyOfOwnRow(role: string, table: string, column: string) {
  const columns = await sql<{ name: string }[]>`
    select quote_ident(attname) as name from pg_attribute
    where attrelid = ${table}::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity <> 'a'
      and has_column_privilege(${`mass_edit_${role}`}, attrelid, attnum, 'INSERT')`;
  const [copied] = await sql<{ row: object }[]>`select to_json(t) as row from ${sql(table)} t
    where ${sql(column)} = ${ours.id} limit 1`;
  return { columns: columns.map(({ name }) => name).join(', '), row: copied!.row };
}

/** At least one row in every table; asserted, so that a new table is not forgotten. */
async function fillEveryTable({ id, uploader, attributes }: TestOrganization): Promise<void> {
  const of = { organization_id: id };
  const attribute = attributes.Department!;
  const edit = await storeMassEdit(sql, { id, uploader, attributes }, 'Email\n');
  const [segment] =
    await sql`insert into segments ${sql({ ...of, attribute_id: attribute, name: 'Sales' })} returning id`;
  const [survey] = await sql`insert into surveys ${sql({ ...of, name: 'S', sent_on: '2026-01-01' })} returning id`;
  const massEdit = { ...of, mass_edit_id: edit.id };
  const rows: Record<string, Record<string, unknown>> = {
    segment_aliases: { ...of, attribute_id: attribute, segment_id: segment!.id, alias: 'S' },
    memberships: { ...of, user_id: uploader, since: '2026-01-01' },
    membership_periods: {
      ...of,
      user_id: uploader,
      attribute_id: attribute,
      period: '[2025-01-01,2026-01-01)',
      value: sql.json(1),
    },
    answers: { ...of, survey_id: survey!.id, user_id: uploader, answered_on: '2026-01-01', question: 'Q', score: 1 },
    tokens: { ...of, user_id: uploader, role: 'viewer', name: 'T', hash: Buffer.from(id) },
    planned_segments: { ...massEdit, id: segment!.id, attribute_id: attribute, name: 'Sales' },
    plan_rows: { ...massEdit, line: 2, action: 'unchanged', user_id: uploader },
    missing_users: { ...massEdit, user_id: uploader, user_version: 1 },
    findings: { ...massEdit, stage: 1, severity: 'warning', code: 'SHORT_ROW' },
    findings_left_out: { ...massEdit, stage: 1, severity: 'warning', code: 'SHORT_ROW', count: 1 },
    answers_before: { ...massEdit, stage: 7, answer_id: 1, user_id: uploader, line: 2 },
    periods_before: {
      ...massEdit,
      ...{ user_id: uploader, attribute_id: attribute, line: 2, value: sql.json(1), period: '[2025-01-01,2026-01-01)' },
    },
    changes: { ...of, user_id: uploader, before: sql.json({}), after: sql.json({}) },
  };
  for (const [table, row] of Object.entries(rows)) await sql`insert into ${sql(table)} ${sql(row)}`;
  for (const table of ['sessions', 'sign_in_links'])
    await sql`insert into ${sql(table)} (organization_id, token_id, hash, expires_at)
      select organization_id, id, hash, now() + interval '1 hour' from tokens where organization_id = ${id}`;
  for (const table of tables) {
    const column = table === 'organizations' ? 'id' : 'organization_id';
    const [found] = await sql`select 1 as one from ${sql(table)} where ${sql(column)} = ${id} limit 1`;
    expect([table, found?.one]).toEqual([table, 1]);
  }
}
