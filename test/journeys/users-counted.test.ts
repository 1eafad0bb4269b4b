import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { workflowIdOf } from '../../workflows/contract.ts';
import { lockUser } from '../support/lock-rows.ts';
import { ADMIN, type Organization, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const FIVE = ['a', 'b', 'c', 'd', 'e'].map((name) => `${name}@example.com`);
const file = (...emails: string[]): string => `Email;First name\n${emails.map((email) => `${email};P`).join('\n')}\n`;

/** Six users: the admin and five others. */
async function six(): Promise<Organization> {
  const organization = await product.newOrganization();
  const ended = await organization.run(file(...FIVE));
  expect(ended.usersCounted).toEqual({ before: 1, byOthers: 0, expected: 6, after: 6 });
  return organization;
}

describe('the active users', () => {
  it('are counted before and after, with what was created, deleted and restored', async () => {
    const organization = await six();
    const waiting = await organization.toGate(file(...FIVE.slice(0, 3), 'new@example.com'));
    expect(waiting.usersCounted).toBeNull();
    await organization.approve(waiting);
    const deleted = await organization.reaches(waiting, 'ended');
    expect(deleted.usersCounted).toEqual({ before: 6, byOthers: 0, expected: 5, after: 5 });
    const restored = await organization.run(file(...FIVE));
    expect(restored.counts).toMatchObject({ restored: 2 });
    expect(restored.usersCounted).toEqual({ before: 5, byOthers: 0, expected: 7, after: 7 });
  });

  it('are counted if a mass edit was cancelled, and not if no plan was made', async () => {
    const organization = await six();
    const waiting = await organization.toGate(file('a@example.com', 'new@example.com'));
    await organization.cancel(waiting);
    const cancelled = await organization.reaches(waiting, 'ended');
    expect(cancelled.usersCounted).toEqual({ before: 6, byOthers: 0, expected: 6, after: 6 });
    expect((await organization.run('Nothing\nx\n')).usersCounted).toBeNull();
  });

  it('are counted correctly if others create, restore and delete users while the mass edit waits', async () => {
    const organization = await six();
    const first = await organization.toGate(file(...FIVE.slice(0, 3)));
    const [d, e] = await Promise.all(FIVE.slice(3).map((email) => organization.user(email)));
    await organization.approve(first);
    await organization.reaches(first, 'ended');

    const waiting = await organization.toGate(file(...FIVE.slice(0, 2), 'new@example.com'));
    for (const user of [d, e])
      expect((await organization.json('POST', `/users/${user?.id}/restoration`)).status).toBe(200);
    const { organizationId } = organization;
    const { sql } = product;
    await sql`insert into users (organization_id, email, first_name)
      select ${organizationId}, 'other' || n || '@example.com', 'O' from generate_series(1, 4) n`;
    await sql`insert into users (organization_id, email, first_name, deleted_at)
      values (${organizationId}, 'gone@example.com', 'G', now())`;
    await sql`update users set deleted_at = now() where organization_id = ${organizationId} and email = 'other1@example.com'`;
    // A deletion and a restoration in one transaction cancel out, and so does a rolled back change.
    await sql.begin(async (tx) => {
      await tx`update users set deleted_at = now() where organization_id = ${organizationId} and email like 'other%'`;
      await tx`update users set deleted_at = null where organization_id = ${organizationId} and email in ('other2@example.com', 'other3@example.com')`;
    });
    const takenBack = sql.begin(async (tx) => {
      await tx`delete from users where organization_id = ${organizationId} and email = 'other2@example.com'`;
      throw new Error('taken back');
    });
    await expect(takenBack).rejects.toThrow('taken back');
    await sql`delete from users where organization_id = ${organizationId} and email in ('other3@example.com', 'gone@example.com')`;

    expect((await organization.approve(waiting)).status).toBe(202);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended.outcome).toBe('completed');
    // Beside d and e, other2 exists. c is deleted, and the new one exists.
    expect(ended.usersCounted).toEqual({ before: 4, byOthers: 3, expected: 7, after: 7 });
    expect(await organization.activeUsers()).toEqual(
      [...FIVE.filter((email) => email !== 'c@example.com'), ADMIN, 'new@example.com', 'other2@example.com'].sort(),
    );
  });

  it('are counted correctly if others restore, create and delete users while the stages run, to the end or not', async () => {
    for (const cancelled of [false, true]) {
      const organization = await six();
      const { organizationId } = organization;
      const waiting = await organization.toGate(
        'Email;First name\na@example.com;Q\nb@example.com;Q\nnew@example.com;N\n',
      );
      const c = await organization.user('c@example.com');
      const letGo = await lockUser(product.sql, organizationId, 'b@example.com');
      expect((await organization.approve(waiting)).status).toBe(202);
      await until('the fifth stage', async () => (await organization.at(waiting)).stage.number === 5);
      // Stage 4 has just deleted c.
      expect((await organization.json('POST', `/users/${c?.id}/restoration`)).status).toBe(200);
      await product.sql`insert into users (organization_id, email, first_name) select ${organizationId}, 'other' || n, 'O' from generate_series(1, 3) n`;
      await product.sql`delete from users where organization_id = ${organizationId} and email = 'other1'`;
      if (cancelled) {
        await organization.cancel(waiting);
        await product.stopIsHeard(organization);
      }
      await letGo();
      const ended = await organization.reaches(waiting, 'ended');
      expect(ended.failure).toBeNull();
      expect(ended.counts).toMatchObject({ deleted: 3 });
      const there = 6 + 3 + ended.counts.created - 3;
      expect(ended.usersCounted).toEqual({ before: 6, byOthers: 3, expected: there, after: there });
      expect(await organization.activeUsers()).toHaveLength(there);
    }
  });

  it('are counted correctly if another transaction was open at the first count', async () => {
    const organization = await six();
    const { organizationId } = organization;
    let commit = (): void => {};
    const open = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let written = (): void => {};
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const other = product.sql.begin(async (tx) => {
      await tx`insert into users (organization_id, email, first_name) values (${organizationId}, 'late@example.com', 'L')`;
      written();
      await open;
    });
    await isWritten;
    const waiting = await organization.toGate(file(...FIVE, 'new@example.com'), { review: 'always' });
    commit();
    await other;
    await organization.approve(waiting);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended.usersCounted).toEqual({ before: 6, byOthers: 1, expected: 8, after: 8 });
  });

  it('fail the mass edit and the workflow run if there are fewer than there must be', async () => {
    const organization = await six();
    const waiting = await organization.toGate(file(...FIVE, 'new@example.com'), { review: 'always' });
    // As if a stage deleted a user who is on no list.
    await product.sql.begin(async (tx) => {
      await tx`select set_config('application_name', 'mass-edit stage of 0', true)`;
      await tx`update users set deleted_at = now() where organization_id = ${organization.organizationId} and email = 'e@example.com'`;
    });
    await organization.approve(waiting);
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended).toMatchObject({
      outcome: 'failed',
      usersCounted: { before: 6, byOthers: 0, expected: 7, after: 6 },
      failure: { reason: 'miscounted', reference: ended.id },
    });
    const handle = product.temporal.workflow.getHandle(workflowIdOf(organization.organizationId));
    await expect(handle.result()).rejects.toMatchObject({ cause: { type: 'miscounted' } });
    // It does not block the organization.
    expect((await organization.run(file(...FIVE))).outcome).toBe('completed');
  });
});
