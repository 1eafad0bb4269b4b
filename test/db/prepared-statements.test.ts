import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import {
  connect,
  type Database,
  disconnect,
  inOrganization,
  queryMany,
  queryOne,
  type Transaction,
} from '../../db/client.ts';
import { newOrganization, openDatabase } from '../support/organization.ts';

const superuser = openDatabase();
let db: Database;
let organizationId: string;
beforeAll(async () => {
  db = connect(inject('workerDatabaseUrl'), { max: 1 });
  ({ id: organizationId } = await newOrganization(superuser));
});
afterAll(async () => {
  await disconnect(db);
  await superuser.end();
});

const doubled = (tx: Transaction, number: number) =>
  queryOne<{ doubled: number }>(tx, sql`select 2 * ${number}::int as doubled`);
const executions = async () =>
  inOrganization(db, organizationId, (tx) =>
    queryMany<{ custom: number; generic: number }>(
      tx,
      sql`select custom_plans as custom, generic_plans as generic from pg_prepared_statements
          where statement like 'select 2 * %'`,
    ),
  );

it('a statement is prepared once for a connection, and planned at each execution by its parameters', async () => {
  const TIMES = 10;
  for (let number = 0; number < TIMES; number++)
    expect(await inOrganization(db, organizationId, (tx) => doubled(tx, number))).toEqual({ doubled: 2 * number });
  expect(await executions()).toEqual([{ custom: TIMES, generic: 0 }]);
});

it('a statement inside a savepoint is prepared too, and stays after a rollback', async () => {
  const before = await executions();
  const failed = inOrganization(db, organizationId, (tx) =>
    tx.transaction(async (inner) => {
      await doubled(inner, 1);
      throw new Error('rolled back');
    }),
  );
  await expect(failed).rejects.toThrow('rolled back');
  expect(await executions()).toEqual(before.map(({ custom }) => ({ custom: custom + 1, generic: 0 })));
});
