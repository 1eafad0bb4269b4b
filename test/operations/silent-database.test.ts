import { expect, inject, it, onTestFinished } from 'vitest';
import { type Line, startProxy } from '../faults/proxy.ts';
import { clientOf } from '../support/client.ts';
import { lockUser } from '../support/lock-rows.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase } from '../support/organization.ts';
import { createDatabase, urlsOf } from '../support/own-database.ts';
import { apiUrlOf, isReady, startProgram } from '../support/programs.ts';
import { until } from '../support/until.ts';

const NAME = 'silent_test';
/** Longer than the test. */
const SILENT_MS = 3_600_000;
const GRACE_MS = 4_000;
/** For the process to get the signal and to end. */
const BEYOND_MS = 1_500;
const READY_WITHIN_MS = 2_000;

const through = (url: string, { port }: Line): string => Object.assign(new URL(url), { port: String(port) }).href;

/** An API and a worker whose PostgreSQL is behind a proxy. After a call, the proxy passes nothing on. */
async function startBehindProxy() {
  const drop = await createDatabase(NAME);
  const urls = urlsOf(NAME);
  const line = await startProxy(Number(new URL(urls.apiUrl).port), 'postgres');
  const sql = openDatabase(urls.superuserUrl);
  const common = {
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TASK_QUEUE: ownQueue('silent'),
    MONITOR_PORT: '0',
    SHUTDOWN_GRACE: `${GRACE_MS}ms`,
    DRAIN_TIME: '500ms',
  };
  const api = startProgram('api/server.ts', {
    ...common,
    DATABASE_URL: through(urls.apiUrl, line),
    PORT: '0',
    OPERATOR_TOKEN: 'operator',
  });
  const worker = startProgram('activities/worker.ts', { ...common, DATABASE_URL: through(urls.workerUrl, line) });
  onTestFinished(async () => {
    line.close();
    await sql.end();
    await drop();
  });
  await isReady(worker);
  return { api, worker, sql, line, url: await apiUrlOf(api) };
}

it('with a silent PostgreSQL, /readyz answers within 2 s, and both processes end within their grace', async () => {
  const { api, worker, sql, line, url } = await startBehindProxy();
  const organization = await newOrganization(sql);
  const client = clientOf(url, organization.id, await tokenFor(sql, organization, 'admin'));
  await until('the API is ready', async () => (await fetch(`${url}/readyz`)).ok);
  const letGo = await lockUser(sql, organization.id, 'hr@example.com');
  await client.started('Email;First name\nhr@example.com;Hedda\n');
  await until('a stage waits in the database', async () => {
    const [held] = await sql`select 1 from stages where number = 5 and status = 'running'`;
    return held;
  });

  void line.halfOpen(SILENT_MS, 0);
  const monitor = await worker.monitorUrl();
  for (const [name, address] of [
    ['the API', url],
    ['the worker', monitor],
  ]) {
    const times: number[] = [];
    for (let n = 0; n < 4; n++) {
      const asked = performance.now();
      const answer = await fetch(`${address}/readyz`);
      times.push(performance.now() - asked);
      expect(answer.status).toBe(503);
      expect(await answer.json()).toMatchObject({ down: ['postgresql'] });
    }
    console.log(`silent PostgreSQL: /readyz of ${name} took ${times.map(Math.round).join(', ')} ms`);
    expect(Math.max(...times)).toBeLessThan(READY_WITHIN_MS);
  }

  // A request that hangs, and a stage that hangs.
  const hanging = client.json('GET', '/users').catch(() => null);
  const ends = await Promise.all([api.terminate(), worker.terminate()]);
  await hanging;
  console.log(`silent PostgreSQL: SIGTERM took ${ends.map(({ ms }) => Math.round(ms)).join(' and ')} ms`);
  for (const { ms } of ends) expect(ms).toBeLessThan(GRACE_MS + BEYOND_MS);
  await letGo();
});
