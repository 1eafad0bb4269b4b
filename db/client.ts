import { sql } from 'drizzle-orm';
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js';
import postgres from 'postgres';
import * as people from './schema.ts';
import * as massEdits from './schema-mass-edits.ts';

const schema = { ...people, ...massEdits };
export type Database = PostgresJsDatabase<typeof schema> & { $client: postgres.Sql };
/** An open transaction. Functions that write take this and not a `Database`, which would be another connection. */
export type Transaction = Parameters<Parameters<Database['transaction']>[0]>[0];

const INT8_OID = 20;

/**
 * A pool of connections. int8 is read as a number: identity keys stay far below 2^53.
 *
 * @param url a role's own URL (`mass_edit_api`, `mass_edit_worker`): row-level security binds both
 * @param options `max` connections; `applicationName` as `pg_stat_activity` shows it
 */
export function connect(url: string, options: { max?: number; applicationName?: string } = {}): Database {
  const client = postgres(url, {
    max: options.max ?? 10,
    onnotice: () => {},
    connection: { application_name: options.applicationName ?? 'mass-edit' },
    types: {
      bigint: {
        to: INT8_OID,
        from: [INT8_OID],
        parse: (text: string) => Number(text),
        serialize: (value: number) => String(value),
      },
    },
  });
  return drizzle(client, { schema });
}

/** Ends the pool, waiting at most five seconds for what is under way. */
export async function disconnect(db: Database): Promise<void> {
  await db.$client.end({ timeout: 5 });
}

/** Whether PostgreSQL answers at all. */
export async function isReachable(db: Database): Promise<boolean> {
  try {
    await db.execute(sql`select 1`);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs `work` in one transaction that speaks for one organization: row-level security shows it that organization's rows
 * and no others. Everything is taken back if it throws.
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

/** As `inOrganization`, of what opens several transactions for one organization. */
export const transactionsOf =
  (db: Database, organizationId: string) =>
  <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    inOrganization(db, organizationId, work);

/** Runs a statement and gives its rows; columns come as the statement names them. */
export async function rowsOf<Row extends Record<string, unknown>>(
  tx: Transaction,
  statement: ReturnType<typeof sql>,
): Promise<Row[]> {
  const rows: Record<string, unknown>[] = await tx.execute(statement);
  return [...rows] as Row[];
}

/** As `rowsOf`, for statements that give exactly one row (an aggregate, an insert of one row); throws where none came. */
export async function rowOf<Row extends Record<string, unknown>>(
  tx: Transaction,
  statement: ReturnType<typeof sql>,
): Promise<Row> {
  const [row] = await rowsOf<Row>(tx, statement);
  if (row === undefined) throw new Error('A statement that always gives a row gave none');
  return row;
}
