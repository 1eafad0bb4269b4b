import type { WorkflowHandle } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Options, PROGRESS_QUERY, type Progress, SIGNALS } from '../../workflows/contract.ts';
import { lockEmail } from '../support/lock-rows.ts';
import { ownQueue, type StartedMassEdit, startMassEdit } from '../support/mass-edit.ts';
import { newOrganization, openDatabase, type TestOrganization } from '../support/organization.ts';
import { until } from '../support/until.ts';
import { type RunningWorker, startWorker } from '../support/worker.ts';

const sql = openDatabase();
let worker: RunningWorker;
beforeAll(async () => {
  worker = await startWorker({ taskQueue: ownQueue('gate'), chunkRows: 5 });
});
afterAll(async () => {
  await worker.close();
  await sql.end();
});

describe('the gate', () => {
  it('changes nothing while it waits, and continues when an operator approves the list shown', async () => {
    const organization = await users('a', 'b', 'c');
    const started = await start(organization, 'Email;First name\na@example.com;Anna\n', { deleteMissingUsers: true });
    const digest = await gateOf(started);
    expect(await activeUsers(organization)).toEqual(['a', 'b', 'c', 'hr']);
    expect(await firstNameOf(organization, 'a')).toBe('a');

    await signal(started.handle, SIGNALS.approve, { massEditId: started.massEditId, listDigest: digest });
    const { outcome, counts } = await started.handle.result();
    expect(outcome).toBe('completed');
    expect(counts).toMatchObject({ read: 1, updated: 1, deleted: 2 });
    expect(await activeUsers(organization)).toEqual(['a', 'hr']);
    expect(await firstNameOf(organization, 'a')).toBe('Anna');
  });

  it('refuses an approval of another list, with a wrong number, or for another mass edit', async () => {
    const organization = await users('a', 'b');
    const started = await start(organization, 'Email;First name\na@example.com;Anna\n', { deleteMissingUsers: true });
    const listDigest = await gateOf(started);
    const { massEditId } = started;
    expect(await detailsOf(started)).not.toContain('not taken');
    for (const [answer, why] of [
      [{ massEditId, listDigest: 'another' }, 'Its listDigest is another one, or it has none.'],
      [{ massEditId: crypto.randomUUID(), listDigest }, 'Its massEditId is another one, or it has none.'],
      [{ massEditId }, 'Its listDigest is another one, or it has none.'],
      [{ massEditId, listDigest: [] }, 'Its listDigest is another one, or it has none.'],
      [{ massEditId, listDigest: [listDigest] }, 'Its listDigest is another one, or it has none.'],
      [{ massEditId, listDigest: 'a\u0000b' }, 'Its listDigest is another one, or it has none.'],
      [{ massEditId, listDigest, count: [1] }, 'Its count is not the number of users to delete'],
      [{ massEditId, listDigest, count: 2 }, 'Its count is not the number of users to delete'],
      [{ massEditId, listDigest, answersCount: 1 }, 'Its answersCount is not the number of answers'],
      [{}, 'Its massEditId is another one, or it has none.'],
    ] as const) {
      await signal(started.handle, SIGNALS.approve, answer);
      await says(started, why);
    }
    const progress = await started.handle.query<Progress>(PROGRESS_QUERY);
    expect(progress).toMatchObject({ state: 'awaiting_approval', deletions: 1 });
    expect(await stateOf(started)).toBe('awaiting_approval');
    await signal(started.handle, SIGNALS.cancel, { massEditId });
    expect((await started.handle.result()).outcome).toBe('cancelled');
    expect(await detailsOf(started)).not.toContain('not taken');
    expect(await activeUsers(organization)).toEqual(['a', 'b', 'hr']);
  });

  it('refuses an approval by an operator if the organization demands a second person, but accepts a cancellation', async () => {
    const organization = await users('a', 'b');
    await sql`update organizations set second_approver = true where id = ${organization.id}`;
    const started = await start(organization, 'Email\na@example.com\n', { deleteMissingUsers: true });
    const listDigest = await gateOf(started);
    await signal(started.handle, SIGNALS.approve, { massEditId: started.massEditId, listDigest, count: 1 });
    await says(started, 'The organization demands that another user than the uploader answers');
    expect(await started.handle.query<Progress>(PROGRESS_QUERY)).toMatchObject({ state: 'awaiting_approval' });
    expect(await stateOf(started)).toBe('awaiting_approval');
    // A wrong number is reported first.
    await signal(started.handle, SIGNALS.approve, { massEditId: started.massEditId, listDigest, count: 9 });
    await says(started, 'Its count is not the number of users to delete');
    await signal(started.handle, SIGNALS.cancel, { massEditId: started.massEditId });
    expect((await started.handle.result()).outcome).toBe('cancelled');
  });

  it('refuses to skip deletions if there are none', async () => {
    const organization = await users('a');
    const started = await start(organization, 'Email;First name\na@example.com;Anna\n', { review: 'always' });
    const listDigest = await gateOf(started);
    await signal(started.handle, SIGNALS.skipDeletions, { massEditId: started.massEditId });
    await says(started, 'There are no deletions to leave out.');
    expect(await started.handle.query<Progress>(PROGRESS_QUERY)).toMatchObject({ state: 'awaiting_approval' });
    await signal(started.handle, SIGNALS.approve, { massEditId: started.massEditId, listDigest });
    expect((await started.handle.result()).counts.updated).toBe(1);
  });

  it('asks an operator for the number if many users would be deleted', async () => {
    const organization = await users('a', 'b', 'c');
    await sql`update organizations set delete_limit_people = 1 where id = ${organization.id}`;
    const started = await start(organization, 'Email\na@example.com\n', { deleteMissingUsers: true });
    const listDigest = await gateOf(started);
    await signal(started.handle, SIGNALS.approve, { massEditId: started.massEditId, listDigest });
    await signal(started.handle, SIGNALS.approve, { massEditId: started.massEditId, listDigest, count: 2 });
    const { counts } = await started.handle.result();
    expect(counts.deleted).toBe(2);
    const [edit] = await sql`select decision, count_required from mass_edits where id = ${started.id}`;
    expect(edit).toMatchObject({ decision: 'approve', count_required: true });
  });

  it('applies everything but the deletions, and refuses rows that close a cycle if no user is deleted', async () => {
    const organization = await users('a', 'b', 'c');
    await manager(organization, 'c', 'a');
    const csv = 'Email;First name;Manager\na@example.com;Anna;b@example.com\nb@example.com;Bo;\nx@example.com;Xi;\n';
    const first = await start(organization, `${csv}`, { deleteMissingUsers: true });
    await gateOf(first);
    // c is missing and points at a. If deletions are skipped, c stays, and so does the edge c → a,
    // which makes no cycle with a → b.
    await signal(first.handle, SIGNALS.skipDeletions, { massEditId: first.massEditId });
    const { outcome, counts } = await first.handle.result();
    expect(outcome).toBe('completed');
    expect(counts).toMatchObject({ read: 3, created: 1, updated: 2, deleted: 0 });
    expect(await activeUsers(organization)).toEqual(['a', 'b', 'c', 'hr', 'x']);
  });

  it('takes a cancellation request in the engine as an answer', async () => {
    const organization = await users('a', 'b');
    const started = await start(organization, 'Email\na@example.com\n', { deleteMissingUsers: true });
    await gateOf(started);
    await started.handle.cancel();
    expect((await started.handle.result()).outcome).toBe('cancelled');
    expect(await activeUsers(organization)).toEqual(['a', 'b', 'hr']);
  });

  it('expires without an answer, and writes nothing', async () => {
    const organization = await users('a', 'b');
    const started = await start(organization, 'Email;First name\na@example.com;Anna\n', {
      deleteMissingUsers: true,
      approvalTimeoutMs: 300,
    });
    const { outcome, counts } = await started.handle.result();
    expect(outcome).toBe('expired');
    expect(counts).toMatchObject({ read: 1, updated: 0, deleted: 0 });
    expect(counts.read).toBe(counts.created + counts.updated + counts.unchanged + counts.refused + counts.skipped);
    expect(await firstNameOf(organization, 'a')).toBe('a');
  });

  it('opens for any file if a review was requested', async () => {
    const organization = await users('a');
    const started = await start(organization, 'Email;First name\na@example.com;Anna\n', { review: 'always' });
    const listDigest = await gateOf(started);
    await signal(started.handle, SIGNALS.approve, { massEditId: started.massEditId, listDigest });
    expect((await started.handle.result()).counts.updated).toBe(1);
  });

  it('does not open for a file with a file error', async () => {
    const organization = await users('a');
    const started = await start(organization, 'Name\nAnna\n', { review: 'always' });
    const result = await started.handle.result();
    expect(result).toMatchObject({ outcome: 'failed', counts: { read: 0, errors: 1 } });
  });
});

