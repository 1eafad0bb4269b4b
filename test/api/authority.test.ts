import type postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begin, type Callers, type CallsBy, startCallers, type Who } from '../support/callers.ts';
import { useOwnDatabase } from '../support/own-database.ts';
import { until } from '../support/until.ts';
import { digestWithout, operationsThatWrite, seedWritings, type Writing } from '../support/writings.ts';

const database = useOwnDatabase('authority_test');
let callers: Callers;
let writings: Writing[];
let organizationIds: string[];
beforeAll(async () => {
  callers = await startCallers(database);
  writings = await seedWritings(callers.sql);
  organizationIds = [...new Set(writings.map(({ organizationId }) => organizationId))];
});
afterAll(() => callers.close());

type Cause = [what: string, by: CallsBy, status: number, end: (db: postgres.Sql, who: Who) => Promise<unknown>];
const CAUSES: Cause[] = [
  ['whose token is deleted', 'token', 401, (db, { token }) => db`delete from tokens where id = ${token}`],
  [
    'whose token expires',
    'token',
    401,
    (db, { token }) => db`update tokens set expires_at = now() - interval '1 hour' where id = ${token}`,
  ],
  [
    'whose token gets a lower role',
    'token',
    403,
    (db, { token }) => db`update tokens set role = 'viewer' where id = ${token}`,
  ],
  ['who is deleted', 'token', 401, (db, { user }) => db`update users set deleted_at = now() where id = ${user}`],
  ['who signs out', 'session', 401, (db, { token }) => db`delete from sessions where token_id = ${token}`],
  [
    'whose session expires',
    'session',
    401,
    (db, { token }) => db`update sessions set expires_at = now() - interval '1 hour' where token_id = ${token}`,
  ],
  [
    'whose session stands on a deleted token',
    'session',
    401,
    (db, { token }) => db`delete from tokens where id = ${token}`,
  ],
];

/** Fewer than the connections of the API's pool, so that all of them wait in the database. */
const AT_ONCE = 7;
const batches = (): Writing[][] =>
  Array.from({ length: Math.ceil(writings.length / AT_ONCE) }, (_, at) =>
    writings.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );

const lock = (db: postgres.Sql, whose: Who[]) =>
  db`select from tokens where id = any(${whose.map(({ token }) => token)}) for no key update`;

it('the test has a request for every route that writes', async () => {
  expect(writings.map(({ operation }) => operation).sort()).toEqual(await operationsThatWrite(callers.api));
});

describe.each(CAUSES)('for a caller %s', (_what, by, status, takeAway) => {
  const refused = [status, status === 401 ? 'unauthenticated' : 'forbidden'];
  const whoAsk = (asked: Writing[]) =>
    Promise.all(asked.map(({ organizationId }) => callers.newCaller(organizationId, by)));
  const digest = (whose: Who[]) =>
    digestWithout(
      callers.sql,
      organizationIds,
      whose.map(({ user }) => user),
    );

  it('no route changes anything while the body arrives', async () => {
    const asked = writings.filter(({ body }) => body);
    const whose = await whoAsk(asked);
    const before = await digest(whose);
    const sent = asked.map((writing, at) => callers.sendHalf(writing, whose[at]!));
    // Each counts for its token and for its organization.
    await until('all were let in', async () => callers.api.app.atOnce.held === 2 * asked.length);
    for (const who of whose) await takeAway(callers.sql, who);
    for (const [at, { rest, answer }] of sent.entries()) {
      rest();
      const { status: got, body } = await answer;
      expect([got, JSON.parse(body).code], asked[at]!.operation).toEqual(refused);
    }
    expect(await digest(whose)).toEqual(before);
  });

  it('every route waits for an uncommitted transaction and then changes nothing', async () => {
    for (const asked of batches()) {
      const whose = await whoAsk(asked);
      const before = await digest(whose);
      const { end } = await begin(callers.sql, async (connection) => {
        await lock(connection, whose);
        for (const who of whose) await takeAway(connection, who);
      });
      const answers = asked.map((writing, at) => callers.send(writing, whose[at]!));
      await until('all wait', async () => (await callers.waiting()) === asked.length);
      await end('commit');
      for (const [at, answer] of answers.entries()) {
        const { status: got, body } = await answer;
        expect([got, JSON.parse(body).code], asked[at]!.operation).toEqual(refused);
      }
      expect(await digest(whose)).toEqual(before);
    }
  });
});

it.each(['token', 'session'] as const)('every route works for a caller by %s who still has the role', async (by) => {
  const fresh = await seedWritings(callers.sql);
  for (const writing of fresh) {
    const who = await callers.newCaller(writing.organizationId, by);
    const { end } = await begin(callers.sql, (connection) => lock(connection, [who]));
    const answer = callers.send(writing, who);
    await until('the request waits', async () => (await callers.waiting()) === 1);
    await end('rollback');
    const { status, body } = await answer;
    expect([200, 201, 202, 204], `${writing.operation}: ${body}`).toContain(status);
  }
});
