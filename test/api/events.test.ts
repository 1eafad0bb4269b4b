import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Listener, listenTo } from '../support/events.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { MANY_AT_ONCE, startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase, storeMassEdit } from '../support/organization.ts';
import { until } from '../support/until.ts';

const APPLICATION = `events ${process.pid}`;
const sql = openDatabase();
let api: TestApi;
beforeAll(async () => {
  api = await startApi({
    taskQueue: ownQueue('events'),
    applicationName: APPLICATION,
    concurrencyLimits: MANY_AT_ONCE,
  });
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

/** A mass edit without a worker. The test writes its progress into its rows, as a worker would. */
async function stored() {
  const organization = await newOrganization(sql);
  const { id, massEditId } = await storeMassEdit(sql, organization, 'Email\n');
  const token = await tokenFor(sql, organization, 'viewer');
  const path = `/v1/organizations/${organization.id}/mass-edits/${massEditId}`;
  const headers = { authorization: `Bearer ${token}` };
  return {
    organization,
    token,
    path,
    listen: (more: Record<string, string> = {}, url = api.url) =>
      listenTo(`${url}${path}/events`, { ...headers, ...more }),
    get: async () => (await fetch(api.url + path, { headers })).json(),
    progress: (done: number) => sql`update stages set status = 'running', started_at = coalesce(started_at, now()),
      done = ${done}, total = 1000000 where mass_edit_id = ${id} and number = 1`,
    finish: (stage: number) => sql`update stages set status = 'done', ended_at = now(), done = total
      where mass_edit_id = ${id} and number = ${stage}`,
    to: (state: string) => sql`update mass_edits set state = ${state} where id = ${id}`,
    end: () => sql`update mass_edits set state = 'ended', outcome = 'completed', ended_at = now() where id = ${id}`,
  };
}

const namesOf = ({ events }: Listener): string[] => events.map(({ name }) => name);
const has = (listener: Listener, look: (data: Listener['events'][number]['data']) => boolean) =>
  until('an event', async () => listener.events.find(({ data }) => look(data)));

describe('a stream of events', () => {
  it('begins with a snapshot of the mass edit, sends its changes, and ends with it', async () => {
    const edit = await stored();
    const listener = await edit.listen();
    expect(listener.status).toBe(200);
    expect(listener.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    });
    expect((await listener.first('snapshot')).data).toEqual(await edit.get());

    await edit.progress(0);
    const stage = await listener.first('stage');
    const { stage: current, stages, counts } = await edit.get();
    expect(stage.data).toEqual({ stage: current, stages, counts });
    await edit.progress(7);
    const progress = await listener.first('progress');
    expect(progress.data).toEqual({ stage: { ...current, done: 7 } });
    await edit.to('applying');
    expect((await listener.first('state')).data).toEqual(await edit.get());
    await edit.end();
    await listener.ended();
    expect(namesOf(listener)).toEqual(['snapshot', 'stage', 'progress', 'state', 'state']);
    expect(listener.events.at(-1)!.data).toEqual(await edit.get());
    expect(new Set(listener.events.map(({ id }) => id)).size).toBe(5);

    const after = await edit.listen({ 'last-event-id': listener.events.at(-1)!.id });
    expect([after.status, after.events]).toEqual([204, []]);
  });

  it('sends progress twice a second at most, and never a smaller number', async () => {
    const edit = await stored();
    const listener = await edit.listen();
    await listener.first('snapshot');
    const begun = performance.now();
    const told = () => listener.events.filter(({ name }) => name === 'progress');
    for (let done = 0; told().length < 4; done++) await edit.progress(done);
    // The first two may follow each other at once, because nothing was sent before.
    expect(performance.now() - begun).toBeGreaterThan(3 * 500 - 50);
    const numbers = listener.events.map(({ data }) => data.stage.done);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
    listener.close();
  });

  it('continues after a break: a client with the present state gets no snapshot, a client with another state does', async () => {
    const edit = await stored();
    const first = await edit.listen();
    const { id } = await first.first('snapshot');
    first.close();

    const same = await edit.listen({ 'last-event-id': id });
    // The load for a later client has finished, and so has the one for this client.
    await (await edit.listen()).first('snapshot');
    await edit.progress(1);
    await same.first('stage');
    expect(namesOf(same)).toEqual(['stage']);
    const late = await edit.listen({ 'last-event-id': id });
    await late.first('snapshot');
    expect(late.events[0]).toMatchObject({ id: same.events[0]!.id, data: { stage: { done: 1 } } });
    // Another process gives the same ids.
    const other = await startApi({ taskQueue: ownQueue('events') });
    const there = await edit.listen({ 'last-event-id': same.events[0]!.id }, other.url);
    await (await edit.listen({}, other.url)).first('snapshot');
    await edit.to('awaiting_approval');
    expect((await there.first('state')).data.state).toBe('awaiting_approval');
    expect(namesOf(there)).toEqual(['state']);
    await other.close();
    for (const listener of [same, late]) listener.close();
  });

  it('sends the same to all clients, by one load for any number of them', async () => {
    const edit = await stored();
    const listeners = await Promise.all(Array.from({ length: 30 }, () => edit.listen()));
    await Promise.all(listeners.map((listener) => listener.first('snapshot')));
    const transactions = vi.spyOn(api.db, 'transaction');
    const begun = performance.now();
    await edit.to('awaiting_approval');
    await Promise.all(listeners.map((listener) => listener.first('state')));
    // One load for this, and those of the poll, which come every five seconds for each watched mass edit.
    const nets = Math.ceil((performance.now() - begun) / 5_000);
    expect(transactions.mock.calls.length).toBeLessThan(4 + nets);
    transactions.mockRestore();
    const [one, ...others] = listeners.map(({ events }) => events);
    for (const events of others) expect(events).toEqual(one);
    for (const listener of listeners) listener.close();
  });

  it('has no event of another mass edit', async () => {
    const [edit, other] = [await stored(), await stored()];
    const listener = await edit.listen();
    await listener.first('snapshot');
    await other.to('applying');
    await edit.to('awaiting_approval');
    await listener.first('state');
    expect(listener.events.map(({ data }) => data.state)).toEqual(['validating', 'awaiting_approval']);
    listener.close();
  });
});

describe('a stream is open', () => {
  it('to callers who may see the mass edit', async () => {
    const [edit, other] = [await stored(), await stored()];
    const unknownId = '01900000-0000-7000-8000-000000000000';
    const statusOf = async (path: string, token: string | null) => {
      const headers: Record<string, string> = token === null ? {} : { authorization: `Bearer ${token}` };
      return (await listenTo(`${api.url}${path}/events`, headers)).status;
    };
    expect(await statusOf(edit.path, null)).toBe(401);
    expect(await statusOf(edit.path, 'me_wrong')).toBe(401);
    expect(await statusOf(edit.path, other.token)).toBe(404);
    const elsewhere = edit.path.replace(edit.organization.id, other.organization.id);
    expect(await statusOf(elsewhere, other.token)).toBe(404);
    expect(await statusOf(edit.path.replace(/[^/]+$/, unknownId), edit.token)).toBe(404);
    expect((await fetch(`${api.url}${edit.path}/events`, { method: 'HEAD' })).status).toBe(404);
  });

  it('to signed-in users, until they sign out', async () => {
    const edit = await stored();
    const cookies = await Promise.all([signIn(edit.token), signIn(edit.token)]);
    const [leaving, staying] = await Promise.all(
      cookies.map((cookie) => listenTo(`${api.url}${edit.path}/events`, { cookie })),
    );
    await Promise.all([leaving!.first('snapshot'), staying!.first('snapshot')]);
    await fetch(`${api.url}/v1/session`, {
      method: 'DELETE',
      headers: { cookie: cookies[0]!, 'x-mass-edit-page': '1' },
    });
    await edit.to('applying');
    await staying!.first('state');
    await leaving!.ended();
    expect(namesOf(leaving!)).toEqual(['snapshot']);
    expect(staying!.hasEnded()).toBe(false);
    staying!.close();
  });

  it('to holders of a token, until it is deleted or expires, also without any change', async () => {
    const edit = await stored();
    const more = await tokenFor(sql, edit.organization, 'viewer');
    const [first, second] = [await edit.listen(), await edit.listen({ authorization: `Bearer ${more}` })];
    await Promise.all([first.first('snapshot'), second.first('snapshot')]);
    const [token] = await sql`delete from tokens where organization_id = ${edit.organization.id}
      and id = (select min(id) from tokens where organization_id = ${edit.organization.id}) returning id`;
    expect(token).toBeDefined();
    await first.ended();
    expect(second.hasEnded()).toBe(false);
    await sql`update tokens set expires_at = now() where organization_id = ${edit.organization.id}`;
    await second.ended();
  });

  async function signIn(token: string): Promise<string> {
    const answer = await fetch(`${api.url}/v1/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    return answer.headers.get('set-cookie')!.split(';')[0]!;
  }
});

describe('the database connection for events', () => {
  const listeningPid = () =>
    until('the API listens', async () => {
      const [found] = await sql<{ pid: number }[]>`select pid from pg_stat_activity
        where application_name = ${APPLICATION} and query ilike 'listen %'`;
      return found?.pid;
    });

  it('is one connection, which is opened again after a loss, and no change is lost', async () => {
    const edit = await stored();
    const listener = await edit.listen();
    await listener.first('snapshot');
    const pid = await listeningPid();
    // The statement that ends the connection also makes the change, so there is no notification.
    await sql.begin(async (tx) => {
      await tx`select pg_terminate_backend(${pid})`;
      await tx`update mass_edits set state = 'awaiting_approval' where public_id = ${edit.path.split('/').at(-1)!}`;
    });
    await listener.first('state');
    await until('the API listens again', async () => (await listeningPid()) !== pid);
    await edit.to('applying');
    await has(listener, (data) => data.state === 'applying');
    const [listening] = await sql`select count(*)::int as connections from pg_stat_activity
      where application_name = ${APPLICATION} and query ilike 'listen %'`;
    expect(listening).toEqual({ connections: 1 });
    listener.close();
  });

  it('is backed by a poll: a change without a notification is found', async () => {
    const edit = await stored();
    const listener = await edit.listen();
    await listener.first('snapshot');
    await sql.begin(async (tx) => {
      // No trigger of ours fires in this transaction.
      await tx`set local session_replication_role = replica`;
      await tx`update mass_edits set state = 'applying' where public_id = ${edit.path.split('/').at(-1)!}`;
    });
    expect((await listener.first('state')).data.state).toBe('applying');
    listener.close();
  });

  it('has only the ids of mass edit and organization in a notification', async () => {
    const edit = await stored();
    const heard: string[] = [];
    const { unlisten } = await sql.listen('mass_edit_changed', (payload) => void heard.push(payload));
    await edit.progress(3);
    await edit.end();
    const expected = edit.path.replace('/v1/organizations/', '').replace('/mass-edits/', ' ');
    await until('both notices', async () => heard.filter((payload) => payload === expected).length === 2);
    for (const payload of heard) expect(payload).toMatch(/^[0-9a-f-]{36} [0-9a-f-]{36}$/);
    await unlisten();
  });
});
