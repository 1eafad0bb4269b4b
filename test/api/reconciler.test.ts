import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { purge, type ReconcilerDeps, reconcile, startReconciler } from '../../api/reconciler.ts';
import { SIGNALS, workflowIdOf } from '../../workflows/contract.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase, storeMassEdit, type TestOrganization } from '../support/organization.ts';
import { useOwnDatabase } from '../support/own-database.ts';
import { until } from '../support/until.ts';
import { bodyOf, uploadRaw } from '../support/uploads.ts';

const CSV = 'Email;First name\r\nann@example.com;Ann\r\n';

const database = useOwnDatabase('reconciler_test');
const sql = openDatabase(database.superuserUrl);
let api: TestApi;
let deps: ReconcilerDeps;
const said: object[] = [];
beforeAll(async () => {
  api = await startApi({ taskQueue: ownQueue('reconciler'), databaseUrl: database.apiUrl });
  deps = { db: api.db, temporal: api.temporal, config: api.config, log: { error: (what) => said.push(what) } };
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

const runOf = ({ id }: TestOrganization) => api.temporal.workflow.getHandle(workflowIdOf(id)).describe();
const olden = ({ id }: TestOrganization) =>
  sql`update mass_edits set created_at = created_at - interval '1 minute', decided_at = decided_at - interval '1 minute',
    cancel_requested_at = cancel_requested_at - interval '1 minute' where organization_id = ${id}`;

describe('the reconciler', () => {
  it('starts an upload that was stored and never started, once, also with many reconcilers', async () => {
    const organization = await newOrganization(sql);
    const { massEditId } = await storeMassEdit(sql, organization, CSV);
    await olden(organization);
    await Promise.all([reconcile(deps), reconcile(deps), reconcile(deps)]);
    const run = await runOf(organization);
    expect(run.memo).toMatchObject({ massEditId });
    const [row] = await sql`select workflow_run_id from mass_edits where public_id = ${massEditId}`;
    expect(row!.workflow_run_id).toBe(run.runId);
  });

  it('finds the run of a started upload whose run id was not stored', async () => {
    const organization = await newOrganization(sql);
    const upload = { api, organization, token: await tokenFor(sql, organization, 'editor') };
    const { id } = await bodyOf(await uploadRaw(upload, CSV));
    const { runId } = await runOf(organization);
    await sql`update mass_edits set workflow_run_id = null where public_id = ${id}`;
    await olden(organization);
    await reconcile(deps);
    const [row] = await sql`select workflow_run_id from mass_edits where public_id = ${id}`;
    expect(row!.workflow_run_id).toBe(runId);
    expect((await runOf(organization)).runId).toBe(runId);
  });

  it('leaves a new upload to the process that stored it', async () => {
    const organization = await newOrganization(sql);
    const { id } = await storeMassEdit(sql, organization, CSV);
    // It stays young for as long as the test takes.
    await sql`update mass_edits set created_at = now() + interval '1 minute' where id = ${id}`;
    await reconcile(deps);
    await expect(runOf(organization)).rejects.toThrow(/not found/i);
  });

  it.each([
    ['approve', SIGNALS.approve],
    ['skip_deletions', SIGNALS.skipDeletions],
    ['cancel', SIGNALS.cancel],
  ])('sends a decision (%s) that the engine has not received', async (decision, signal) => {
    const organization = await newOrganization(sql);
    const { massEditId } = await storeMassEdit(sql, organization, CSV);
    await olden(organization);
    await reconcile(deps);
    await sql`update mass_edits set state = 'awaiting_approval', list_digest = 'd', decision = ${decision},
      decided_at = now() - interval '1 minute' where public_id = ${massEditId}`;
    await reconcile(deps);
    expect(await signalsTo(organization)).toEqual([signal]);
    await sql`update mass_edits set state = 'applying' where public_id = ${massEditId}`;
    await reconcile(deps);
    expect(await signalsTo(organization)).toEqual([signal]);
  });

  it('sends a cancellation that the engine has not received', async () => {
    const organization = await newOrganization(sql);
    await storeMassEdit(sql, organization, CSV);
    await sql`update mass_edits set cancel_requested_at = now() where organization_id = ${organization.id}`;
    await olden(organization);
    await reconcile(deps);
    await reconcile(deps);
    expect(await signalsTo(organization)).toContain(SIGNALS.cancel);
  });

  it('does all this in its loop, and goes on after a failure', async () => {
    const lost = await newOrganization(sql);
    await storeMassEdit(sql, lost, CSV);
    await sql`update mass_edits set state = 'awaiting_approval', decision = 'approve', decided_at = now(),
      workflow_run_id = 'no-such-run' where organization_id = ${lost.id}`;
    const organization = await newOrganization(sql);
    await storeMassEdit(sql, organization, CSV);
    await Promise.all([olden(lost), olden(organization)]);
    const reconciler = startReconciler(deps);
    await until('it is started', () => runOf(organization).catch(() => null));
    await until('the lost one is said', async () => said.some((what) => JSON.stringify(what).includes(lost.id)));
    await reconciler.stop();
    await sql`update mass_edits set state = 'ended', outcome = 'failed' where organization_id = ${lost.id}`;
  });

  async function signalsTo({ id }: TestOrganization): Promise<string[]> {
    const { events } = await api.temporal.workflow.getHandle(workflowIdOf(id)).fetchHistory();
    return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) => signal?.signalName ?? []);
  }
});

