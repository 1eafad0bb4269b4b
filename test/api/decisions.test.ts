import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Decision, SIGNALS, workflowIdOf } from '../../workflows/contract.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi, tokenFor } from '../support/mass-edit-api.ts';
import { newOrganization, openDatabase } from '../support/organization.ts';
import { bodyOf, type Upload, uploadRaw } from '../support/uploads.ts';

const DIGEST = 'the-list-that-was-shown';
const CSV = 'Email;First name\r\nann@example.com;Ann\r\n';

const sql = openDatabase();
let api: TestApi;
beforeAll(async () => {
  // No worker: signals stay in the engine's history, and the tests set up the gate in the tables.
  api = await startApi({ taskQueue: ownQueue('decisions') });
});
afterAll(async () => {
  await api.close();
  await sql.end();
});

type AtGate = Upload & { id: string; approver: string; other: string };
type Gate = {
  secondApprover?: boolean;
  countRequired?: boolean;
  deletions?: number;
  answers?: number;
  answersCountRequired?: boolean;
};

/** A mass edit that waits at the gate with a deletion list. */
async function atTheGate({
  secondApprover = false,
  countRequired = false,
  deletions = 3,
  answers = 0,
  answersCountRequired = false,
}: Gate = {}): Promise<AtGate> {
  const reasons = [
    ...(deletions > 0
      ? [
          {
            reason: 'deletions',
            count: deletions,
            ofUsers: 10,
            deletedLastDay: 0,
            tokenHolders: 0,
            managers: 0,
            reports: 0,
          },
        ]
      : []),
    ...(answers > 0
      ? [{ reason: 'answers_removed', answers, ofAnswers: 90, comments: 0, users: 1, surveys: [], moreSurveys: 0 }]
      : []),
    ...(deletions + answers > 0 ? [] : [{ reason: 'review' }]),
  ];
  const organization = await newOrganization(sql);
  await sql`update organizations set second_approver = ${secondApprover} where id = ${organization.id}`;
  const [colleague] = await sql<{ id: number }[]>`insert into users (organization_id, email, first_name)
    values (${organization.id}, 'second@example.com', 'Sam') returning id`;
  const upload: Upload = { api, organization, token: await tokenFor(sql, organization, 'editor') };
  const { id } = await bodyOf(await uploadRaw(upload, CSV, '?deleteMissingUsers=true'));
  await sql`update mass_edits set state = 'awaiting_approval', frozen_at = now(), list_digest = ${DIGEST},
    deletions = ${deletions}, of_users = 10, count_required = ${countRequired},
    gate = ${sql.json({ reasons, countRequired, answersCountRequired })}, expires_at = now() + interval '1 hour'
    where public_id = ${id}`;
  const approver = await tokenFor(sql, organization, 'approver');
  return { ...upload, id, approver, other: await tokenFor(sql, organization, 'approver', colleague!.id) };
}

type Answered = {
  status: number;
  code?: string;
  state?: string;
  decision?: Decision | null;
  decidedBy?: string | null;
};

