import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { listenTo } from '../support/events.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase, storeMassEdit, type TestOrganization } from '../support/organization.ts';
import { until } from '../support/until.ts';

const APPLICATION = `at once ${process.pid}`;
const sql = openDatabase();
const open: Socket[] = [];
let api: TestApi;
let organization: TestOrganization;
let tokens: [string, string, string];

beforeAll(async () => {
  api = await startApi({ taskQueue: ownQueue('at-once'), applicationName: APPLICATION });
  organization = await newOrganization(sql);
  tokens = [await token(), await token(), await token()];
});
afterEach(async () => {
  for (const socket of open.splice(0)) socket.destroy();
  await nothingIsHeld();
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

const token = (of = organization) => tokenFor(sql, of, 'admin');
const nothingIsHeld = () => until('all requests are over', async () => api.app.atOnce.held === 0);

/** Sends bytes on a connection of their own and does not read the answer. */
function send(text: string): Promise<Socket> {
  const socket = connect(api.port, '127.0.0.1');
  socket.on('error', () => {}); // some tests break the connection
  open.push(socket);
  return new Promise((resolve) => socket.write(text, () => resolve(socket)));
}
const head = (method: string, path: string, as: string, more: string[] = [], of = organization) =>
  [
    `${method} /v1/organizations/${of.id}/${path} HTTP/1.1`,
    'Host: test',
    `Authorization: Bearer ${as}`,
    ...more,
    '',
    '',
  ].join('\r\n');

/** A request whose body has begun and does not continue. */
const begin = (as: string, path = 'attributes', type = 'application/json') =>
  send(`${head('POST', path, as, [`Content-Type: ${type}`, 'Content-Length: 1000'])}{`);

/** Keeps a number of requests of a token under way. */
async function holdRequests(as: string, many: number): Promise<void> {
  const before = api.app.atOnce.held;
  for (let n = 0; n < many; n++) await begin(as);
  await until('they are under way', async () => api.app.atOnce.held === before + 2 * many);
}

const get = (as: string, path = 'attributes', of = organization) =>
  fetch(`${api.url}/v1/organizations/${of.id}/${path}`, { headers: { authorization: `Bearer ${as}` } });

async function expectRefused(answer: Response, whose: 'token' | 'organization', retryAfter: string): Promise<void> {
  expect(answer.status).toBe(429);
  expect(answer.headers.get('retry-after')).toBe(retryAfter);
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const body = (await answer.json()) as { code: string; detail: string };
  expect(body.code).toBe('too_many_requests');
  expect(body.detail).toContain(`This ${whose} has`);
}

describe('requests at once', () => {
  it('include uploads, until their file has arrived', async () => {
    const upload = await begin(tokens[0], 'mass-edits', 'text/csv');
    await until('it is under way', async () => api.app.atOnce.held === 2);
    await holdRequests(tokens[0], 7);
    await expectRefused(await get(tokens[0]), 'token', '1');
    upload.destroy();
    await until('it is over', async () => (await get(tokens[0])).status === 200);
  });

  it('are eight for one token; the ninth is refused, and accepted when one is over', async () => {
    await holdRequests(tokens[0], 8);
    await expectRefused(await get(tokens[0]), 'token', '1');
    expect((await get(tokens[1])).status).toBe(200);
    open.pop()!.destroy();
    await until('one is over', async () => (await get(tokens[0])).status === 200);
  });

  it('are twenty for one organization, and as many for another', async () => {
    await holdRequests(tokens[0], 8);
    await holdRequests(tokens[1], 8);
    await holdRequests(tokens[2], 4);
    await expectRefused(await get(tokens[2]), 'organization', '1');
    const other = await newOrganization(sql);
    expect((await get(await token(other), 'attributes', other)).status).toBe(200);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
  });

  it('of a session count for its token', async () => {
    const answer = await fetch(`${api.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: tokens[0] }),
    });
    const cookie = answer.headers.getSetCookie()[0]!.split(';')[0]!;
    await holdRequests(tokens[0], 8);
    const path = `${api.url}/v1/organizations/${organization.id}/attributes`;
    await expectRefused(await fetch(path, { headers: { cookie } }), 'token', '1');
  });

  it('are not counted after they break off, at any point', async () => {
    // More than the buffers of a connection, so that the download lasts as long as no client reads.
    const edit = await storeMassEdit(sql, organization, Buffer.alloc(16_000_000, 'Email;External Id\n'));
    const paths = ['attributes', 'users', 'templates/edit-users.csv', `mass-edits/${edit.massEditId}/file`];
    for (let round = 0; round < 25; round++) {
      const asked = Array.from({ length: 8 }, (_, n) => paths[(round + n) % paths.length]!);
      // One half on connections of their own, the other half one after the other on one connection.
      const alone = asked.slice(0, 4).map((path) => send(head('GET', path, tokens[0])));
      const [queue] = [
        send(
          asked
            .slice(4)
            .map((path) => head('GET', path, tokens[0]))
            .join(''),
        ),
      ];
      const sockets = await Promise.all([...alone, queue]);
      // Some break off before their caller is known, some while they are answered.
      if (round % 3 > 0) await until('some are known', async () => api.app.atOnce.held >= 2 * (round % 3));
      for (const socket of sockets) socket.destroy();
      await nothingIsHeld();
    }
    expect((await get(tokens[0])).status).toBe(200);
    await sql`update mass_edits set state = 'ended', outcome = 'completed' where id = ${edit.id}`;
    // The transaction of the last one may end just now. One that is left open stays.
    const working = () =>
      sql`select state from pg_stat_activity where application_name = ${APPLICATION} and state <> 'idle'`;
    await expect.poll(working).toHaveLength(0);
  });

  it('are not counted after they are refused or fail', async () => {
    for (const path of ['nothing', 'users/42', 'users?limit=1000', 'attributes?cursor=x']) {
      for (let n = 0; n < 10; n++) expect((await get(tokens[0], path)).status).toBeGreaterThanOrEqual(400);
    }
    await nothingIsHeld();
  });

  it('go on without their client, and are counted until they end', async () => {
    const [attribute] =
      await sql`select public_id as id from attributes where organization_id = ${organization.id} limit 1`;
    const connection = await sql.reserve();
    await connection`begin`;
    await connection`select 1 from attributes where public_id = ${attribute!.id} for update`;
    const body = '{"name": "Renamed"}';
    const more = ['Content-Type: application/json', `Content-Length: ${body.length}`];
    const socket = await send(head('PATCH', `attributes/${attribute!.id}`, tokens[0], more) + body);
    const waiting = () => sql`select 1 from pg_stat_activity where application_name = ${APPLICATION}
      and wait_event_type = 'Lock'`;
    await until('it waits for the lock', async () => (await waiting()).length === 1);
    socket.destroy();
    await until('the connection is gone', async () => socket.closed);
    expect((await get(tokens[1])).status).toBe(200);
    expect(api.app.atOnce.held).toBeGreaterThanOrEqual(2);
    await connection`rollback`;
    connection.release();
  });
});

describe('event streams at once', () => {
  it('are six for one token beside its requests, and are not counted after they close', async () => {
    const edit = await storeMassEdit(sql, organization, 'Email\n');
    const listen = () =>
      listenTo(`${api.url}/v1/organizations/${organization.id}/mass-edits/${edit.massEditId}/events`, {
        authorization: `Bearer ${tokens[0]}`,
      });
    const listeners = await Promise.all(Array.from({ length: 6 }, listen));
    expect(listeners.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    const refused = await listen();
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBe('10');
    expect((await get(tokens[0])).status).toBe(200);
    listeners[0]!.close();
    const again = await until('one may listen again', async () => {
      const listener = await listen();
      return listener.status === 200 && listener;
    });
    for (const listener of [...listeners, again]) listener.close();
    await nothingIsHeld();
    await sql`update mass_edits set state = 'ended', outcome = 'completed' where id = ${edit.id}`;
  });
});
