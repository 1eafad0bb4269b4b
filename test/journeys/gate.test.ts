import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, type Organization, type OrganizationSettings, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const KEEPS_ANN = 'Email;First name;Department\nann@example.com;Anna;Legal\n';
const filled = async (settings?: OrganizationSettings): Promise<Organization> => {
  const organization = await product.newOrganization(settings);
  const csv = 'Email;First name\nann@example.com;Ann\nbo@example.com;Bo\ncat@example.com;Cat\n';
  expect((await organization.run(csv)).counts.created).toBe(3);
  return organization;
};

describe('the gate', () => {
  it('changes nothing if the mass edit is cancelled, and shows the counts of the plan', async () => {
    const organization = await filled();
    const before = await organization.live();
    const waiting = await organization.toGate(KEEPS_ANN);
    expect((await organization.cancel(waiting)).status).toBe(202);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended).toMatchObject({ outcome: 'cancelled', decision: 'cancel', decidedBy: ADMIN });
    expect(ended.counts).toMatchObject({ updated: 0, created: 0, deleted: 0, segmentsCreated: 0 });
    expect(await organization.live()).toEqual(before);
    const again = await organization.cancel(waiting);
    expect([again.status, again.body.code]).toEqual([409, 'already_ended']);
    const late = await organization.approve(waiting);
    expect([late.status, late.body.code]).toEqual([409, 'not_awaiting_approval']);
  });

  it('waits for a person at a review too, without deletions', async () => {
    const organization = await filled();
    const before = await organization.live();
    const waiting = await organization.toGate(KEEPS_ANN, { review: 'always' });
    expect(waiting.deletion).toMatchObject({ count: 0 });
    expect(await organization.live()).toEqual(before);
    expect((await organization.approve(waiting)).status).toBe(202);
    expect((await organization.reaches(waiting, 'ended')).counts).toMatchObject({ updated: 1, segmentsCreated: 1 });
  });

  it('counts one of two approvals that come in the same instant', async () => {
    const organization = await filled();
    const waiting = await organization.toGate(KEEPS_ANN);
    const answers = await Promise.all([organization.approve(waiting), organization.approve(waiting)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(answers.find(({ status }) => status === 409)?.body.code).toBe('not_awaiting_approval');
    expect((await organization.reaches(waiting, 'ended')).counts.deleted).toBe(2);
  });

  it('keeps a user who was edited by hand while the list waited', async () => {
    const organization = await filled();
    const waiting = await organization.toGate(KEEPS_ANN);
    await organization.change('bo@example.com', { lastName: 'Needed' });
    expect((await organization.approve(waiting)).status).toBe(202);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended.outcome).toBe('completed_with_errors');
    expect(ended.counts).toMatchObject({ read: 1, updated: 1, deleted: 1 });
    const findings = await organization.findings(ended);
    expect(findings.filter(({ code }) => code === 'CHANGED_SINCE_PLAN')).toMatchObject([
      { line: null, severity: 'error' },
    ]);
    expect(await organization.activeUsers()).toEqual(['ann@example.com', 'bo@example.com', ADMIN]);
  });

  it('refuses a row about a user who was edited by hand while it waited', async () => {
    const organization = await filled();
    const waiting = await organization.toGate(KEEPS_ANN, { review: 'always' });
    await organization.change('ann@example.com', { firstName: 'Annika' });
    await organization.approve(waiting);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended.counts).toMatchObject({ read: 1, updated: 0, refused: 1, errors: 1 });
    expect(await organization.findings(ended)).toMatchObject([{ line: 2, code: 'CHANGED_SINCE_PLAN' }]);
    const { 'ann@example.com': ann } = await organization.people();
    expect(ann).toMatchObject({ first: 'Annika', values: {} });
  });

  it('needs a second person if the organization demands one', async () => {
    const organization = await filled({ secondApprover: true });
    const ann = await organization.as('ann@example.com', 'approver');
    const waiting = await ann.toGate(KEEPS_ANN);
    const own = await ann.approve(waiting);
    expect([own.status, own.body.code]).toEqual([403, 'second_person_required']);
    expect((await organization.approve(waiting)).status).toBe(202);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended).toMatchObject({ startedBy: 'ann@example.com', decidedBy: ADMIN, outcome: 'completed' });
    expect(ended.counts.deleted).toBe(2);
  });

  it('lets an editor upload and cancel, but not approve', async () => {
    const organization = await filled();
    const editor = await organization.as('ann@example.com', 'editor');
    const waiting = await editor.toGate('Email\nbo@example.com\n');
    // The uploader is not in the file, and stays.
    expect(waiting.deletion?.kept.map(({ email }) => email).sort()).toEqual(['ann@example.com', ADMIN]);
    const refused = await editor.approve(waiting);
    expect([refused.status, refused.body.code]).toEqual([403, 'forbidden']);
    expect((await editor.cancel(waiting)).status).toBe(202);
    expect((await editor.reaches(waiting, 'ended')).outcome).toBe('cancelled');
  });
});

describe('many deletions', () => {
  it('need their number too, and accept no other', async () => {
    const organization = await product.newOrganization({ deleteLimitPercent: 20 });
    const rows = Array.from({ length: 110 }, (_, n) => `p${n}@example.com;P${n}`);
    await organization.run(['Email;First name', ...rows, ''].join('\n'));
    const waiting = await organization.toGate(['Email;First name', ...rows.slice(0, 80), ''].join('\n'));
    expect(waiting.deletion).toMatchObject({ count: 30, ofUsers: 111, countRequired: true });
    for (const count of [undefined, 29, 31]) {
      const { status, body } = await organization.approve(waiting, { count });
      expect([status, body.code]).toEqual([422, 'count_mismatch']);
    }
    expect((await organization.approve(waiting, { count: 30 })).status).toBe(202);
    expect((await organization.reaches(waiting, 'ended')).counts).toMatchObject({ unchanged: 80, deleted: 30 });
    expect(await organization.activeUsers()).toHaveLength(81);
  });
});
