import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { StageDeps } from '../../activities/stage-runner/stage.ts';
import { connect, disconnect } from '../../db/client.ts';
import type { MassEditRef } from '../../workflows/contract.ts';
import { ago } from '../support/days.ts';
import { newOrganization, openDatabase, storeMassEdit, type TestOrganization } from '../support/organization.ts';
import { snapshot } from '../support/snapshot.ts';
import {
  argumentOf,
  dyingAfter,
  IN_ORDER,
  Killed,
  runActivity,
  runUpTo,
  type Shown,
  shownAt,
} from '../support/stage.ts';
import { LANGUAGES, LIMITS } from '../support/worker.ts';

/** Two rows a chunk, so that a file of a dozen rows has several chunks in every step. */
const CHUNK_ROWS = 2;
/** Runs a whole stage, and the stages before it, for each of its commits: a dozen times as long as other tests. */
const ONCE_A_COMMIT_MS = 900_000;
const sql = openDatabase();
let deps: StageDeps;
beforeAll(() => {
  deps = {
    db: connect(inject('workerDatabaseUrl'), { max: 4 }),
    limits: LIMITS,
    languages: LANGUAGES,
    chunkRows: CHUNK_ROWS,
  };
});
afterAll(async () => {
  await disconnect(deps.db);
  await sql.end();
});

describe.each(IN_ORDER)('%s', (name) => {
  it('works, and a second run does nothing', async () => {
    const { organization, ref, shown } = await prepared();
    await runUpTo(deps, ref, name, shown);
    const before = await snapshot(sql, organization.id);
    const first = await runActivity(deps, name, ref, 1, await argumentOf(name, shown));
    const once = await snapshot(sql, organization.id);
    expect(once).not.toEqual(before);
    const second = await runActivity(deps, name, ref, 2, await argumentOf(name, shown));
    expect(second).toEqual(first);
    expect(await snapshot(sql, organization.id)).toEqual(once);
  });

  it('continues after a kill after any commit, with the same result', { timeout: ONCE_A_COMMIT_MS }, async () => {
    const whole = await prepared();
    await runUpTo(deps, whole.ref, name, whole.shown);
    const counting = dyingAfter(deps.db, Number.POSITIVE_INFINITY);
    await runActivity({ ...deps, db: counting.db }, name, whole.ref, 1, await argumentOf(name, whole.shown));
    const expected = await snapshot(sql, whole.organization.id);
    expect(counting.count()).toBeGreaterThan(0);

    for (let commits = 1; commits <= counting.count(); commits++) {
      const { organization, ref, shown } = await prepared();
      await runUpTo(deps, ref, name, shown);
      const dying = { ...deps, db: dyingAfter(deps.db, commits).db };
      const argument = await argumentOf(name, shown);
      const killed = runActivity(dying, name, ref, 1, argument);
      // A failure to note the operator after the decision is logged, and not thrown.
      await (name === 'recordDecision' && commits > 1 ? killed : expect(killed).rejects.toThrow(Killed.name));
      await runActivity(deps, name, ref, 2, argument);
      expect(await snapshot(sql, organization.id), `killed after commit ${commits}`).toEqual(expected);
    }
  });

  it('does not change other organizations', async () => {
    const bystander = await prepared();
    const before = await snapshot(sql, bystander.organization.id);
    const { ref, shown } = await prepared();
    await runUpTo(deps, ref, name, shown);
    await runActivity(deps, name, ref, 1, await argumentOf(name, shown));
    expect(await snapshot(sql, bystander.organization.id)).toEqual(before);
  });
});

it('returns that a stage does not apply if a workflow of an earlier version calls it without work', async () => {
  const organization = await newOrganization(sql);
  const stored = async (): Promise<MassEditRef> => {
    const { massEditId } = await storeMassEdit(sql, organization, PEOPLE);
    return { organizationId: organization.id, massEditId };
  };
  const first = await stored();
  await runUpTo({ ...deps, chunkRows: 100 }, first, 'settle', async () => ({}));
  await runActivity(deps, 'settle', first, 1, 'applied');
  const ref = await stored();
  await runUpTo(deps, ref, 'createSegments', async () => ({}));
  for (const stage of ['createSegments', 'deleteUsers', 'upsertUsers', 'mutateAttributes', 'backdateChanges'] as const)
    expect(await runActivity(deps, stage, ref), stage).toEqual({ status: 'not_applied' });
  expect(await runActivity(deps, 'settle', ref, 1, 'applied')).toMatchObject({
    outcome: 'completed',
    counts: { read: 11, unchanged: 11 },
  });
});

it('refuses an older attempt that wakes up after a newer one has begun', async () => {
  const { ref } = await prepared();
  await runActivity(deps, 'validateFile', ref, 2);
  await expect(runActivity(deps, 'validateFile', ref, 1)).rejects.toThrow('Superseded');
  await runActivity(deps, 'detectCycles', ref, 1);
  await expect(runActivity(deps, 'validateFile', ref, 9)).rejects.toThrow('Superseded');
});

it('lists no missing user if the plan does not hold all rows that were read', async () => {
  const { ref, id } = await prepared();
  await runActivity(deps, 'validateFile', ref, 1);
  // As if the attempt had died just before it made the list, and the plan had been emptied outside the stage.
  await sql`delete from missing_users where mass_edit_id = ${id}`;
  await sql`update stages set status = 'running', step = 3, result = null where mass_edit_id = ${id} and number = 1`;
  await sql`delete from plan_rows where mass_edit_id = ${id} and line = 3`;
  await expect(runActivity(deps, 'validateFile', ref, 2)).rejects.toThrow('InvariantViolation');
  expect(await sql`select 1 from missing_users where mass_edit_id = ${id}`).toHaveLength(0);
});

