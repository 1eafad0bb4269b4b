import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { type ReconcilerDeps, repairLostRuns } from '../../api/reconciler.ts';
import { workflowIdOf } from '../../workflows/contract.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase } from '../support/organization.ts';
import { useOwnDatabase } from '../support/own-database.ts';
import { until } from '../support/until.ts';
import { bodyOf, massEditsOf, type Upload, uploadRaw } from '../support/uploads.ts';
import { type RunningWorker, startWorker } from '../support/worker.ts';

const CSV = 'Email;First name\r\nann@example.com;Ann\r\n';

const database = useOwnDatabase('lost_runs_test');
const sql = openDatabase(database.superuserUrl);
const taskQueue = ownQueue('lost-runs');
let api: TestApi;
let worker: RunningWorker;
let deps: ReconcilerDeps;
beforeAll(async () => {
  [api, worker] = await Promise.all([
    startApi({ taskQueue, databaseUrl: database.apiUrl }),
    startWorker({ taskQueue, databaseUrl: database.workerUrl }),
  ]);
  deps = { db: api.db, temporal: api.temporal, config: api.config, log: { error: (what) => said.push(what) } };
});
afterAll(async () => {
  await worker.close();
  await api.close();
  await sql.end();
});
const said: object[] = [];

type Waiting = Upload & { edit: MassEditJson };

async function waitingForReview(): Promise<Waiting> {
  const organization = await newOrganization(sql);
  const upload: Upload = { api, organization, token: await tokenFor(sql, organization, 'approver') };
  const { id } = await bodyOf(await uploadRaw(upload, CSV, '?review=always'));
  return { ...upload, edit: await inState(upload, id, 'awaiting_approval') };
}

const inState = (upload: Upload, id: string, state: string): Promise<MassEditJson> =>
  until(`it is ${state}`, async () => {
    const headers = { authorization: `Bearer ${upload.token}` };
    const edit = await bodyOf(await fetch(`${massEditsOf(upload)}/${id}`, { headers }));
    return edit.state === state && edit;
  });

const runOf = ({ organization }: Upload) => api.temporal.workflow.getHandle(workflowIdOf(organization.id)).describe();

async function notedRun({ edit }: Waiting): Promise<string> {
  const [row] = await sql<
    { runId: string }[]
  >`select workflow_run_id as "runId" from mass_edits where public_id = ${edit.id}`;
  return row!.runId;
}

async function approve(waiting: Waiting): Promise<number> {
  const answer = await fetch(api.url + waiting.edit.links.approval, {
    method: 'POST',
    headers: { authorization: `Bearer ${waiting.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ decision: 'approve', listDigest: waiting.edit.deletion?.listDigest, acknowledged: true }),
  });
  return answer.status;
}

describe('a mass edit', () => {
  it('with an open run does not change', async () => {
    const waiting = await waitingForReview();
    const run = await notedRun(waiting);
    await repairLostRuns(deps);
    expect(await notedRun(waiting)).toBe(run);
    expect((await runOf(waiting)).status.name).toBe('RUNNING');
  });

  it('whose run an operator terminated ends as cancelled, and its organization is not blocked', async () => {
    const waiting = await waitingForReview();
    await api.temporal.workflow.getHandle(workflowIdOf(waiting.organization.id)).terminate();
    await Promise.all([repairLostRuns(deps), repairLostRuns(deps)]);
    const ended = await inState(waiting, waiting.edit.id, 'ended');
    expect(ended).toMatchObject({ outcome: 'cancelled', counts: { read: 1, created: 0, skipped: 1 } });
    const users =
      await sql`select 1 from users where organization_id = ${waiting.organization.id} and email = 'ann@example.com'`;
    expect(users).toHaveLength(0);
    expect((await uploadRaw(waiting, CSV)).status).toBe(202);
  });

  it('whose run an operator reset goes on in the new run, which gets the answer', async () => {
    const waiting = await waitingForReview();
    const { runId, workflowId } = await runOf(waiting);
    await api.temporal.workflowService.resetWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId, runId },
      reason: 'test',
      requestId: randomUUID(),
      workflowTaskFinishEventId: 4 as never, // a Long, or a number; the first workflow task: started, scheduled, begun, completed
    });
    await until('the new run is there', async () => (await runOf(waiting)).runId !== runId);
    await repairLostRuns(deps);
    expect(await notedRun(waiting)).toBe((await runOf(waiting)).runId);
    expect(await approve(waiting)).toBe(202);
    expect(await inState(waiting, waiting.edit.id, 'ended')).toMatchObject({
      outcome: 'completed',
      counts: { created: 1 },
    });
  });

  it('whose run the engine has lost goes on in a new run, with the same plan', async () => {
    const waiting = await waitingForReview();
    const { runId, workflowId } = await runOf(waiting);
    await api.temporal.workflowService.deleteWorkflowExecution({
      namespace: 'default',
      workflowExecution: { workflowId, runId },
    });
    await until('it is gone', () =>
      runOf(waiting).then(
        () => false,
        () => true,
      ),
    );
    await repairLostRuns(deps);
    await until('the new run is noted', async () => (await notedRun(waiting)) !== runId);
    expect(await approve(waiting)).toBe(202);
    expect(await inState(waiting, waiting.edit.id, 'ended')).toMatchObject({
      outcome: 'completed',
      counts: { created: 1 },
    });
  });
});