async function post(
  edit: AtGate,
  what: 'approval' | 'cancellation',
  body?: object,
  token = edit.approver,
): Promise<Answered> {
  const answer = await fetch(`${api.url}/v1/organizations/${edit.organization.id}/mass-edits/${edit.id}/${what}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
    body: body && JSON.stringify(body),
  });
  const { code, state, decision, decidedBy } = await bodyOf(answer);
  return { status: answer.status, code, state, decision, decidedBy };
}

const APPROVE = { decision: 'approve', listDigest: DIGEST, acknowledged: true };
const SKIP = { decision: 'skip_deletions', listDigest: DIGEST };

/** The signals that have reached the engine, with their payloads. */
async function signalsTo({ organization }: AtGate): Promise<{ name: string; payload: unknown }[]> {
  const { events } = await api.temporal.workflow.getHandle(workflowIdOf(organization.id)).fetchHistory();
  return (events ?? []).flatMap(({ workflowExecutionSignaledEventAttributes: signal }) =>
    signal
      ? [
          {
            name: signal.signalName ?? '',
            payload: JSON.parse(Buffer.from(signal.input?.payloads?.[0]?.data ?? []).toString()),
          },
        ]
      : [],
  );
}

describe('an approval', () => {
  it('is stored in the database, sent to the engine with list and count, and answered', async () => {
    const edit = await atTheGate({ countRequired: true });
    const answer = await post(edit, 'approval', { ...APPROVE, count: 3 });
    expect(answer).toMatchObject({
      status: 202,
      state: 'awaiting_approval',
      decision: 'approve',
      decidedBy: 'hr@example.com',
    });
    expect(await signalsTo(edit)).toEqual([
      { name: SIGNALS.approve, payload: { massEditId: edit.id, listDigest: DIGEST, count: 3 } },
    ]);
  });

  it('can apply everything without the deletions, with no box ticked and no number typed', async () => {
    const edit = await atTheGate({ countRequired: true, secondApprover: true });
    expect(await post(edit, 'approval', SKIP)).toMatchObject({ status: 202, decision: 'skip_deletions' });
    expect(await signalsTo(edit)).toMatchObject([{ name: SIGNALS.skipDeletions, payload: { massEditId: edit.id } }]);
  });

  it.each([
    ['of another list', {}, { ...APPROVE, listDigest: 'older' }, 409, 'list_changed'],
    ['of another list, without deletions', {}, { ...SKIP, listDigest: 'older' }, 409, 'list_changed'],
    ['without the box', {}, { decision: 'approve', listDigest: DIGEST }, 422, 'acknowledgement_missing'],
    ['with the box not ticked', {}, { ...APPROVE, acknowledged: false }, 422, 'acknowledgement_missing'],
    [
      'without deletions, without the box',
      { deletions: 0 },
      { ...APPROVE, acknowledged: false },
      422,
      'acknowledgement_missing',
    ],
    ['without the number above the limit', { countRequired: true }, APPROVE, 422, 'count_mismatch'],
    ['with another number', { countRequired: true }, { ...APPROVE, count: 4 }, 422, 'count_mismatch'],
    ['with another number below the limit', {}, { ...APPROVE, count: 4 }, 422, 'count_mismatch'],
    ['without deletions and with another number', {}, { ...SKIP, count: 4 }, 422, 'count_mismatch'],
    ['without the number of answers', { answers: 60, answersCountRequired: true }, APPROVE, 422, 'count_mismatch'],
    [
      'without deletions and without the number of answers',
      { answers: 60, answersCountRequired: true },
      SKIP,
      422,
      'count_mismatch',
    ],
    ['with another number of answers', { answers: 6 }, { ...APPROVE, answersCount: 5 }, 422, 'count_mismatch'],
    ['without deletions, if there are none', { deletions: 0 }, SKIP, 422, 'nothing_to_skip'],
    [
      'without deletions by the uploader alone, if answers are removed',
      { secondApprover: true, answers: 6 },
      SKIP,
      403,
      'second_person_required',
    ],
    ['by the uploader alone', { secondApprover: true }, APPROVE, 403, 'second_person_required'],
    ['with a decision that is none', {}, { ...APPROVE, decision: 'cancel' }, 400, 'invalid_request'],
    ['without a list', {}, { decision: 'approve', acknowledged: true }, 400, 'invalid_request'],
    ['with more than is known', {}, { ...APPROVE, force: true }, 400, 'invalid_request'],
  ] as [string, Gate, object, number, string][])('%s is refused: %#', async (_what, gate, body, status, code) => {
    const edit = await atTheGate(gate);
    expect(await post(edit, 'approval', body)).toMatchObject({ status, code });
    expect(await signalsTo(edit)).toEqual([]);
    const [row] = await sql`select decision from mass_edits where public_id = ${edit.id}`;
    expect(row).toEqual({ decision: null });
  });

  it('is refused for the first error, in the order of the page', async () => {
    const edit = await atTheGate({ secondApprover: true, countRequired: true });
    const wrong = { decision: 'approve', listDigest: 'older', acknowledged: false };
    expect((await post(edit, 'approval', wrong)).code).toBe('list_changed');
    expect((await post(edit, 'approval', { ...wrong, listDigest: DIGEST })).code).toBe('acknowledgement_missing');
    expect((await post(edit, 'approval', APPROVE)).code).toBe('count_mismatch');
    expect((await post(edit, 'approval', { ...APPROVE, count: 3 })).code).toBe('second_person_required');
    expect(await post(edit, 'approval', { ...APPROVE, count: 3 }, edit.other)).toMatchObject({
      status: 202,
      decidedBy: 'second@example.com',
    });
  });

  it('requires the role of an approver', async () => {
    const edit = await atTheGate();
    expect(await post(edit, 'approval', APPROVE, edit.token)).toMatchObject({ status: 403, code: 'forbidden' });
  });

  it('is refused if no answer is asked for, with the present state', async () => {
    const edit = await atTheGate();
    for (const state of ['validating', 'applying'] as const) {
      await sql`update mass_edits set state = ${state} where public_id = ${edit.id}`;
      expect(await post(edit, 'approval', APPROVE)).toMatchObject({
        status: 409,
        code: 'not_awaiting_approval',
        state,
      });
    }
    await sql`update mass_edits set state = 'ended', outcome = 'expired' where public_id = ${edit.id}`;
    expect(await post(edit, 'approval', APPROVE)).toMatchObject({
      status: 409,
      code: 'not_awaiting_approval',
      state: 'ended',
    });
  });

  it('has one winner among many at once; the others get the decision in force', async () => {
    const edit = await atTheGate();
    const answers = await Promise.all([
      ...[edit.approver, edit.other, edit.approver].map((token) => post(edit, 'approval', APPROVE, token)),
      ...[edit.approver, edit.other, edit.approver].map((token) => post(edit, 'approval', SKIP, token)),
    ]);
    const won = answers.filter(({ status }) => status === 202);
    expect(won).toHaveLength(1);
    for (const lost of answers.filter(({ status }) => status !== 202)) {
      expect(lost).toMatchObject({ status: 409, code: 'not_awaiting_approval', decision: won[0]?.decision });
    }
    expect(await signalsTo(edit)).toHaveLength(1);
  });
});

describe('a cancellation', () => {
  it('at the gate is a decision', async () => {
    const edit = await atTheGate();
    expect(await post(edit, 'cancellation', undefined, edit.token)).toMatchObject({ status: 202, decision: 'cancel' });
    expect(await signalsTo(edit)).toMatchObject([{ name: SIGNALS.cancel, payload: { massEditId: edit.id } }]);
    expect(await post(edit, 'approval', APPROVE)).toMatchObject({ status: 409, decision: 'cancel' });
  });

  it.each(['validating', 'applying'] as const)('while it is %s asks it to stop, also repeatedly', async (state) => {
    const edit = await atTheGate();
    await sql`update mass_edits set state = ${state} where public_id = ${edit.id}`;
    for (let times = 0; times < 2; times++) {
      expect(await post(edit, 'cancellation', undefined, edit.token)).toMatchObject({
        status: 202,
        state,
        decision: null,
      });
    }
    const [row] = await sql`select cancel_requested_at is not null as asked, cancel_requested_by as by from mass_edits
      where public_id = ${edit.id}`;
    expect(row).toEqual({ asked: true, by: edit.organization.uploader });
    expect((await signalsTo(edit))[0]).toMatchObject({ name: SIGNALS.cancel, payload: { massEditId: edit.id } });
  });

  it('stops the applying after an approval that has changed nothing yet', async () => {
    const edit = await atTheGate();
    await post(edit, 'approval', APPROVE);
    expect(await post(edit, 'cancellation', undefined, edit.token)).toMatchObject({ status: 202, decision: 'approve' });
    expect((await signalsTo(edit)).map(({ name }) => name)).toEqual([SIGNALS.approve, SIGNALS.cancel]);
  });

  it('is refused after the end', async () => {
    const edit = await atTheGate();
    await sql`update mass_edits set state = 'ended', outcome = 'completed' where public_id = ${edit.id}`;
    expect(await post(edit, 'cancellation', undefined, edit.token)).toMatchObject({
      status: 409,
      code: 'already_ended',
    });
    expect(await signalsTo(edit)).toEqual([]);
  });

  it('requires the role of an editor', async () => {
    const edit = await atTheGate();
    const viewer = await tokenFor(sql, edit.organization, 'viewer');
    expect(await post(edit, 'cancellation', undefined, viewer)).toMatchObject({ status: 403 });
  });
});