describe('the purge', () => {
  it('deletes files without a mass edit after an hour, with their bytes', async () => {
    const organization = await newOrganization(sql);
    await storeMassEdit(sql, organization, CSV);
    const add = async (age: string) => {
      const [file] = await sql<{ id: number }[]>`insert into files (organization_id, created_at)
        values (${organization.id}, now() - ${age}::interval) returning id`;
      await sql`insert into file_chunks (file_id, organization_id, number, bytes) values (${file!.id}, ${organization.id}, 0, 'x')`;
      return file!.id;
    };
    await sql`update files set created_at = now() - interval '1 day' where organization_id = ${organization.id}`;
    const [old, young] = [await add('61 minutes'), await add('59 minutes')];
    await purge(deps);
    const left = await sql<
      { id: number }[]
    >`select id from files where organization_id = ${organization.id} order by id`;
    expect(left.map(({ id }) => id)).toContain(young);
    expect(left.map(({ id }) => id)).not.toContain(old);
    expect(left).toHaveLength(2);
    const [chunks] = await sql`select count(*)::int as left from file_chunks where file_id = ${old}`;
    expect(chunks).toEqual({ left: 0 });
  });

  it('deletes answers that are out of reports for more than 30 days, and before-images of mass edits that ended so long ago', async () => {
    const organization = await newOrganization(sql);
    const { id, uploader, attributes } = organization;
    const [survey] = await sql<{ id: number }[]>`insert into surveys (organization_id, name, sent_on)
      values (${id}, 'S', '2024-01-01') returning id`;
    for (const [score, removed] of [
      [1, null],
      [2, '29 days'],
      [3, '31 days'],
    ] as const)
      await sql`insert into answers (organization_id, survey_id, user_id, answered_on, question, score, removed_at)
        values (${id}, ${survey!.id}, ${uploader}, '2024-01-02', 'Q', ${score}, now() - ${removed}::interval)`;
    const edits: number[] = [];
    for (const ended of ['31 days', '29 days', null]) {
      const edit = await storeMassEdit(sql, organization, CSV);
      edits.push(edit.id);
      // As many as make two chunks.
      await sql`insert into answers_before (mass_edit_id, organization_id, stage, answer_id, user_id, line)
        select ${edit.id}, ${id}, 7, n, ${uploader}, 2 from generate_series(1, 5001) n`;
      await sql`insert into periods_before (mass_edit_id, organization_id, user_id, attribute_id, line, value, period)
        values (${edit.id}, ${id}, ${uploader}, ${attributes.Country!}, 2, '1', '[2023-01-01,2023-02-01)')`;
      if (ended !== null)
        await sql`update mass_edits set state = 'ended', outcome = 'completed', ended_at = now() - ${ended}::interval
          where id = ${edit.id}`;
    }
    await Promise.all([purge(deps), purge(deps)]);
    const scores = await sql<{ score: number }[]>`select score from answers where organization_id = ${id} order by 1`;
    expect(scores.map(({ score }) => score)).toEqual([1, 2]);
    for (const table of ['answers_before', 'periods_before']) {
      const left = await sql<{ edit: number }[]>`select distinct mass_edit_id as edit from ${sql(table)}
        where organization_id = ${id} order by 1`;
      expect(
        left.map(({ edit }) => edit),
        table,
      ).toEqual(edits.slice(1));
    }
  });

  it('deletes users who were deleted more than 30 days ago; their answers stay', async () => {
    const organization = await newOrganization(sql);
    const { id, attributes } = organization;
    const user = async (email: string, deleted: string | null) => {
      const [row] = await sql<{ id: number }[]>`insert into users (organization_id, email, first_name, deleted_at)
        values (${id}, ${email}, 'P', now() - ${deleted}::interval) returning id`;
      await sql`insert into memberships (user_id, organization_id, values, since) values (${row!.id}, ${id}, '{}', '2024-01-01')`;
      await sql`insert into membership_periods (organization_id, user_id, attribute_id, period, value)
        values (${id}, ${row!.id}, ${attributes.Country!}, '[2023-01-01,2023-02-01)', '1')`;
      await sql`insert into changes (organization_id, user_id, before, after) values (${id}, ${row!.id}, '{}', '{}')`;
      await tokenFor(sql, organization, 'viewer', row!.id);
      return row!.id;
    };
    const [gone, named, restorable, active] = [
      await user('gone@example.com', '31 days'),
      await user('named@example.com', '31 days'),
      await user('restorable@example.com', '29 days'),
      await user('living@example.com', null),
    ];
    const [survey] = await sql<{ id: number }[]>`insert into surveys (organization_id, name, sent_on)
      values (${id}, 'S', '2024-01-01') returning id`;
    await sql`insert into answers (organization_id, survey_id, user_id, answered_on, question, score)
      values (${id}, ${survey!.id}, ${gone}, '2024-01-02', 'Q', 4)`;
    // Answers out of reports go with the user, after any time.
    await sql`insert into answers (organization_id, survey_id, user_id, answered_on, question, score, removed_at)
      values (${id}, ${survey!.id}, ${gone}, '2024-01-02', 'Q', 5, now())`;
    const edit = await storeMassEdit(sql, organization, CSV);
    for (const user of [gone, named, restorable, active]) {
      await sql`insert into answers_before (mass_edit_id, organization_id, stage, answer_id, user_id, line)
        values (${edit.id}, ${id}, 7, ${user}, ${user}, 2)`;
      await sql`insert into periods_before (mass_edit_id, organization_id, user_id, attribute_id, line, value, period)
        values (${edit.id}, ${id}, ${user}, ${attributes.Country!}, 2, '1', '[2023-01-01,2023-02-01)')`;
    }
    await sql`insert into plan_rows (mass_edit_id, organization_id, line, action, user_id)
      values (${edit.id}, ${id}, 2, 'update', ${named})`;

    await Promise.all([purge(deps), purge(deps)]);
    const tables = ['memberships', 'membership_periods', 'changes', 'tokens', 'answers_before', 'periods_before'];
    for (const table of tables) {
      const rows = await sql<{ userId: number }[]>`select distinct user_id as "userId" from ${sql(table)}
        where organization_id = ${id} order by 1`;
      expect(
        rows.map(({ userId }) => userId),
        table,
      ).toEqual([named, restorable, active]);
    }
    const users = await sql<{ id: number }[]>`select id from users where organization_id = ${id} order by id`;
    expect(users.map((user) => user.id)).toEqual([organization.uploader, named, restorable, active]);
    const answers = await sql`select score from answers where organization_id = ${id}`;
    expect(answers.map(({ score }) => score)).toEqual([4]);

    await sql`update mass_edits set state = 'ended', outcome = 'completed' where id = ${edit.id}`;
    await purge(deps);
    const [left] = await sql`select count(*)::int as named from users where id = ${named}`;
    expect(left).toEqual({ named: 0 });
  });
});
