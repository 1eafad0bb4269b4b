import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { NativeConnection, Worker } from '@temporalio/worker';
import { expect, inject, it, onTestFinished } from 'vitest';
import { createActivities } from '../../activities/index.ts';
import { throwIfCancelled } from '../../activities/stage-runner/attempt.ts';
import { workerOptions } from '../../activities/worker-options.ts';
import { connect, type Database, disconnect } from '../../db/client.ts';
import { clientOf } from '../support/client.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase } from '../support/organization.ts';
import { until } from '../support/until.ts';
import { LANGUAGES, LIMITS, quietRuntime } from '../support/worker.ts';

/**
 * The engine's heartbeat timeout here, instead of half a minute. It is longer than a stage's pause between two
 * heartbeats.
 */
const SILENCE = '6 seconds';
/** The worker's event loop is blocked this long: longer than the timeout. */
const BLOCKED_MS = 8_000;
const TIMEOUT_MS = 300_000;

it('ends if each attempt of a stage blocks its worker', { timeout: TIMEOUT_MS }, async () => {
  const taskQueue = ownQueue('standstill');
  const sql = openDatabase();
  const api = await startApi({ taskQueue });
  const stop = await startBlockedWorker(taskQueue);
  onTestFinished(async () => {
    await api.close();
    await stop();
    await sql.end();
  });
  const organization = await newOrganization(sql);
  const client = clientOf(api.url, organization.id, await tokenFor(sql, organization, 'approver'));
  const edit = await client.started('Email;First name\na@example.com;A\n');
  const ended = await until('the end', async () => (await client.at(edit)).state === 'ended', TIMEOUT_MS);
  expect(ended).toBe(true);
  expect(await client.at(edit)).toMatchObject({
    outcome: 'failed',
    failure: { stage: 5, reason: 'no_progress' },
    counts: { read: 1, created: 0, skipped: 1 },
  });
});

/** A worker in which "Upsert users" begins and then runs without end, almost without yielding. */
async function startBlockedWorker(taskQueue: string): Promise<() => Promise<void>> {
  quietRuntime();
  const db = connect(inject('workerDatabaseUrl'), { max: 6, applicationName: 'test worker' });
  const deps = { db, limits: LIMITS, languages: LANGUAGES };
  const directory = await mkdtemp(join(tmpdir(), 'mass-edit-standstill-'));
  const codePath = join(directory, 'bundle.js');
  const bundle = await readFile(inject('workflowBundlePath'), 'utf8');
  expect(bundle).toMatch(HEARTBEAT_TIMEOUT);
  await writeFile(codePath, bundle.replace(HEARTBEAT_TIMEOUT, `heartbeatTimeout: '${SILENCE}'`));
  const connection = await NativeConnection.connect({ address: inject('temporalAddress') });
  const options = workerOptions(deps, { lane: 'small', taskQueue, largeStages: 1 });
  const worker = await Worker.create({
    connection,
    workflowBundle: { codePath },
    ...options,
    activities: {
      ...options.activities,
      upsertUsers: (ref: Parameters<typeof options.activities.upsertUsers>[0]) =>
        createActivities({ ...deps, db: blockingAfter(db, BEGUN) }).upsertUsers(ref),
    },
  });
  const running = worker.run();
  return async () => {
    worker.shutdown();
    await running;
    await connection.close();
    await disconnect(db);
    await rm(directory, { recursive: true });
  };
}

const HEARTBEAT_TIMEOUT = /heartbeatTimeout: ['"]30 seconds['"]/;
/** The transactions that claim the fence and begin the stage. */
const BEGUN = 2;

/** The same database, with one transaction that does not end until its attempt is cancelled. */
function blockingAfter(db: Database, commits: number): Database {
  let done = 0;
  const transaction: Database['transaction'] = async (work, config) => {
    if (done++ !== commits) return db.transaction(work, config);
    for (;;) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BLOCKED_MS);
      await pause(100);
      throwIfCancelled();
    }
  };
  return new Proxy(db, {
    get: (target, key) => (key === 'transaction' ? transaction : Reflect.get(target, key, target)),
  });
}