it('restarts validation if another version of the code had begun it', async () => {
  const { organization, ref, id } = await prepared();
  await runActivity(deps, 'validateFile', ref, 1);
  const once = await snapshot(sql, organization.id);
  // As if the code had been replaced in the middle by a version with other steps.
  await sql`update stages set status = 'running', step = 3, result = null where mass_edit_id = ${id} and number = 1`;
  await sql`update mass_edits set reading = reading || '{"detectedBy": "another"}' where id = ${id}`;
  const { db } = dyingAfter(deps.db, 22);
  await expect(runActivity({ ...deps, db }, 'validateFile', ref, 2)).rejects.toThrow();
  // Rows that are read twice are not counted beyond the total: at the end progress would have to go back.
  const [stage] = await sql`select done, total from stages where mass_edit_id = ${id} and number = 1`;
  expect(stage!.done).toBeLessThanOrEqual(stage!.total);
  await runActivity(deps, 'validateFile', ref, 3);
  expect(await snapshot(sql, organization.id)).toEqual(once);
});

it('reads no file whose stored bytes are fewer than the received bytes', async () => {
  const { ref, id } = await prepared();
  await sql`update file_chunks set bytes = substr(bytes, 1, 400) where file_id = (select file_id from mass_edits where id = ${id})`;
  await expect(runActivity(deps, 'validateFile', ref, 1)).rejects.toThrow('InvariantViolation');
  expect(await sql`select 1 from plan_rows where mass_edit_id = ${id}`).toHaveLength(0);
});

type Prepared = { organization: TestOrganization; ref: MassEditRef; id: number; shown: Shown };

/** An organization of ten users with a history and answers, and a stored file with a bit of every change. */
async function prepared(): Promise<Prepared> {
  const organization = await newOrganization(sql);
  const first = await storeMassEdit(sql, organization, PEOPLE);
  const firstRef = { organizationId: organization.id, massEditId: first.massEditId };
  await runUpTo({ ...deps, chunkRows: 100 }, firstRef, 'settle', async () => ({}));
  await runActivity(deps, 'settle', firstRef, 1, 'applied');
  await sql`update memberships set since = current_date - 200 where organization_id = ${organization.id}`;
  await answers(organization);
  const { id, massEditId } = await storeMassEdit(sql, organization, EDIT(), { deleteMissingUsers: true });
  return { organization, ref: { organizationId: organization.id, massEditId }, id, shown: shownAt(sql, id) };
}

async function answers(organization: TestOrganization): Promise<void> {
  const [survey] = await sql`insert into surveys (organization_id, name, sent_on)
    values (${organization.id}, 'Pulse', current_date - 30) returning id`;
  await sql`insert into answers (organization_id, survey_id, user_id, answered_on, question, score, comment, score_under, comment_under)
    select ${organization.id}, ${survey!.id}, u.id, current_date - 29, 'How are you?', 4, 'Well', m.values, m.values
    from users u join memberships m on m.user_id = u.id where u.organization_id = ${organization.id}`;
  await sql`update answers set removed_at = now() - interval '3 days', removed_by_mass_edit = 0
    where user_id = (select id from users where organization_id = ${organization.id} and external_id = 'k1')`;
}

const PEOPLE = `Email;External Id;First name;Last name;Department;Manager;Mentor;Salary;Participate in survey
hr@example.com;;Hanna;;HR;;;
top@example.com;t1;Tore;Top;Board;;;90000
mid@example.com;;Mia;Mid;IT;t1;top@example.com;
a@example.com;;Ada;A;IT;mid@example.com;;40000
b@example.com;;Bo;B;IT;mid@example.com;;
c@example.com;;Cia;C;Sales;mid@example.com;;
d@example.com;;Dan;D;Sales;c@example.com;b@example.com;
gone1@example.com;;Gun;G;Sales;mid@example.com;;
gone2@example.com;;Gus;G;Sales;mid@example.com;;
gone3@example.com;;Gro;G;Sales;mid@example.com;;
;k1;Kim;Kiosk;Floor;gone1@example.com;;;FALSE`;

const EDIT =
  (): string => `Email;External Id;First name;Last name;Department;Department backdate;Manager;Mentor;Salary;Participate in survey;Participate in survey backdate
hr@example.com;;Hanna;;HR;;;;
top@example.com;t1;Tore;Top;Board;;;;91000.50
mid@example.com;;Mia;Middel;IT;;t1;;
a@example.com;;Ada;A;Legal;${ago(40)};mid@example.com;d@example.com;;FALSE;${ago(35)}
b@example.com;;Bo;B;#CLEAR;${ago(40)};mid@example.com;;
c@example.com;;Cia;C;sales;;d@example.com;;;FALSE;${ago(31)}
d@example.com;;Dan;D;Sales;;c@example.com;;
;k1;Kim;Kiosk;Floor;;;;;TRUE;
new1@example.com;;Nia;N;Legal;;new2@example.com;;
new2@example.com;;Nil;N;Research;;top@example.com;;
new3@example.com;;Noa;N;;;gone2@example.com;;
new4@example.com;;Nea;N;;;new3@example.com;;
new5@example.com;x9;Bad;;;;;;many;;
new1@example.com;;Nia;N;Legal;;new2@example.com;;`;
