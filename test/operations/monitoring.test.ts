import { afterAll, beforeEach, describe, expect, inject, it } from 'vitest';
import { textOf } from '../source-files.ts';
import { type Client, clientOf } from '../support/client.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase } from '../support/organization.ts';
import { useOwnDatabase } from '../support/own-database.ts';
import { apiUrlOf, isReady, type RunningProgram, startProgram } from '../support/programs.ts';
import { until } from '../support/until.ts';

const database = useOwnDatabase('monitoring_test');
const sql = openDatabase(database.superuserUrl);
afterAll(() => sql.end());

const CSV = 'Email;First name\na@example.com;A\n';
let taskQueue: string;
beforeEach(() => {
  taskQueue = ownQueue('monitoring');
});

const common = () => ({
  TEMPORAL_ADDRESS: inject('temporalAddress'),
  TASK_QUEUE: taskQueue,
  MONITOR_PORT: '0',
  DRAIN_TIME: '1ms',
});
const startApi = (): RunningProgram =>
  startProgram('api/server.ts', {
    ...common(),
    DATABASE_URL: database.apiUrl,
    PORT: '0',
    OPERATOR_TOKEN: 'operator',
    LOG_LEVEL: 'info',
  });
const startWorker = (level = 'info'): RunningProgram =>
  startProgram('activities/worker.ts', { ...common(), DATABASE_URL: database.workerUrl, LOG_LEVEL: level });

async function clientAt(url: string): Promise<Client> {
  const organization = await newOrganization(sql);
  return clientOf(url, organization.id, await tokenFor(sql, organization, 'admin'));
}

const workersAt = async (url: string): Promise<object> =>
  ((await (await fetch(`${url}/readyz`)).json()) as { workers: object }).workers;
const NONE = { small: 'none', large: 'none' };
const BOTH = { small: 'running', large: 'running' };

