import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterAll, describe, expect, inject, it } from 'vitest';
import { connect as connectDatabase, disconnect } from '../../db/client.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase } from '../support/organization.ts';
import { until } from '../support/until.ts';

const sql = openDatabase();
afterAll(() => sql.end());

async function started(settings: Partial<Parameters<typeof startApi>[0]>) {
  const api = await startApi({ taskQueue: ownQueue('overload'), ...settings });
  const organization = await newOrganization(sql);
  const headers = { authorization: `Bearer ${await tokenFor(sql, organization, 'admin')}` };
  const path = `${api.url}/v1/organizations/${organization.id}/attributes`;
  return { api, organization, headers, path };
}

async function expectOverloaded(answer: Response): Promise<void> {
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('5');
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(await answer.json()).toMatchObject({ code: 'overloaded', status: 503 });
}

describe('an API whose event loop is late', () => {
  it('refuses requests for a while, and still answers health probes', async () => {
    const { api, headers, path } = await started({ lateMs: 200 });
    let isBusy = true;
    const busy = (async () => {
      while (isBusy) {
        for (const end = Date.now() + 500; Date.now() < end; );
        await nextTurn();
      }
    })();
    const refused = await until('a refusal', async () => {
      const answer = await fetch(path, { headers });
      return answer.status === 503 && answer;
    });
    await expectOverloaded(refused);
    expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
    isBusy = false;
    await busy;
    await until('an answer', async () => (await fetch(path, { headers })).status === 200);
    await api.close();
  });
});

describe('a database session', () => {
  it.each([
    ['apiDatabaseUrl', { statement_timeout: '15s', lock_timeout: '10s', idle_in_transaction_session_timeout: '1min' }],
    [
      'workerDatabaseUrl',
      { statement_timeout: '15min', lock_timeout: '5min', idle_in_transaction_session_timeout: '15min' },
    ],
  ] as const)('of %s has time limits of its role', async (url, limits) => {
    const db = connectDatabase(inject(url), { max: 1 });
    const settings = await db.$client`select name, current_setting(name) as value from pg_settings
      where name = any(${Object.keys(limits)})`;
    expect(Object.fromEntries(settings.map(({ name, value }) => [name, value]))).toEqual(limits);
    await disconnect(db);
  });

  it.each(['lock_timeout=200', 'statement_timeout=200'])('that exceeds %s is answered with 503', async (settings) => {
    const { api, organization, headers, path } = await started({ sessionSettings: settings });
    const [attribute] =
      await sql`select id, public_id from attributes where organization_id = ${organization.id} limit 1`;
    const rename = () =>
      fetch(`${path}/${attribute!.public_id}`, {
        method: 'PATCH',
        headers: { ...headers, 'content-type': 'application/json' },
        body: '{"name": "Renamed"}',
      });
    const connection = await sql.reserve();
    await connection`begin`;
    await connection`select 1 from attributes where id = ${attribute!.id} for update`;
    await expectOverloaded(await rename());
    await connection`rollback`;
    connection.release();
    const [{ name }] = await sql<[{ name: string }]>`select name from attributes where id = ${attribute!.id}`;
    expect(name).not.toBe('Renamed');
    await until('it is renamed', async () => (await rename()).status === 200);
    await api.close();
  });
});
