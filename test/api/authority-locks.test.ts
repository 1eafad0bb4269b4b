import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begin, type Callers, startCallers, type Who } from '../support/callers.ts';
import { useOwnDatabase } from '../support/own-database.ts';
import { until } from '../support/until.ts';
import { seedWritings, type Writing } from '../support/writings.ts';

const database = useOwnDatabase('authority_locks_test');
let callers: Callers;
let writings: Writing[];
beforeAll(async () => {
  callers = await startCallers(database);
  writings = await seedWritings(callers.sql);
});
afterAll(() => callers.close());

const writingOf = (operation: string): Writing => writings.find((writing) => writing.operation.endsWith(operation))!;
const idOf = async (table: 'users' | 'tokens', key: number): Promise<string> =>
  (await callers.sql<{ id: string }[]>`select public_id as id from ${callers.sql(table)} where id = ${key}`)[0]!.id;
/** The deletion of a caller's token. */
const deletionOf = async (organizationId: string, { token }: Who) => ({
  operation: 'DELETE',
  path: `/v1/organizations/${organizationId}/tokens/${await idOf('tokens', token)}`,
});

const demotionOf = async (organizationId: string, { user }: Who) => ({
  operation: 'PATCH',
  path: `/v1/organizations/${organizationId}/users/${await idOf('users', user)}`,
  type: 'application/json',
  body: '{"role":"user"}',
});

describe('what takes authority away waits for what is being done by it:', () => {
  it.each<
    [string, (organizationId: string, caller: Who) => Promise<Pick<Writing, 'operation' | 'path' | 'type' | 'body'>>]
  >([
    ['the deletion of the token', deletionOf],
    ['the lower role of the user', demotionOf],
    ['signing out', async () => ({ operation: 'DELETE', path: '/v1/session' })],
  ])('%s', async (_what, takeAway) => {
    const renaming = writingOf('users/{userId}');
    const caller = await callers.newCaller(renaming.organizationId, 'session');
    const other = await callers.newCaller(renaming.organizationId);
    const user = renaming.path.split('/').at(-1)!;
    const { end } = await begin(callers.sql, (db) => db`select from users where public_id = ${user} for update`);
    const done = callers.send(renaming, caller);
    await until('the request waits', async () => (await callers.waiting()) === 1);
    const taking = await takeAway(renaming.organizationId, caller);
    const taken = callers.send(taking, taking.path === '/v1/session' ? caller : other);
    await until('both wait', async () => (await callers.waiting()) === 2);
    await end('rollback');
    expect((await done).status).toBe(200);
    expect([200, 204]).toContain((await taken).status);
  });
});

describe('if two requests wait for each other,', () => {
  it('both are answered when each deletes the token of the other: one succeeds, and the other has no token', async () => {
    const { organizationId } = writingOf('users/{userId}');
    const two = await Promise.all([1, 2].map(() => callers.newCaller(organizationId)));
    // This lock allows sharing the tokens and not deleting them, so that both requests come as far as the deletion.
    const { end } = await begin(
      callers.sql,
      (db) => db`select from tokens where id = any(${two.map(({ token }) => token)}) for key share`,
    );
    const deletions = await Promise.all(two.map((who) => deletionOf(organizationId, who)));
    const answers = two.map((who, at) => callers.send(deletions[1 - at]!, who));
    await until('both wait', async () => (await callers.waiting()) === 2);
    await end('rollback');
    const got = await Promise.all(answers);
    expect(got.map(({ status }) => status).sort()).toEqual([204, 401]);
    const left = await callers.sql`select 1 from tokens where id = any(${two.map(({ token }) => token)})`;
    expect(left).toHaveLength(1);
  });

  it('both are answered when each takes the role of the other away', async () => {
    const { organizationId } = writingOf('users/{userId}');
    const two = await Promise.all([1, 2].map(() => callers.newCaller(organizationId)));
    const ids = await Promise.all(two.map(({ user }) => idOf('users', user)));
    const { end } = await begin(
      callers.sql,
      (db) => db`select pg_advisory_xact_lock(hashtextextended(${`authority in ${organizationId}`}, 0))`,
    );
    const answers = two.map((who, at) =>
      callers.send(
        {
          operation: 'PATCH',
          path: `/v1/organizations/${organizationId}/users/${ids[1 - at]}`,
          type: 'application/json',
          body: '{"role":"user"}',
        },
        who,
      ),
    );
    await until('both wait', async () => (await callers.waiting()) === 2);
    await end('rollback');
    const got = await Promise.all(answers);
    for (const { status } of got) expect([200, 403]).toContain(status);
    expect(got.some(({ status }) => status === 200)).toBe(true);
  });

  it('a stage that deletes users and their tokens goes on, and the request of such a user has no token', async () => {
    const renaming = writingOf('users/{userId}');
    const who = await callers.newCaller(renaming.organizationId);
    const target = renaming.path.split('/').at(-1)!;
    // In the order of the stage: authority, users, tokens.
    const { connection, end } = await begin(callers.sql, async (db) => {
      await db`select pg_advisory_xact_lock(hashtextextended(${`authority in ${renaming.organizationId}`}, 0))`;
      await db`select from users where public_id = ${target} or id = ${who.user} for update`;
    });
    const answer = callers.send(renaming, who);
    await until('the request waits', async () => (await callers.waiting()) === 1);
    await connection`delete from tokens where user_id = ${who.user}`;
    await end('commit');
    expect((await answer).status).toBe(401);
  });

  it('an admin who loses the role while the body arrives changes nothing', async () => {
    const renaming = writingOf('users/{userId}');
    const who = await callers.newCaller(renaming.organizationId);
    const { rest, answer } = callers.sendHalf(renaming, who);
    await until('let in', async () => callers.api.app.atOnce.held === 2);
    await callers.sql`update users set role = 'user' where id = ${who.user}`;
    rest();
    expect((await answer).status).toBe(403);
  });
});

describe('a token', () => {
  it.each([
    ['is deleted', deletionOf, 204, 401],
    ['loses its power', demotionOf, 200, 403],
  ])('%s while its own writes follow each other without a gap', async (_what, takeAway, status, refused) => {
    const renaming = writingOf('users/{userId}');
    const { organizationId } = renaming;
    const [who, other] = await Promise.all([1, 2].map(() => callers.newCaller(organizationId)));
    let done = 0;
    // All wait for the row of one user, each with the token locked.
    const writes = Array.from({ length: 5 }, async () => {
      for (;;) {
        const body = JSON.stringify({ firstName: `Name ${done}` });
        const answer = await callers.send({ ...renaming, body }, who!);
        if (answer.status !== 200) return answer.status;
        done++;
      }
    });
    await until('writes follow each other', async () => done > 20);
    expect((await callers.send(await takeAway(organizationId, who!), other!)).status).toBe(status);
    for (const last of await Promise.all(writes)) expect(last).toBe(refused);
  });

  it('that is deleted by itself many times at once is deleted without a deadlock', async () => {
    const { organizationId } = writingOf('users/{userId}');
    const [who] = await Promise.all([1, 2].map(() => callers.newCaller(organizationId)));
    const deletion = await deletionOf(organizationId, who!);
    const { end } = await begin(callers.sql, (db) => db`select from tokens where id = ${who!.token} for key share`);
    const answers = Array.from({ length: 7 }, () => callers.send(deletion, who!));
    await until('all wait', async () => (await callers.waiting()) === 7);
    await end('rollback');
    const got = (await Promise.all(answers)).map(({ status }) => status).sort();
    expect(got).toEqual([204, ...Array(6).fill(401)]);
  });
});