/** The value of a sample, such as `mass_edit_workers{lane="small"}`. */
async function sample(monitorUrl: string, name: string): Promise<number> {
  const text = await (await fetch(`${monitorUrl}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1));
}

describe('a service without a worker', () => {
  it('reports it, waits, and continues by itself when a worker is back; a worker that hangs counts as none', async () => {
    const api = startApi();
    const url = await apiUrlOf(api);
    const monitor = await api.monitorUrl();
    const client = await clientAt(url);
    const edit = await client.started(CSV);
    // The API can still be read and can take answers, so load balancers must not take it away.
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect(await workersAt(url)).toEqual(NONE);
    expect(await client.at(edit)).toMatchObject({ state: 'validating', waitsForWorker: true });
    expect(await sample(monitor, 'mass_edit_workers{lane="small"}')).toBe(0);
    expect(await sample(monitor, 'mass_edit_open{state="validating"}')).toBe(1);
    expect(await sample(monitor, 'mass_edit_oldest_open_age_seconds')).toBeGreaterThan(0);

    const worker = startWorker();
    await isReady(worker);
    expect((await client.reaches(edit, 'ended')).waitsForWorker).toBe(false);
    await until('the worker is seen', async () => JSON.stringify(await workersAt(url)) === JSON.stringify(BOTH));
    expect(await sample(monitor, 'mass_edit_workers{lane="large"}')).toBe(1);

    worker.child.kill('SIGSTOP');
    const stopped = performance.now();
    await until('it is missed', async () => JSON.stringify(await workersAt(url)) === JSON.stringify(NONE));
    console.log(`a worker that stands still is missed after ${Math.round(performance.now() - stopped)} ms`);
    worker.child.kill('SIGCONT');
    await until('it is seen again', async () => JSON.stringify(await workersAt(url)) === JSON.stringify(BOTH));

    const waiting = await client.toGate('Email;First name\na@example.com;B\n', { review: 'always' });
    expect(waiting.waitsForWorker).toBe(false);
    await until('the wait is counted', async () => (await sample(monitor, 'mass_edit_oldest_answer_wait_seconds')) > 0);
    expect(await sample(monitor, 'mass_edit_open{state="awaiting_approval"}')).toBe(1);
    expect((await worker.terminate()).code).toBe(0);
    // A worker that stops reports it, so it is not missed first.
    expect(await workersAt(url)).toEqual(NONE);
    expect((await client.at(waiting)).waitsForWorker).toBe(false);
    await client.approve(waiting);
    expect((await client.at(waiting)).waitsForWorker).toBe(true);
  });
});

describe('the log of API and worker', () => {
  it('has the mass edit and its organization as fields in each JSON line about it, with the cause of a failure', async () => {
    const api = startApi();
    const worker = startWorker();
    const url = await apiUrlOf(api);
    await isReady(worker);
    const client = await clientAt(url);
    await client.run('Email;First name\na@example.com;A\nb@example.com;B\n');
    const waiting = await client.toGate(CSV);
    await sql`update missing_users set user_version = user_version + 1
      where mass_edit_id = (select id from mass_edits where public_id = ${waiting.id}) and kept is null`;
    await client.approve(waiting);
    const ended = await client.reaches(waiting, 'ended');
    expect(ended.failure).toMatchObject({ reason: 'not_proved', reference: waiting.id });
    const about = { massEditId: waiting.id, organizationId: client.organizationId };

    expect(await worker.line('stage attempt failed')).toMatchObject({ ...about, reason: 'not_proved', level: 50 });
    const failed = await worker.line('Workflow failed');
    expect(failed).toMatchObject(about);
    expect(failed.failure).toMatch(/^A stage could not be done \(not_proved\)\. Delete users: InvariantViolation: /);
    const lines = api.lines().filter(({ massEditId }) => massEditId === waiting.id);
    expect(lines.map(({ msg }) => msg)).toEqual(expect.arrayContaining(['incoming request', 'request completed']));
    for (const line of lines) expect(line).toMatchObject(about);
    // The upload, whose address has no id of the mass edit, and the answer at the gate.
    const paths = lines.map(({ res }) => (res as { path?: string } | undefined)?.path ?? '');
    expect(paths).toContain(`/v1/organizations/${client.organizationId}/mass-edits`);
    expect(paths).toContain(`/v1/organizations/${client.organizationId}/mass-edits/${waiting.id}/approval`);
    expect(api.lines().filter(({ req }) => (req as { path?: string } | undefined)?.path === '/readyz')).toEqual([]);
  });

  it('follows LOG_LEVEL, also in the lines of the engine’s library and its core', async () => {
    const quiet = startProgram('activities/worker.ts', {
      ...common(),
      DATABASE_URL: database.workerUrl,
      LOG_LEVEL: 'error',
      MONITOR_PORT: '',
    });
    await until('a worker is there', async () => {
      const [seen] =
        await sql`select 1 from operations.workers where task_queue = ${taskQueue} and seen_at > now() - interval '4 seconds'`;
      return seen;
    });
    expect((await quiet.terminate()).code).toBe(0);
    expect(quiet.lines().filter(({ level }) => level < 50)).toEqual([]);
  });
});

describe('/metrics', () => {
  it('counts the outcomes of mass edits, and no label has an unlimited number of values', async () => {
    const api = startApi();
    const worker = startWorker();
    const client = await clientAt(await apiUrlOf(api));
    await isReady(worker);
    const edit = await client.run('Email;First name\nx@example.com;X\nno-address;\n');
    expect(edit.outcome).toBe('completed_with_errors');
    const [ofApi, ofWorker] = await Promise.all([api.monitorUrl(), worker.monitorUrl()]);
    await until(
      'the end is counted',
      async () => (await sample(ofWorker, 'mass_edit_ended_total{outcome="completed_with_errors"}')) === 1,
    );
    expect(await sample(ofWorker, 'mass_edit_rows_total{result="created"}')).toBe(1);
    expect(await sample(ofWorker, 'mass_edit_rows_total{result="refused"}')).toBe(1);
    expect(await sample(ofWorker, 'mass_edit_stage_duration_seconds_count{stage="upsertUsers",result="done"}')).toBe(1);
    // Validation, cycle detection, upserts and the end: the other stages have no work.
    expect(await sample(ofWorker, 'mass_edit_queue_duration_seconds_count{lane="small"}')).toBeGreaterThanOrEqual(4);
    expect(await sample(ofApi, 'mass_edit_reachable{service="temporal"}')).toBe(1);
    expect(await sample(ofApi, 'mass_edit_reachable{service="postgresql"}')).toBe(1);
    expect(await sample(ofApi, 'mass_edit_database_connections_max')).toBe(30);

    const texts = await Promise.all([ofApi, ofWorker].map(async (url) => (await fetch(`${url}/metrics`)).text()));
    const [apiText = '', workerText = ''] = texts;
    expect(apiText).toMatch(
      /^mass_edit_http_request_duration_seconds_count\{.*route="\/v1\/organizations\/:organizationId\/mass-edits"/m,
    );
    // The metrics of the Temporal library, and those of every Node process.
    expect(workerText).toMatch(/^temporal_\w+/m);
    for (const text of texts) {
      expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
      expect(text).toMatch(/^mass_edit_database_transactions\{state="waiting"\} \d/m);
      expect(text).not.toContain(edit.id);
      expect(text).not.toContain(client.organizationId);
    }
    for (const name of new Set(texts.join('\n').match(/^mass_edit_\w+?(?=_bucket|_sum|_count|[{ ])/gm)))
      expect(textOf('docs/operations.md'), name).toContain(`\`${name}`);
  });
});
