import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { StageDeps } from '../../activities/stage-runner/stage.ts';
import { connect, disconnect } from '../../db/client.ts';
import { splitByCapacity } from '../../db/mass-edits/findings-listed.ts';
import { finding } from '../../rules/findings/findings.ts';
import type { MassEditRef } from '../../workflows/contract.ts';
import { newOrganization, openDatabase, storeMassEdit, type TestOrganization } from '../support/organization.ts';
import { snapshot } from '../support/snapshot.ts';
import { dyingAfter, Killed, runActivity, runUpTo } from '../support/stage.ts';
import { LANGUAGES, LIMITS } from '../support/worker.ts';

/** Each kill runs a whole stage. On a busy machine all of them take minutes. */
const ONCE_A_COMMIT_MS = 240_000;
const LIMIT = 7;
const sql = openDatabase();
let deps: StageDeps;
beforeAll(() => {
  deps = {
    db: connect(inject('workerDatabaseUrl'), { max: 4 }),
    limits: LIMITS,
    languages: LANGUAGES,
    chunkRows: 2,
  };
});
afterAll(async () => {
  await disconnect(deps.db);
  await sql.end();
});

const PEOPLE = `Email;First name;Department;Manager;Mentor
hr@example.com;Hanna;HR;;
boss@example.com;Bo;IT;;
back1@example.com;Ada;IT;;boss@example.com
back2@example.com;Bea;IT;;boss@example.com
back3@example.com;Cia;IT;;boss@example.com
stays@example.com;Dan;IT;boss@example.com;`;

/** Warnings, then errors; users to restore, two of them refused in stage 2; references to a deleted user. */
const EDIT = `Email;First name;Department;Manager;Employment Date
hr@example.com;Hanna;-;;
w1@example.com;Wim;-;;
w2@example.com;Wes;-;;
back1@example.com;Ada;IT;back2@example.com;
back2@example.com;Bea;IT;back1@example.com;
back3@example.com;Cia;IT;;
stays@example.com;Dan;IT;boss@example.com;
e1@example.com;Eva;IT;;2026-02-31
e2@example.com;Eve;IT;;2026-02-31
e3@example.com;Eli;IT;;2026-02-31
e4@example.com;Edo;IT;e1@example.com;
e5@example.com;Emi;IT;;2026-02-31`;

type Prepared = { organization: TestOrganization; ref: MassEditRef };

async function prepared(limit = LIMIT): Promise<Prepared> {
  const organization = await newOrganization(sql);
  const first = await storeMassEdit(sql, organization, PEOPLE);
  const firstRef = { organizationId: organization.id, massEditId: first.massEditId };
  await runUpTo({ ...deps, chunkRows: 100 }, firstRef, 'settle', async () => ({}));
  await runActivity(deps, 'settle', firstRef, 1, 'applied');
  const gone = ['back1@example.com', 'back2@example.com', 'back3@example.com'];
  await sql`update users set deleted_at = now() where organization_id = ${organization.id} and email = any(${gone})`;
  const { id, massEditId } = await storeMassEdit(sql, organization, EDIT, { deleteMissingUsers: true });
  await sql`update mass_edits set findings_listed = ${limit} where id = ${id}`;
  return { organization, ref: { organizationId: organization.id, massEditId } };
}

const nothingShown = async () => ({});

describe.each(['validateFile', 'detectCycles'] as const)('findings of %s that are not all listed', (name) => {
  it('are the same if the worker is killed after any commit', { timeout: ONCE_A_COMMIT_MS }, async () => {
    const whole = await prepared();
    await runUpTo(deps, whole.ref, name, nothingShown);
    const counting = dyingAfter(deps.db, Number.POSITIVE_INFINITY);
    await runActivity({ ...deps, db: counting.db }, name, whole.ref);
    const expected = await snapshot(sql, whole.organization.id);
    expect(expected.findings?.length).toBeLessThanOrEqual(LIMIT);
    expect(expected.leftOut?.length).toBeGreaterThan(0);

    for (let commits = 1; commits <= counting.count(); commits++) {
      const { organization, ref } = await prepared();
      await runUpTo(deps, ref, name, nothingShown);
      const dying = { ...deps, db: dyingAfter(deps.db, commits).db };
      await expect(runActivity(dying, name, ref)).rejects.toThrow(Killed.name);
      await runActivity(deps, name, ref, 2);
      expect(await snapshot(sql, organization.id), `killed after commit ${commits}`).toEqual(expected);
    }
  });
});

it('the counts by code do not depend on the limit, and no more findings than the limit are listed', async () => {
  const all = await countsWith(100_000);
  expect(all.listed).toBeGreaterThan(12);
  for (const limit of [1, 2, 5, 8, 12]) {
    const { counts, plan, listed } = await countsWith(limit);
    expect(counts, `with ${limit} listed`).toEqual(all.counts);
    expect(plan).toEqual(all.plan);
    expect(listed).toBeLessThanOrEqual(limit);
  }
});

async function countsWith(limit: number) {
  const { organization, ref } = await prepared(limit);
  await runUpTo(deps, ref, 'recordDecision', nothingShown);
  const of = sql`mass_edit_id = (select id from mass_edits where public_id = ${ref.massEditId})`;
  const counts = await sql`select code, severity, sum(n)::int as n from (
      select code, severity, 1 as n from findings where ${of}
      union all select code, severity, count from findings_left_out where ${of}) f
    group by code, severity having sum(n) <> 0 order by 1, 2`;
  const [listed] = await sql`select count(*)::int as n from findings where ${of}`;
  const [edit] = await sql`select plan_counts from mass_edits where public_id = ${ref.massEditId}`;
  const { planRows } = await snapshot(sql, organization.id);
  return { counts, listed: listed!.n as number, plan: [edit!.plan_counts, planRows] };
}

it('capacity is divided by severity: warnings have a share of their own, errors may use all that is left', () => {
  const found = (severity: 'error' | 'warning', line: number) => finding(line, severity === 'error' ? 'CYCLE' : 'KEPT');
  const room = { all: 4, warnings: 2 };
  const first = splitByCapacity(
    [1, 2, 3].map((line) => found('warning', line)),
    room,
  );
  expect([first.listed.length, first.leftOut.length]).toEqual([2, 1]);
  const then = splitByCapacity([found('error', 4), found('warning', 5), found('error', 6), found('error', 7)], room);
  expect(then.listed.map(({ line }) => line)).toEqual([4, 6]);
  expect(then.leftOut.map(({ line }) => line)).toEqual([5, 7]);
  expect(room).toEqual({ all: 0, warnings: 0 });
});
