import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begin, type Callers, startCallers, type Who } from '../support/callers.ts';
import { until } from '../support/until.ts';
import { seedWritings, type Writing } from '../support/writings.ts';

let callers: Callers;
let writings: Writing[];
beforeAll(async () => {
  callers = await startCallers();
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

describe('what takes authority away waits for what is being done by it:', () => {
  it.each<
    [string, (organizationId: string, caller: Who) => Promise<Pick<Writing, 'operation' | 'path' | 'type' | 'body'>>]
  >([
    ['the deletion of the token', deletionOf],
    [
      'the lower role of the user',
      async (organizationId, { user }) => ({
        operation: 'PATCH',
        path: `/v1/organizations/${organizationId}/users/${await idOf('users', user)}`,
        type: 'application/json',
        body: '{"role":"user"}',
      }),
    ],
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

describe('of two that wait for each other', () => {
  it('both are answered, if each deletes the token of the other: one does, and the other has no token', async () => {
    const { organizationId } = writingOf('users/{userId}');
    const two = await Promise.all([1, 2].map(() => callers.newCaller(organizationId)));
    // Allows to share the tokens and not to delete them, so that both go as far as that.
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

  it('both are answered, if each makes the other a user without rights', async () => {
    const { organizationId } = writingOf('users/{userId}');
    const two = await Promise.all([1, 2].map(() => callers.newCaller(organizationId)));
    const ids = await Promise.all(two.map(({ user }) => idOf('users', user)));
    const { end } = await begin(
      callers.sql,
      (db) => db`select pg_advisory_xact_lock(hashtextextended(${`admins of ${organizationId}`}, 0))`,
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

  it('a transaction that deletes users and their tokens goes on, or the request of such a user does', async () => {
    const renaming = writingOf('users/{userId}');
    const who = await callers.newCaller(renaming.organizationId);
    const target = renaming.path.split('/').at(-1)!;
    // In the order of a stage that deletes: users first, then tokens.
    const { connection, end } = await begin(
      callers.sql,
      (db) => db`select from users where public_id = ${target} or id = ${who.user} for update`,
    );
    const answer = callers.send(renaming, who);
    await until('the request waits', async () => (await callers.waiting()) === 1);
    const deletion = await connection`delete from tokens where user_id = ${who.user}`.then(
      () => 'done',
      ({ code }) => code,
    );
    await end(deletion === 'done' ? 'commit' : 'rollback');
    const { status } = await answer;
    // PostgreSQL ends the transaction that waited first, if both wait after a second; a stage that is ended tries again.
    expect(['done 401', '40P01 200']).toContain(`${deletion} ${status}`);
  });

  it('an admin who becomes a user while the body is on its way changes nothing', async () => {
    const renaming = writingOf('users/{userId}');
    const who = await callers.newCaller(renaming.organizationId);
    const { rest, answer } = callers.sendHalf(renaming, who);
    await until('let in', async () => callers.api.app.atOnce.held === 2);
    await callers.sql`update users set role = 'user' where id = ${who.user}`;
    rest();
    expect((await answer).status).toBe(403);
  });
});
