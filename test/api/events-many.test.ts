import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { connect, type Socket } from 'node:net';
import Fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type EventStream, eventBlock, openEventStream } from '../../api/mass-edits/events/event-stream.ts';
import { type Listener, listenTo } from '../support/events.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { MANY_AT_ONCE, startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase, storeMassEdit } from '../support/organization.ts';
import { until } from '../support/until.ts';

const sql = openDatabase();
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ taskQueue: ownQueue('events'), concurrencyLimits: MANY_AT_ONCE });
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

/** A mass edit in an organization of its own, without a worker, and its stream for a viewer. */
async function stored() {
  const organization = await newOrganization(sql);
  const { id, massEditId } = await storeMassEdit(sql, organization, 'Email\n');
  const headers = { authorization: `Bearer ${await tokenFor(sql, organization, 'viewer')}` };
  const path = `/v1/organizations/${organization.id}/mass-edits/${massEditId}/events`;
  return { id, path, headers, listen: (url = api.url) => listenTo(url + path, headers) };
}

/**
 * The data of the events after which the mass edit has ended. Another event may come before them: workers of other tests
 * start and stop, and whether a mass edit waits for a worker depends on them.
 */
const endsIn = ({ events }: Listener) =>
  events.filter(({ name, data }) => name === 'state' && data.state === 'ended').map(({ data }) => data);

describe('five hundred clients', () => {
  const allSee = (listeners: Listener[], name: string) =>
    Promise.all(listeners.map((listener) => listener.first(name)));

  it('of one mass edit all get its end', async () => {
    const edit = await stored();
    const listeners = await Promise.all(Array.from({ length: 500 }, () => edit.listen()));
    await allSee(listeners, 'snapshot');
    await sql`update mass_edits set state = 'ended', outcome = 'completed', ended_at = now() where id = ${edit.id}`;
    await Promise.all(listeners.map((listener) => listener.ended()));
    for (const listener of listeners)
      expect(endsIn(listener)).toEqual([expect.objectContaining({ state: 'ended', outcome: 'completed' })]);
  });

  it('of a hundred mass edits that end at once all get the end of theirs', async () => {
    const edits = await Promise.all(Array.from({ length: 100 }, stored));
    const listeners = await Promise.all(edits.flatMap((edit) => Array.from({ length: 5 }, () => edit.listen())));
    await allSee(listeners, 'snapshot');
    await sql`update mass_edits set state = 'ended', outcome = 'completed', ended_at = now()
      where id = any(${edits.map(({ id }) => id)}::bigint[])`;
    await Promise.all(listeners.map((listener) => listener.ended()));
    for (const listener of listeners) {
      const [snapshot] = listener.events;
      expect(endsIn(listener)).toEqual([expect.objectContaining({ id: snapshot!.data.id, state: 'ended' })]);
    }
  });
});

describe('a client that does not read', () => {
  it('is dropped before many bytes wait, and the others get every event', async () => {
    // A server of its own, to count the streams that end there.
    const own = await startApi({ taskQueue: ownQueue('events') });
    const edit = await stored();
    const reader = await edit.listen(own.url);
    const asleep = await sleeper(edit.path, edit.headers, own.port);
    await reader.first('snapshot');
    const dropped = (): boolean => own.requests() === 1;
    // Far more than the buffers of the machine.
    for (let number = 1; !dropped() && number <= 20; number++) {
      const value = randomBytes(1_500_000).toString('base64');
      await sql`update mass_edits set reading = ${sql.json({ samples: [{ line: number, value }] })} where id = ${edit.id}`;
      await until('the reader gets the event', async () =>
        reader.events.find(({ data }) => data.file.sample?.line === number),
      );
    }
    expect(dropped()).toBe(true);
    expect(reader.hasEnded()).toBe(false);
    asleep.destroy();
    await own.close();
  });

  it('is dropped if nothing went out between two heartbeats', async () => {
    const { stream, socket } = await streamToASleeper();
    let closed = false;
    stream.onClose(() => {
      closed = true;
    });
    stream.send(eventBlock({ id: '1', name: 'state', data: randomBytes(12_000_000).toString('base64') }));
    // The buffers of the machine are filled first.
    await until('it is dropped', async () => {
      stream.heartbeat();
      return closed;
    });
    socket.destroy();
  });

  it('is dropped if the queue grows and nothing goes out', async () => {
    const { stream, socket } = await streamToASleeper();
    let closed = false;
    stream.onClose(() => {
      closed = true;
    });
    stream.send(eventBlock({ id: '1', name: 'state', data: randomBytes(12_000_000).toString('base64') }));
    await until('it is dropped', async () => {
      // Fewer bytes than a stream is dropped for.
      stream.send(eventBlock({ id: '2', name: 'progress', data: '{}' }), { replaceable: false });
      stream.heartbeat();
      return closed;
    });
    socket.destroy();
  });

  /** Requests a stream and does not read it. */
  async function sleeper(path: string, headers: Record<string, string>, port: number): Promise<Socket> {
    const socket = connect(port, '127.0.0.1');
    socket.pause();
    const lines = Object.entries({ host: 'test', ...headers }).map(([name, value]) => `${name}: ${value}`);
    socket.on('error', () => {}); // the test breaks the connection
    await new Promise<void>((resolve) =>
      socket.write([`GET ${path} HTTP/1.1`, ...lines, '', ''].join('\r\n'), () => resolve()),
    );
    return socket;
  }

  async function streamToASleeper(): Promise<{ stream: EventStream; socket: Socket }> {
    const app = Fastify();
    onTestFinished(() => app.close());
    let stream: EventStream | undefined;
    app.get('/', async (_request, reply) => {
      stream = openEventStream(reply);
      return reply;
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    const socket = await sleeper('/', {}, (app.server.address() as AddressInfo).port);
    return { stream: await until('the stream', async () => stream), socket };
  }
});

describe('an API that stops', () => {
  it('ends the streams at once and does not wait for them', async () => {
    const stopping = await startApi({ taskQueue: ownQueue('events') });
    const edit = await stored();
    const listeners = await Promise.all(Array.from({ length: 5 }, () => edit.listen(stopping.url)));
    await Promise.all(listeners.map((listener) => listener.first('snapshot')));
    await stopping.app.close();
    await Promise.all(listeners.map((listener) => listener.ended()));
    await stopping.close();
  });
});
