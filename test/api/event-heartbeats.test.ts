import { expect, it } from 'vitest';
import { listenTo } from '../support/events.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase, storeMassEdit } from '../support/organization.ts';
import { useOwnDatabase } from '../support/own-database.ts';
import { until } from '../support/until.ts';

const database = useOwnDatabase('heartbeats_test');
const HEARTBEAT = { id: '', name: 'heartbeat', data: {} };

/** A mass edit without a worker, and its stream with a heartbeat after these milliseconds. */
async function stored(heartbeatMs: number) {
  const sql = openDatabase(database.superuserUrl);
  const api = await startApi({
    taskQueue: ownQueue('heartbeats'),
    databaseUrl: database.apiUrl,
    stalledMs: 2 * heartbeatMs,
    // A statement fails soon while the test locks its table.
    sessionSettings: 'lock_timeout=100',
  });
  const organization = await newOrganization(sql);
  const { massEditId } = await storeMassEdit(sql, organization, 'Email\n');
  const headers = { authorization: `Bearer ${await tokenFor(sql, organization, 'viewer')}` };
  const url = `${api.url}/v1/organizations/${organization.id}/mass-edits/${massEditId}/events`;
  return {
    sql,
    listen: (more: Record<string, string> = {}) => listenTo(url, { ...headers, ...more }),
    close: async () => {
      await api.close();
      await sql.end();
    },
  };
}

it('a heartbeat is an event without an id, and comes again and again while nothing changes', async () => {
  const { listen, close } = await stored(100);
  const listener = await listen();
  await listener.first('snapshot');
  const comments = listener.comments();
  await until('three heartbeats', async () => listener.heartbeats.length >= 3);
  for (const heartbeat of listener.heartbeats) expect(heartbeat).toEqual(HEARTBEAT);
  expect(listener.comments()).toBe(comments);
  await close();
});

it('a heartbeat is the first event for a client that has the present state', async () => {
  const { listen, close } = await stored(600_000);
  const first = await listen();
  const { id } = await first.first('snapshot');
  const again = await listen({ 'last-event-id': id });
  await until('a heartbeat', async () => again.heartbeats.length === 1);
  expect(again.events).toEqual([]);
  expect(first.heartbeats).toEqual([]);
  await close();
});

it('a comment keeps the stream open while the mass edit cannot be read, because the client may miss a change', async () => {
  const { sql, listen, close } = await stored(100);
  const listener = await listen();
  await until('a heartbeat', async () => listener.heartbeats.length > 0);
  const before = listener.comments();
  await sql.begin(async (tx) => {
    await tx`lock table mass_edits in access exclusive mode`;
    await until('a comment', async () => listener.comments() > before);
    const { length } = listener.heartbeats;
    await until('more comments', async () => listener.comments() > before + 3);
    expect(listener.heartbeats.length).toBe(length);
  });
  const { length } = listener.heartbeats;
  await until('a heartbeat after the repair', async () => listener.heartbeats.length > length);
  expect(listener.hasEnded()).toBe(false);
  await close();
});
