import { sql } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import type { SelectResultFields } from 'drizzle-orm/query-builders/select.types';
import postgres from 'postgres';
import { countUse } from './pool-use.ts';
import { withPreparedStatements } from './prepared-statements.ts';
import { DatabaseProbe } from './probe.ts';
import * as massEdits from './schema/mass-edits.ts';
import * as people from './schema/schema.ts';

const schema = { ...people, ...massEdits };
export type Database = PostgresJsDatabase<typeof schema> & { $client: postgres.Sql };
/** An open transaction. Functions that write take this and not a `Database`, which would use another connection. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

const INT8_OID = 20;

/**
 * A pool of connections. int8 is read as a number: identity keys stay far below 2^53.
 *
 * @param url a role's own URL (`mass_edit_api`, `mass_edit_worker`): row-level security binds both
 * @param options `max` connections; `applicationName` as `pg_stat_activity` shows it
 */
export function connect(url: string, options: { max?: number; applicationName?: string } = {}): Database {
  const max = options.max ?? 10;
  const client = postgres(url, {
    max,
    onnotice: () => {},
    connection: { application_name: options.applicationName ?? 'mass-edit', plan_cache_mode: 'force_custom_plan' },
    types: {
      bigint: {
        to: INT8_OID,
        from: [INT8_OID],
        parse: (text: string) => Number(text),
        serialize: (value: number) => String(value),
      },
    },
  });
  const db = drizzle(withPreparedStatements(client), { schema });
  probes.set(db, new DatabaseProbe(url, `${options.applicationName ?? 'mass-edit'} probe`));
  countUse(db, max);
  return db;
}

const probes = new WeakMap<Database, DatabaseProbe>();

/** The probe of PostgreSQL, which does not use the pool. It ends with the pool. */
export function probeOf(db: Database): DatabaseProbe {
  const probe = probes.get(db);
  if (!probe) throw new Error('This database was not made by connect()');
  return probe;
}

/** Closes the pool. Waits at most five seconds for open queries. */
export async function disconnect(db: Database): Promise<void> {
  await Promise.all([db.$client.end({ timeout: 5 }), probes.get(db)?.close()]);
}

/**
 * Runs `work` in one transaction for one organization: row-level security shows only that organization's rows. If
 * `work` throws, the transaction is rolled back.
 */
export async function inOrganization<T>(
  db: Database,
  organizationId: string,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('app.organization_id', ${organizationId}, true)`);
    return work(tx);
  });
}

/** As `inOrganization`, for code that opens several transactions for one organization. */
export const organizationTransactions =
  (db: Database, organizationId: string) =>
  <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    inOrganization(db, organizationId, work);

/** The rows of `tx.select(fields)`: `fields` has a column or an expression for each name. */
export type RowOf<Fields> = SelectResultFields<Fields>;

/** Runs a statement and returns its rows; columns are named as in the statement. */
export async function queryMany<Row extends Record<string, unknown>>(
  tx: Transaction,
  statement: ReturnType<typeof sql>,
): Promise<Row[]> {
  const rows: Record<string, unknown>[] = await tx.execute(statement);
  return [...rows] as Row[];
}

/**
 * As `queryMany`, for statements with exactly one row (an aggregate, an insert of one row); throws if there is none.
 */
export async function queryOne<Row extends Record<string, unknown>>(
  tx: Transaction,
  statement: ReturnType<typeof sql>,
): Promise<Row> {
  return only(await queryMany<Row>(tx, statement));
}

/** The row of a statement with exactly one row; throws if there is none. */
export function only<Row>([row]: Row[]): Row {
  if (row === undefined) throw new Error('A statement that always gives a row gave none');
  return row;
}
