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
import { changeSegment, createSegment } from '../../db/people/segments.ts';
import { faultKindOf } from '../../db/stages/fault-kinds.ts';
import { newOrganization, openDatabase, type TestOrganization } from '../support/organization.ts';

const superuser = openDatabase();
let db: Database;
let organizationId: string;
let attributes: TestOrganization['attributes'];
beforeAll(async () => {
  db = connect(inject('workerDatabaseUrl'), { max: 1 });
  ({ id: organizationId, attributes } = await newOrganization(superuser));
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

it('lists of any length are one statement, because a connection keeps each statement', async () => {
  const api = connect(inject('apiDatabaseUrl'), { max: 1 });
  const { Department: attribute = 0 } = attributes;
  const named = { organizationId, attribute, name: 'Sales', lower: null, upper: null };
  await inOrganization(api, organizationId, async (tx) => {
    const { key } = await createSegment(tx, { ...named, aliases: [] });
    for (const aliases of [['Vente'], ['Vente', 'Verkauf'], ['Verkauf'], [], ['Ventas', 'Vente', 'Verkauf']])
      expect((await changeSegment(tx, { ...named, key, aliases })).aliases).toEqual(aliases);
    const kept = await queryMany(
      tx,
      sql`select statement from pg_prepared_statements where statement like 'delete from "segment_aliases"%'`,
    );
    expect(kept).toHaveLength(1);
  }).finally(() => disconnect(api));
});

it('a statement whose columns a migration changes fails once for a connection, as a fault that passes', async () => {
  const owner = connect(inject('databaseUrl'), { max: 1 });
  const read = () => owner.transaction((tx) => queryMany(tx, sql`select * from migrated where count = ${1}`));
  try {
    await owner.execute(sql`create temporary table migrated (count) as select 1`);
    await read();
    await owner.execute(sql`alter table migrated alter column count type bigint`);
    const fault = await read().catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(Error);
    expect(faultKindOf(fault)).toBe('passing');
    expect(await read()).toEqual([{ count: 1 }]);
  } finally {
    await disconnect(owner);
  }
});
