import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as runMigrations } from 'drizzle-orm/postgres-js/migrator';
import postgres from 'postgres';
import { readConfig } from '../config.ts';

/** Any number, the same for every migration run. */
const MIGRATION_LOCK = 6_283_185;

export type MigrateInput = {
  /** The URL of a superuser, or of a role that may create roles, extensions and tables. */
  databaseUrl: string;
  apiPassword: string;
  workerPassword: string;
};

/**
 * Creates the roles and migrates the database to the newest version. A second run applies no migration again, because
 * the database counts them. An advisory lock lets one run at a time. Each run sets the passwords, so a new run changes
 * a password. Role settings and the right to connect are set here and not in a migration, because a dump does not
 * include them.
 */
export async function migrate({ databaseUrl, apiPassword, workerPassword }: MigrateInput): Promise<void> {
  const client = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    await client`select pg_advisory_lock(${MIGRATION_LOCK})`;
    await ensureRole(client, 'mass_edit_owner', null);
    await ensureRole(client, 'mass_edit_api', apiPassword);
    await ensureRole(client, 'mass_edit_worker', workerPassword);
    await setUpRoles(client);
    await closeDatabase(client);
    await runMigrations(drizzle(client), { migrationsFolder: resolve(import.meta.dirname, 'migrations') });
  } finally {
    await client.end({ timeout: 5 });
  }
}

/**
 * Planner settings of the worker's role. Its statements join sets whose size the planner cannot know, because their
 * rows are a moment old. A plan that is cheap for the one expected row is quadratic for the real 5,000. test/plans/
 * checks this.
 */
const PLANNER_OF_WORKER = {
  // Sets are hashed. A lookup by key is written as `lateral … offset 0`, which stays a nested loop.
  enable_nestloop: 'off',
  // Tables are read by the key of the organization or of the mass edit. PL/pgSQL keeps the plan of a trigger as long as
  // the connection lives. A plan that was made while the table was small would read the grown table for each row.
  enable_seqscan: 'off',
  // Otherwise the bitmap of 5,000 keys is combined with that of the organization's key: all of its rows for each chunk.
  enable_bitmapscan: 'off',
};

/**
 * Time limits for the sessions of a role. A hanging statement, a lock that is never released and an idle transaction
 * end by themselves. They are set in the database, so that every connection has them.
 *
 * The API: a client waits for its answer, and the longest read of a million users takes a few seconds. The API waits
 * for locks of chunks, which take a second. No transaction stays open while a client reads, so that none is idle for
 * longer than our own code takes.
 *
 * The worker: a stage sets 15 minutes for its statements itself (`assertFence`), and a claim 3 s for its lock
 * (`claim`). A chunk waits for other writers of the same users, and for its turn behind an earlier chunk that waits. A
 * statement that a limit ends is retried.
 */
const LIMITS = {
  api: { statement_timeout: '15s', lock_timeout: '10s', idle_in_transaction_session_timeout: '60s' },
  worker: { statement_timeout: '15min', lock_timeout: '5min', idle_in_transaction_session_timeout: '15min' },
};

const ROLE_SETTINGS = {
  mass_edit_api: LIMITS.api,
  mass_edit_worker: { ...LIMITS.worker, ...PLANNER_OF_WORKER },
};

/**
 * Sets what each role's sessions begin with. They hold from the next connection on. A role may change its own settings, and one
 * for this database would be stronger.
 */
async function setUpRoles(client: postgres.Sql): Promise<void> {
  for (const [role, settings] of Object.entries(ROLE_SETTINGS)) {
    const [found] = await client<{ config: string[] | null; here: string | null }[]>`
      select s.setconfig as config, quote_ident(d.datname) as here from pg_roles r
      left join pg_db_role_setting s on s.setrole = r.oid and s.setdatabase = 0
      left join pg_database d on d.datname = current_database()
        and exists (select from pg_db_role_setting own where own.setrole = r.oid and own.setdatabase = d.oid)
      where r.rolname = ${role}`;
    if (found?.here) await client.unsafe(`alter role ${role} in database ${found.here} reset all`);
    for (const [name, value] of Object.entries(settings)) {
      // Roles belong to all databases of a server: two migrations at once must not write the same row.
      if (!found?.config?.includes(`${name}=${value}`))
        await client.unsafe(`alter role ${role} set ${name} = '${value}'`);
    }
  }
}

const WITHOUT_POWERS = 'nosuperuser nocreatedb nocreaterole noreplication nobypassrls';

/** Lets the two roles connect and no other; none makes temporary tables. The owner of the database and superusers do both. */
async function closeDatabase(client: postgres.Sql): Promise<void> {
  const [database] = await client<{ name: string; open: boolean }[]>`
    select quote_ident(d.datname) as name, has_database_privilege('public', d.oid, 'connect')
      or has_database_privilege('public', d.oid, 'temporary')
      or not has_database_privilege('mass_edit_api', d.oid, 'connect')
      or not has_database_privilege('mass_edit_worker', d.oid, 'connect') as open
    from pg_database d where d.datname = current_database()`;
  if (!database?.open) return;
  await client.unsafe(`revoke connect, temporary on database ${database.name} from public`);
  await client.unsafe(`grant connect on database ${database.name} to mass_edit_api, mass_edit_worker`);
}

/** A role that was there before gets the same attributes, and leaves the roles that it is a member of. */
export async function ensureRole(client: postgres.Sql, name: string, password: string | null): Promise<void> {
  const [found] = await client<{ strong: boolean; login: boolean }[]>`
    select rolcanlogin as login, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolreplication as strong
    from pg_roles where rolname = ${name}`;
  if (!found) await client.unsafe(`create role ${name} ${WITHOUT_POWERS} nologin`);
  else if (found.strong) await client.unsafe(`alter role ${name} ${WITHOUT_POWERS}`);
  for (const { role, grantor } of await client<Record<'role' | 'grantor', string>[]>`
    select roleid::regrole::text as role, grantor::regrole::text as grantor
    from pg_auth_members where member = ${name}::regrole`) {
    await client.unsafe(`revoke ${role} from ${name} granted by ${grantor} cascade`);
  }
  if (password === null) {
    if (found?.login) await client.unsafe(`alter role ${name} nologin`);
    return;
  }
  const [quoted] = await client`select quote_literal(${password}) as literal`;
  await client.unsafe(`alter role ${name} login password ${quoted?.literal}`);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const config = readConfig();
  await migrate({
    databaseUrl: config.databaseUrl,
    apiPassword: config.apiDatabasePassword,
    workerPassword: config.workerDatabasePassword,
  });
}
