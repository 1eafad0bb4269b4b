import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, type Organization, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 2 });
});
afterAll(() => product.close());

const FILE = [
  'Email;First name;Department;Manager',
  'ann@example.com;Ann;Sales;',
  'bo@example.com;Bo;Sales;ann@example.com',
  'cat@example.com;Cat;Finance;bo@example.com',
  'dan@example.com;Dan;Finance;ann@example.com',
  '',
].join('\n');
const WITHOUT_BO_AND_CAT = 'Email;First name\nann@example.com;Anna\ndan@example.com;Dan\n';
const ALL_USERS = ['ann@example.com', 'bo@example.com', 'cat@example.com', 'dan@example.com', ADMIN];

const filled = async (settings = {}): Promise<Organization> => {
  const organization = await product.newOrganization(settings);
  expect((await organization.run(FILE)).counts.created).toBe(4);
  return organization;
};

describe('deleting users that are not in the file', () => {
  it('waits with nothing written, shows the missing users, and deletes exactly those once approved', async () => {
    const organization = await filled();
    const before = await organization.live();
    const waiting = await organization.toGate(WITHOUT_BO_AND_CAT);
    expect(waiting.outcome).toBeNull();
    expect(waiting.counts).toMatchObject({ read: 2, updated: 1, unchanged: 1, deleted: 2 });
    expect(waiting.deletion).toMatchObject({ count: 2, ofUsers: 5, percent: 40, countRequired: false });
    expect(waiting.deletion?.kept).toMatchObject([{ email: ADMIN, reason: 'uploader' }]);
    expect((await organization.rows(waiting, 'deleted')).map(({ user }) => user.email)).toEqual([
      'bo@example.com',
      'cat@example.com',
    ]);
    expect(await organization.live()).toEqual(before);

    const approved = await organization.approve(waiting);
    expect(approved.status).toBe(202);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended).toMatchObject({ outcome: 'completed', decision: 'approve', decidedBy: ADMIN });
    expect(ended.counts).toMatchObject({ read: 2, updated: 1, unchanged: 1, deleted: 2 });
    expect(await organization.activeUsers()).toEqual(['ann@example.com', 'dan@example.com', ADMIN]);
    expect((await organization.people())['ann@example.com']?.first).toBe('Anna');
  });

  it('is refused without the ticked box, and with another list', async () => {
    const organization = await filled();
    const waiting = await organization.toGate(WITHOUT_BO_AND_CAT);
    const unticked = await organization.approve(waiting, { acknowledged: false });
    expect([unticked.status, unticked.body.code]).toEqual([422, 'acknowledgement_missing']);
    const other = await organization.approve(waiting, { listDigest: 'another' });
    expect([other.status, other.body.code]).toEqual([409, 'list_changed']);
    expect((await organization.at(waiting)).state).toBe('awaiting_approval');
    expect((await organization.cancel(waiting)).status).toBe(202);
    await organization.reaches(waiting, 'ended');
    expect(await organization.activeUsers()).toEqual(ALL_USERS);
  });

  it('offers the missing users as a file that restores the same users', async () => {
    const organization = await filled();
    const before = await organization.people();
    const waiting = await organization.toGate(WITHOUT_BO_AND_CAT);
    const missing = await organization.download(waiting, 'missing-users.csv');
    await organization.approve(waiting);
    await organization.reaches(waiting, 'ended');
    expect(await organization.download(waiting, 'missing-users.csv')).toBe(missing);

    const back = await organization.run(missing);
    expect(back.outcome).toBe('completed');
    expect(back.counts).toMatchObject({ read: 2, created: 0, updated: 2, restored: 2 });
    const codes = (await organization.findings(back)).map(({ code, severity }) => `${severity} ${code}`);
    expect(codes).toEqual(['warning RESTORES_DELETED', 'warning RESTORES_DELETED']);
    const after = await organization.people();
    expect(await organization.activeUsers()).toEqual(ALL_USERS);
    for (const name of ['bo@example.com', 'cat@example.com']) {
      expect(after[name]?.id).toBe(before[name]?.id);
      expect(after[name]?.values).toEqual(before[name]?.values);
    }
  });

  it('clears a deleted manager of the remaining users, and shows so before', async () => {
    const organization = await filled();
    const waiting = await organization.toGate('Email;First name\nbo@example.com;Bo\ncat@example.com;Cat\n');
    const warned = (await organization.findings(waiting)).filter(({ code }) => code === 'REFERENCE_CLEARED');
    expect(warned.map(({ severity }) => severity)).toEqual(['warning']);
    await organization.approve(waiting);
    expect((await organization.reaches(waiting, 'ended')).counts.deleted).toBe(2);
    const users = await organization.people();
    expect(users['bo@example.com']?.values).toEqual({ Department: 'Sales' });
    expect(users['cat@example.com']?.values).toEqual({ Department: 'Finance', Manager: 'bo@example.com' });
  });

  it('applies everything else if the answer is to skip the deletions', async () => {
    const organization = await filled();
    const waiting = await organization.toGate(WITHOUT_BO_AND_CAT);
    expect((await organization.skipDeletions(waiting)).status).toBe(202);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended).toMatchObject({ outcome: 'completed', decision: 'skip_deletions' });
    expect(ended.counts).toMatchObject({ read: 2, updated: 1, unchanged: 1, deleted: 0 });
    expect(await organization.activeUsers()).toEqual(ALL_USERS);
    expect((await organization.people())['ann@example.com']?.first).toBe('Anna');
  });

  it('refuses a row whose manager will be deleted, even if the row changes nothing', async () => {
    const organization = await filled();
    const waiting = await organization.toGate(
      'Email;First name;Manager\nann@example.com;Ann;\ncat@example.com;Cat;bo@example.com\n',
    );
    expect(waiting.counts).toMatchObject({ read: 2, unchanged: 1, refused: 1, deleted: 2 });
    const refused = (await organization.findings(waiting)).filter(({ code }) => code === 'PERSON_DELETED');
    expect(refused).toMatchObject([{ line: 3, severity: 'error', column: 'Manager', value: 'bo@example.com' }]);
    await organization.approve(waiting);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended.outcome).toBe('completed_with_errors');
    // The row of Cat was invalid, not missing.
    expect(await organization.activeUsers()).toEqual(['ann@example.com', 'cat@example.com', ADMIN]);
  });

  it('never deletes an admin, and lists them as kept', async () => {
    const organization = await filled();
    await product.sql`update users set role = 'admin'
      where organization_id = ${organization.organizationId} and email = 'bo@example.com'`;
    const waiting = await organization.toGate(WITHOUT_BO_AND_CAT);
    expect(waiting.deletion).toMatchObject({ count: 1 });
    expect(waiting.deletion?.kept.map(({ email, reason }) => [email, reason]).sort()).toEqual([
      ['bo@example.com', 'admin'],
      [ADMIN, 'uploader'],
    ]);
    await organization.approve(waiting);
    expect((await organization.reaches(waiting, 'ended')).counts.deleted).toBe(1);
    expect(await organization.activeUsers()).toEqual(['ann@example.com', 'bo@example.com', 'dan@example.com', ADMIN]);
  });
});
