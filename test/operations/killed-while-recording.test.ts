import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { workflowIdOf } from '../../workflows/contract.ts';
import { clientOf } from '../support/client.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase } from '../support/organization.ts';
import { isReady, type RunningProgram, startProgram } from '../support/programs.ts';
import { until } from '../support/until.ts';

const sql = openDatabase();
const taskQueue = ownQueue('killed');
let api: TestApi;
beforeAll(async () => {
  api = await startApi({ taskQueue });
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

/** The engine misses heartbeats for five seconds and waits half a second more. */
const NOTICED_WITHIN_MS = 8_000;
/** With the next workflow task and the work itself it is 7 s, and more if other tests use the machine. */
const OVER_WITHIN_MS = 20_000;

const startWorker = (): RunningProgram =>
  startProgram('activities/worker.ts', {
    DATABASE_URL: inject('workerDatabaseUrl'),
    TEMPORAL_ADDRESS: inject('temporalAddress'),
    TASK_QUEUE: taskQueue,
    MONITOR_PORT: '0',
  });

it.each([
  // The claim of `settle` waits for a lock that the decision does not need.
  ['settle', 'for key share'],
  ['recordDecision', 'for no key update'],
])('a worker that is killed during %s is noticed at once and costs seconds', async (activity, lock) => {
  const workers = [startWorker(), startWorker()];
  await Promise.all(workers.map(isReady));
  const organization = await newOrganization(sql);
  const client = clientOf(api.url, organization.id, await tokenFor(sql, organization, 'approver'));
  const edit = await client.toGate('Email;First name\na@example.com;A\n', { review: 'always' });
  const handle = api.temporal.workflow.getHandle(workflowIdOf(organization.id));
  const holder = await sql.reserve();
  await holder`begin`;
  await holder.unsafe(`select 1 from mass_edits where public_id = '${edit.id}' ${lock}`);
  await handle.signal('cancelMassEdit', { massEditId: edit.id });
  const pending = async () => {
    const { raw } = await handle.describe();
    return raw.pendingActivities?.find(({ activityType }) => activityType?.name === activity);
  };
  const identity = await until(`${activity} is under way`, async () => {
    const found = await pending();
    return found?.lastStartedTime && found.lastWorkerIdentity;
  });
  const busy = workers.find(({ child }) => identity.startsWith(`${child.pid}@`));
  expect(busy).toBeDefined();
  const killed = Date.now();
  busy?.child.kill('SIGKILL');
  await holder`rollback`;
  holder.release();
  await until('it is tried again', async () => {
    const found = await pending();
    return found === undefined || (found.attempt ?? 0) >= 2;
  });
  const noticedMs = Date.now() - killed;
  expect((await client.reaches(edit, 'ended')).outcome).toBe('cancelled');
  const overMs = Date.now() - killed;
  console.log(`killed during ${activity}: tried again after ${noticedMs} ms, over after ${overMs} ms`);
  expect(noticedMs).toBeLessThan(NOTICED_WITHIN_MS);
  expect(overMs).toBeLessThan(OVER_WITHIN_MS);
});
