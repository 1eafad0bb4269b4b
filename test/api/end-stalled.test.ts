import { get as httpGet, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listenTo } from '../support/events.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase, storeMassEdit, type TestOrganization } from '../support/organization.ts';
import { until } from '../support/until.ts';

const STALLED_MS = 2_000;
/** Far more than the buffers of the machine. */
const FILE_BYTES = 24 << 20;
const APPLICATION = `stalled ${process.pid}`;

const sql = openDatabase();
let api: TestApi;
let organization: TestOrganization;
let token: string;
let path: string;

beforeAll(async () => {
  api = await startApi({ taskQueue: ownQueue('stalled'), applicationName: APPLICATION, stalledMs: STALLED_MS });
  organization = await newOrganization(sql);
  token = await tokenFor(sql, organization, 'admin');
  const { massEditId } = await storeMassEdit(sql, organization, Buffer.alloc(FILE_BYTES, 'Email;External Id\n'));
  path = `/v1/organizations/${organization.id}/mass-edits/${massEditId}`;
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

const connections = () =>
  new Promise<number>((resolve) => api.app.server.getConnections((_error, count) => resolve(count)));

describe('a client that reads none of its answer', () => {
  it('is cut off, and the resources of its answers are released', async () => {
    const socket = connect(api.port, '127.0.0.1');
    socket.on('error', () => {}); // the test breaks the connection
    socket.pause();
    // Two answers, of which the second waits behind the first.
    const request = `GET ${path}/file HTTP/1.1\r\nHost: test\r\nAuthorization: Bearer ${token}\r\n\r\n`;
    socket.write(request + request);
    await until('both are under way', async () => api.app.atOnce.held === 4);
    await until('both are over', async () => api.app.atOnce.held === 0);
    await until('the connection is closed', async () => (await connections()) === 0);
    const busy = await sql`select 1 from pg_stat_activity where application_name = ${APPLICATION} and state <> 'idle'`;
    expect(busy).toHaveLength(0);
    socket.destroy();
  });
});

describe('a client that is slow', () => {
  it('gets all of its answer after any time, as long as it reads', async () => {
    const begun = Date.now();
    const answer = await new Promise<IncomingMessage>((resolve) =>
      httpGet(`${api.url}${path}/file`, { headers: { authorization: `Bearer ${token}` } }, resolve),
    );
    let bytes = 0;
    for await (const chunk of answer) {
      bytes += chunk.length;
      // Three times as long as a client may read nothing.
      const due = begun + (3 * STALLED_MS * bytes) / FILE_BYTES;
      if (due > Date.now()) await pause(due - Date.now());
    }
    expect(bytes).toBe(FILE_BYTES);
    expect(Date.now() - begun).toBeGreaterThan(2 * STALLED_MS);
  });

  it('is not cut off while its request is worked on, nor while a stream has no news', async () => {
    const listener = await listenTo(`${api.url}${path}/events`, { authorization: `Bearer ${token}` });
    await listener.first('snapshot');
    const [attribute] =
      await sql`select public_id as id from attributes where organization_id = ${organization.id} limit 1`;
    const connection = await sql.reserve();
    await connection`begin`;
    await connection`select 1 from attributes where public_id = ${attribute!.id} for update`;
    const renaming = fetch(`${api.url}/v1/organizations/${organization.id}/attributes/${attribute!.id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: '{"name": "Renamed"}',
    });
    await pause(2 * STALLED_MS);
    await connection`rollback`;
    connection.release();
    expect((await renaming).status).toBe(200);
    expect(listener.hasEnded()).toBe(false);
    listener.close();
  });
});