it('can be cancelled in the middle of a stage, and the counts are what was applied', async () => {
  const organization = await newOrganization(sql);
  const rows = Array.from({ length: 1_000 }, (_, i) => `p${i}@example.com;P${i}`).join('\n');
  const written = async (): Promise<number> => {
    const [row] =
      await sql`select count(*) as n from users where organization_id = ${organization.id} and email like 'p%'`;
    return row!.n;
  };
  const letGo = await lockEmail(sql, organization.id, 'p500@example.com');
  const started = await start(organization, `Email;First name\n${rows}\n`, {});
  await until('the first half is written', async () => (await written()) === 500);
  await signal(started.handle, SIGNALS.cancel, { massEditId: started.massEditId });
  await worker.stopIsHeard(started.handle.workflowId);
  await letGo();
  const { outcome, counts } = await started.handle.result();
  expect(outcome).toBe('cancelled');
  expect(counts.created).toBe(await written());
  expect(counts.created).toBeGreaterThanOrEqual(500);
  expect(counts.created).toBeLessThan(1_000);
  expect(counts.read).toBe(counts.created + counts.skipped);
});

it('continues with another worker after the first is gone', async () => {
  const queue = ownQueue('gone');
  const organization = await users('a', 'b');
  const first = await startWorker({ taskQueue: queue });
  const started = await startMassEdit(sql, first, organization, 'Email\na@example.com\n', { deleteMissingUsers: true });
  const listDigest = await gateOf(started);
  await first.stop();
  await signal(started.handle, SIGNALS.approve, { massEditId: started.massEditId, listDigest });
  const second = await startWorker({ taskQueue: queue });
  expect((await started.handle.result()).counts.deleted).toBe(1);
  await second.close();
  await first.close();
});

