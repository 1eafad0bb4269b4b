import { afterAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../support/organization.ts';

/** The privileges of every role, as PostgreSQL has them. A new or a lost grant changes a line of privileges.txt. */
const sql = openDatabase();
afterAll(() => sql.end());

/** Our schemas, with the one that counts the migrations. */
const OURS = sql`nspname !~ '^pg_' and nspname <> 'information_schema'`;
const ROLES = ['public', 'mass_edit_api', 'mass_edit_worker'];
const OF_TABLES = ['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'maintain'];

describe('the privileges', () => {
  it('are those of test/db/privileges.txt', async () => {
    const lines: string[] = [];
    for (const role of ROLES) lines.push(role, ...(await privilegesOf(role)).map((line) => `  ${line}`), '');
    // After an intended change: npx vitest run test/db/privileges.test.ts --update
    await expect(lines.join('\n')).toMatchFileSnapshot('privileges.txt');
  });

  it('cannot be granted further, and no role is a member of another', async () => {
    const powers = await sql`
      select rolname, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as strong, rolcanlogin as login,
        exists (select from pg_auth_members m where m.member = r.oid) as member
      from pg_roles r where rolname like 'mass\\_edit\\_%' order by 1`;
    expect(powers.map((row) => ({ ...row }))).toEqual([
      { rolname: 'mass_edit_api', strong: false, login: true, member: false },
      { rolname: 'mass_edit_owner', strong: false, login: false, member: false },
      { rolname: 'mass_edit_worker', strong: false, login: true, member: false },
    ]);
    const passedOn = await sql`
      select c.relname from pg_class c cross join lateral aclexplode(c.relacl) a where a.is_grantable and c.relnamespace in
        (select oid from pg_namespace where ${OURS})`;
    expect(passedOn).toEqual([]);
  });

  it('of new tables in a later migration are none', async () => {
    const undone = new Error('undone');
    const made = sql.begin(async (tx) => {
      await tx`create function later() returns integer language sql return 1`;
      await tx`create table later (id bigint generated always as identity)`;
      const found = await tx`select r.name, has_function_privilege(r.name, 'later()', 'execute')
          or has_table_privilege(r.name, 'later', ${OF_TABLES.join(', ')})
          or has_sequence_privilege(r.name, 'later_id_seq', 'usage, select, update') as any
        from unnest(${ROLES}::text[]) as r(name) order by 1`;
      expect(found.map((row) => ({ ...row }))).toEqual(ROLES.toSorted().map((name) => ({ name, any: false })));
      throw undone;
    });
    await expect(made).rejects.toBe(undone);
  });
});

describe('all tables, sequences and functions', () => {
  it('are owned by mass_edit_owner, who cannot log in', async () => {
    const others = await sql`
      select * from (
        select relname::text as name, relowner as owner, relnamespace as schema, 'pg_class'::regclass as kind, oid from pg_class
        union all select proname, proowner, pronamespace, 'pg_proc'::regclass, oid from pg_proc
        union all select typname, typowner, typnamespace, 'pg_type'::regclass, oid from pg_type
        union all select nspname, nspowner, oid, 'pg_namespace'::regclass, oid from pg_namespace where nspname <> 'public'
      ) o where schema in ('public'::regnamespace, 'operations'::regnamespace) and owner <> 'mass_edit_owner'::regrole
        and not exists (select from pg_depend d where d.classid = o.kind and d.objid = o.oid and d.deptype = 'e')
      order by name`;
    expect(others.map(({ name }) => name)).toEqual([]);
  });

  it('have no view; only the five functions for the API run as their owner, each with its own search path', async () => {
    const views = await sql`select c.relname from pg_class c where c.relkind in ('v', 'm')
      and c.relnamespace in (select oid from pg_namespace where ${OURS})`;
    expect(views).toEqual([]);
    const definers = await sql`
      select p.proname as name, 'search_path=pg_catalog, public, pg_temp' = any(p.proconfig) as safe, pronargs as arguments
      from pg_proc p where p.prosecdef and p.pronamespace in (select oid from pg_namespace where ${OURS}) order by 1`;
    expect(definers.map((row) => ({ ...row }))).toEqual(
      [
        'count_open_mass_edits',
        'purge_deleted_users',
        'purge_removed_answers',
        'sweep_mass_edits',
        'sweep_organizations',
      ].map((name) => ({ name, safe: true, arguments: 0 })),
    );
  });
});

/** Every privilege of a role, including those of PUBLIC: a line for each object, and one for each list of columns. */
async function privilegesOf(role: string): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select line from (
      select 1 as kind, 'database: ' || string_agg(p, ', ' order by o) as line
      from unnest(array['create', 'connect', 'temporary']) with ordinality as x(p, o)
      where has_database_privilege(${role}, current_database(), p)
      union all
      select 2, 'schema ' || nspname || ': ' || string_agg(p, ', ' order by o)
      from pg_namespace n cross join unnest(array['create', 'usage']) with ordinality as x(p, o)
      where ${OURS} and has_schema_privilege(${role}, n.oid, p) group by nspname
      union all
      select 3, 'table ' || c.oid::regclass || ': ' || string_agg(p || coalesce(' (' || columns || ')', ''), ', ' order by o)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      cross join unnest(${OF_TABLES}::text[]) with ordinality as x(p, o)
      cross join lateral (
        select case when not has_table_privilege(${role}, c.oid, p) and p in ('select', 'insert', 'update', 'references') then (
          select string_agg(attname, ', ' order by attname) from pg_attribute
          where attrelid = c.oid and attnum > 0 and not attisdropped and has_column_privilege(${role}, c.oid, attnum, p)) end
      ) l(columns)
      where ${OURS} and c.relkind in ('r', 'p', 'v', 'm', 'f') and (has_table_privilege(${role}, c.oid, p) or columns is not null)
      group by c.oid, columns
      union all
      select 4, 'sequence ' || c.oid::regclass || ': ' || string_agg(p, ', ' order by o)
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
      cross join unnest(array['usage', 'select', 'update']) with ordinality as x(p, o)
      where ${OURS} and c.relkind = 'S' and has_sequence_privilege(${role}, c.oid, p) group by c.oid
      union all
      select 5, 'function ' || f.oid::regprocedure || ': execute' from pg_proc f join pg_namespace n on n.oid = f.pronamespace
      where ${OURS} and has_function_privilege(${role}, f.oid, 'execute')
    ) a where line is not null order by kind, line collate "C"`;
  return rows.map(({ line }) => line);
}
