import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { StageDeps } from '../../../activities/stage-runner/stage.ts';
import { connect, type Database, disconnect } from '../../../db/client.ts';
import type { MassEditRef } from '../../../workflows/contract.ts';
import { newOrganization, openDatabase, storeMassEdit } from '../../support/organization.ts';
import { dyingAfter, runActivity, runUpTo } from '../../support/stage.ts';
import { LANGUAGES, LIMITS } from '../../support/worker.ts';

const FILE = 'Email;First name\na@example.com;A\nb@example.com;B\nc@example.com;C\nd@example.com;D\n';
const sql = openDatabase();
let deps: StageDeps;
beforeAll(() => {
  deps = { db: connect(inject('workerDatabaseUrl'), { max: 4 }), limits: LIMITS, languages: LANGUAGES, chunkRows: 2 };
});
afterAll(async () => {
  await disconnect(deps.db);
  await sql.end();
});

/** A mass edit just before the stage "Upsert users". */
async function prepared(): Promise<{ ref: MassEditRef; stage: () => Promise<Record<string, unknown> | undefined> }> {
  const organization = await newOrganization(sql);
  const { id, massEditId } = await storeMassEdit(sql, organization, FILE);
  const ref = { organizationId: organization.id, massEditId };
  await runUpTo(deps, ref, 'upsertUsers', async () => ({}));
  return {
    ref,
    stage: async () =>
      (
        await sql`select status, attempts, failed_attempts as failed from stages where mass_edit_id = ${id} and number = 5`
      )[0],
  };
}

const upsert = (ref: MassEditRef, attempt: number, db: Database = deps.db): Promise<unknown> =>
  runActivity({ ...deps, db }, 'upsertUsers', ref, attempt);

/** The same database, whose transactions fail with this error after some commits. */
function failingAfter(db: Database, commits: number, error: Error): Database {
  let done = 0;
  const transaction: Database['transaction'] = async (work, config) => {
    // The last transaction counts the failure.
    if (done++ === commits) throw error;
    return db.transaction(work, config);
  };
  return new Proxy(db, {
    get: (target, key) => (key === 'transaction' ? transaction : Reflect.get(target, key, target)),
  });
}
/** The commits that claim the fence and begin the stage. */
const BEGUN = 2;

it('gives a stage up after three attempts that fail at one checkpoint', async () => {
  const { ref, stage } = await prepared();
  const fail = (attempt: number) => upsert(ref, attempt, failingAfter(deps.db, BEGUN, new TypeError('x')));
  await expect(fail(1)).rejects.toMatchObject({ type: 'TypeError', nonRetryable: false });
  await expect(fail(2)).rejects.toMatchObject({ type: 'TypeError', nonRetryable: false });
  expect(await stage()).toMatchObject({ attempts: 2, failed: 2 });
  await expect(fail(3)).rejects.toMatchObject({
    message: 'Upsert users: TypeError (no_progress)',
    type: 'no_progress',
    nonRetryable: true,
  });
  // A further attempt gets the same error and does nothing.
  await expect(upsert(ref, 4)).rejects.toMatchObject({ type: 'no_progress', nonRetryable: true });
});

it('starts to count again when the checkpoint has moved', async () => {
  const { ref, stage } = await prepared();
  for (const attempt of [1, 2])
    await expect(upsert(ref, attempt, failingAfter(deps.db, BEGUN, new TypeError('x')))).rejects.toThrow('TypeError');
  // After the step that looks for cycles.
  const later = failingAfter(deps.db, BEGUN + 4, new TypeError('x'));
  await expect(upsert(ref, 3, later)).rejects.toMatchObject({ nonRetryable: false });
  expect(await stage()).toMatchObject({ failed: 1 });
  expect(await upsert(ref, 4)).toMatchObject({ status: 'done', rows: 4 });
});

it.each(['CONNECTION_CLOSED', '57P01', '40P01', '53100'])(
  'does not count attempts that end because the database is away or busy (%s)',
  async (code) => {
    const { ref, stage } = await prepared();
    const away = Object.assign(new Error('x'), { code });
    for (let attempt = 1; attempt <= 5; attempt++)
      await expect(upsert(ref, attempt, failingAfter(deps.db, BEGUN, away))).rejects.toMatchObject({
        nonRetryable: false,
      });
    expect(await stage()).toMatchObject({ attempts: 0, failed: 0 });
    expect(await upsert(ref, 6)).toMatchObject({ status: 'done' });
  },
);

it('counts an attempt that a newer one has replaced while it was running', async () => {
  const { ref, stage } = await prepared();
  for (const attempt of [1, 3, 5]) {
    // The next attempt begins, as the engine allows when this one is silent, and its worker dies at once.
    let begun = 0;
    const overtaken = new Proxy(deps.db, {
      get: (target, key) => {
        if (key !== 'transaction') return Reflect.get(target, key, target);
        return async (...given: Parameters<Database['transaction']>) => {
          if (begun++ === BEGUN) await upsert(ref, attempt + 1, dyingAfter(deps.db, BEGUN).db).catch(() => {});
          return target.transaction(...given);
        };
      },
    });
    await expect(upsert(ref, attempt, overtaken)).rejects.toMatchObject({ type: 'Superseded' });
  }
  expect(await stage()).toMatchObject({ failed: 3 });
  await expect(upsert(ref, 7)).rejects.toMatchObject({ type: 'no_progress', nonRetryable: true });
});

it('allows ten deaths of workers at one checkpoint, and no more', async () => {
  const { ref, stage } = await prepared();
  for (let attempt = 1; attempt <= 10; attempt++)
    await expect(upsert(ref, attempt, dyingAfter(deps.db, BEGUN).db)).rejects.toThrow('Killed');
  expect(await stage()).toMatchObject({ attempts: 10, failed: 0 });
  await expect(upsert(ref, 11)).rejects.toMatchObject({ type: 'no_progress', nonRetryable: true });
});