type StartOptions = Partial<Options> & { approvalTimeoutMs?: number };
const start = (organization: TestOrganization, csv: string, options: StartOptions): Promise<StartedMassEdit> =>
  startMassEdit(sql, worker, organization, csv, options);

/** Waits until the gate is open and returns the digest of its list. */
const gateOf = (started: StartedMassEdit): Promise<string> =>
  until('the gate is open', async () => {
    const [edit] = await sql`select state, list_digest from mass_edits where id = ${started.id}`;
    return edit!.state === 'awaiting_approval' && (edit!.list_digest as string);
  });

const signal = (handle: WorkflowHandle, name: string, payload: object): Promise<void> => handle.signal(name, payload);

async function stateOf(started: StartedMassEdit): Promise<string> {
  const [edit] = await sql`select state from mass_edits where id = ${started.id}`;
  return edit!.state;
}

/** The text that the engine's UI shows for a workflow. */
async function detailsOf({ handle }: StartedMassEdit): Promise<string> {
  const { currentDetails } = await handle.query<{ currentDetails: string }>('__temporal_workflow_metadata');
  return currentDetails;
}

/** Waits until the details say why an answer was refused. */
const says = (started: StartedMassEdit, why: string): Promise<unknown> =>
  until(`the details say: ${why}`, async () => {
    const details = await detailsOf(started);
    return details.includes('**An answer was not taken** (') && details.includes(why);
  });

async function users(...names: string[]): Promise<TestOrganization> {
  const organization = await newOrganization(sql);
  for (const name of names) {
    await sql`insert into users (organization_id, email, first_name) values (${organization.id}, ${`${name}@example.com`}, ${name})`;
  }
  return organization;
}

async function manager(organization: TestOrganization, of: string, is: string): Promise<void> {
  await sql`insert into memberships (user_id, organization_id, values, since)
    select u.id, u.organization_id, json_build_object(${organization.attributes.Manager!}::bigint, w.id)::jsonb, current_date - 100
    from users u, users w where u.organization_id = ${organization.id} and w.organization_id = ${organization.id}
      and u.email = ${`${of}@example.com`} and w.email = ${`${is}@example.com`}`;
}

async function activeUsers(organization: TestOrganization): Promise<string[]> {
  const rows = await sql`select split_part(email, '@', 1) as name from users
    where organization_id = ${organization.id} and deleted_at is null order by 1`;
  return rows.map((row) => row.name);
}

async function firstNameOf(organization: TestOrganization, name: string): Promise<string> {
  const [user] =
    await sql`select first_name from users where organization_id = ${organization.id} and email = ${`${name}@example.com`}`;
  return user!.first_name;
}
