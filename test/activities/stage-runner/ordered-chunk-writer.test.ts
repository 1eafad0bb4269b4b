import { sql as statement } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { createOrderedChunkWriter } from '../../../activities/stage-runner/ordered-chunk-writer.ts';
import { connect, type Database, disconnect, inOrganization, type Transaction } from '../../../db/client.ts';
import type { Checkpoint } from '../../../db/stages/checkpoints.ts';
import { newOrganization, openDatabase, storeMassEdit, type TestOrganization } from '../../support/organization.ts';

const STAGE = 5;
const sql = openDatabase();
let db: Database;
let organization: TestOrganization;
let users: number[];
let lanes: ReturnType<typeof createOrderedChunkWriter>;
let massEditId: number;
beforeAll(() => {
  db = connect(inject('workerDatabaseUrl'), { max: 4 });
});
afterAll(async () => {
  await disconnect(db);
  await sql.end();
});
beforeEach(async () => {
  organization = await newOrganization(sql);
  ({ id: massEditId } = await storeMassEdit(sql, organization, 'Email\n'));
  users = [];
  for (const name of ['a', 'b', 'c']) {
    const [row] = await sql<{ id: number }[]>`insert into users (organization_id, email, first_name)
      values (${organization.id}, ${`${name}@example.com`}, 'Before') returning id`;
    users.push(row!.id);
  }
  const write = <T>(work: (tx: Transaction) => Promise<T>) => inOrganization(db, organization.id, work);
  lanes = createOrderedChunkWriter(write, { massEditId, stage: STAGE });
});

const at = (cursor: number): Checkpoint => ({
  ...{ status: 'running', step: 0, cursor, done: cursor, total: 3, result: null },
});
const nothing = async (): Promise<void> => {};
/** Submits chunk n, counted from 0. `committed` is called after its commit. */
const begin = (
  n: number,
  write: (tx: Transaction) => Promise<unknown>,
  { alone: exclusive, committed = nothing }: { alone?: boolean; committed?: () => Promise<void> } = {},
) => lanes.submit({ write, exclusive }, at(n), () => at(n + 1), committed);
const rename = (user: number, name: string) => (tx: Transaction) =>
  tx.execute(statement`update users set first_name = ${name} where id = ${users[user]}`);
const names = async () =>
  (await sql`select first_name as name from users where id = any(${users}) order by id`).map(({ name }) => name);
const cursor = async () =>
  (await sql`select "cursor" from stages where mass_edit_id = ${massEditId} and number = ${STAGE}`)[0]!.cursor;
const gate = () => Promise.withResolvers<void>();

describe('two chunks', () => {
  it('are written at the same time and committed in order', async () => {
    const [first, second] = [gate(), gate()];
    const committed: number[] = [];
    const note = (n: number) => async () => void committed.push(n);
    await begin(0, async (tx) => rename(0, 'First')(tx).then(() => first.promise), { committed: note(0) });
    await begin(1, async (tx) => rename(1, 'Second')(tx).then(() => second.resolve()), { committed: note(1) });
    await second.promise; // while the first is still under way
    const third = begin(2, rename(2, 'Third'), { committed: note(2) });
    expect([await names(), await cursor()]).toEqual([['Before', 'Before', 'Before'], 0]);
    first.resolve();
    await third;
    await lanes.finish();
    expect([await names(), await cursor()]).toEqual([['First', 'Second', 'Third'], 3]);
    expect(committed).toEqual([0, 1, 2]);
  });

  it('write nothing if the first chunk fails, and its error is thrown', async () => {
    const first = gate();
    await begin(0, async (tx) => {
      await rename(0, 'First')(tx);
      await first.promise;
      throw new Error('The first');
    });
    await begin(1, rename(1, 'Second'));
    first.resolve();
    await expect(begin(2, rename(2, 'Third'))).rejects.toThrow('The first');
    await lanes.drain();
    expect([await names(), await cursor()]).toEqual([['Before', 'Before', 'Before'], 0]);
  });

  it('have the error of the second chunk thrown by finish if no chunk follows', async () => {
    await begin(0, rename(0, 'First'));
    await begin(1, async () => {
      throw new Error('The second');
    });
    await expect(lanes.finish()).rejects.toThrow('The second');
    expect([await names(), await cursor()]).toEqual([['First', 'Before', 'Before'], 1]);
  });

  it('are in a deadlock that PostgreSQL ends if another transaction locks the rows in the other order', async () => {
    const [taken, waited] = [gate(), gate()];
    const other = sql.begin(async (tx) => {
      await tx`update users set last_name = 'Theirs' where id = ${users[0]!}`;
      taken.resolve();
      await waited.promise;
      await tx`update users set last_name = 'Theirs' where id = ${users[1]!}`;
    });
    await taken.promise;
    await begin(0, rename(0, 'First'));
    await begin(1, async (tx) => rename(1, 'Second')(tx).then(() => waited.resolve()));
    const [ours, theirs] = await Promise.allSettled([lanes.finish(), other]);
    await lanes.drain();
    expect([ours.status, theirs.status]).toContain('rejected');
    const ended = [ours, theirs].flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(ended.map((reason) => reason.code ?? reason.cause?.code)).toContain('40P01');
  });
});

describe('an exclusive chunk', () => {
  it('begins after the chunks before it, and no chunk begins while it runs', async () => {
    const first = gate();
    const began: string[] = [];
    await begin(0, async () => first.promise);
    const alone = begin(1, async () => void began.push('alone'), { alone: true });
    const next = alone.then(() => begin(2, async () => void began.push('next')));
    // Each takes at least as long as the start of a chunk.
    for (let others = 0; others < 10; others++) await inOrganization(db, organization.id, rename(0, 'Other'));
    expect(began).toEqual([]);
    first.resolve();
    await next;
    await lanes.finish();
    expect(began).toEqual(['alone', 'next']);
    expect(await cursor()).toBe(3);
  });
});

it('a chunk is not committed if the chunk before it was not written', async () => {
  await begin(1, rename(1, 'Second'));
  await expect(lanes.finish()).rejects.toThrow('The chunk before this one was not written');
  expect([await names(), await cursor()]).toEqual([['Before', 'Before', 'Before'], 0]);
});
