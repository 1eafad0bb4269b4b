import { randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type postgres from 'postgres';
import { inject } from 'vitest';
import { connect, type Database, disconnect } from '../../db/client.ts';
import { openDatabase } from '../support/organization.ts';
import { createDatabase, urlsOf } from '../support/own-database.ts';
import { type Plan, plansIn } from './plan-log.ts';

export type GuardedDatabase = {
  /** The superuser's connection. */
  sql: postgres.Sql;
  /** The worker's connection. PostgreSQL records the plan of every statement that it runs. */
  worker: Database;
  /** Runs `work` and returns the plans of all statements that the worker ran meanwhile. */
  plansOf(work: () => Promise<unknown>): Promise<Plan[]>;
  drop(): Promise<void>;
};

/**
 * Settings of one database: PostgreSQL loads auto_explain for each connection and logs each plan with the actual rows
 * of each node. Parameters are not logged, because they are whole chunks.
 */
const RECORD_PLANS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_parameter_max_length': '0',
};

/**
 * A database of its own, copied from the migrated one of the run, in which every plan is recorded. Its statistics stay
 * as `believe` leaves them: the worker may not analyze there, and autovacuum is off.
 *
 * @param believe fills the database and analyzes it (or not)
 * @param stagesAnalyze lets the stages analyze, as they do in production
 */
export async function guardedDatabase(
  believe: (sql: postgres.Sql) => Promise<unknown>,
  stagesAnalyze = false,
): Promise<GuardedDatabase> {
  const name = `guarded_${randomUUID().replaceAll('-', '')}`;
  const drop = await createDatabase(name);
  const { superuserUrl, workerUrl } = urlsOf(name);
  const sql = openDatabase(superuserUrl);
  const tables = await sql<{ name: string }[]>`select tablename as name from pg_tables where schemaname = 'public'`;
  for (const { name: table } of tables) {
    await sql.unsafe(`alter table ${table} set (autovacuum_enabled = off)`);
    if (!stagesAnalyze) await sql.unsafe(`revoke maintain on ${table} from mass_edit_worker`);
  }
  await believe(sql);
  for (const [setting, value] of Object.entries(RECORD_PLANS))
    await sql.unsafe(`alter role mass_edit_worker in database ${name} set ${setting} = '${value}'`);
  const worker = connect(workerUrl, { max: 4, applicationName: 'guarded worker' });
  return {
    sql,
    worker,
    plansOf: async (work) => {
      const log = inject('postgresLog');
      const before = statSync(log).size;
      await work();
      return plansIn(readFileSync(log).subarray(before).toString());
    },
    drop: async () => {
      await disconnect(worker);
      await sql.end();
      await drop();
    },
  };
}
