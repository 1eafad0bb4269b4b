import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { heldClock } from '../support/clock.ts';
import { ADMIN, type Organization, type Product, startProduct } from '../support/product.ts';

/** Rounds of each race. Half of them run at once, because the two cores can run more than one. */
const ROUNDS = 20;
const AT_ONCE = 10;
/** The timeout of twenty rounds, on a machine on which one takes ten times as long. */
const ROUND_MS = 600_000;

const clock = heldClock();
let product: Product;
let hasty: Product;
beforeAll(async () => {
  product = await startProduct();
  hasty = await startProduct({ clock });
});
afterAll(async () => {
  await product.close();
  await hasty.close();
});

/** Changes one of two users, and leaves the other out. */
const ONE = 'Email;First name\nann@example.com;Anna\n';
const BOTH = ['ann@example.com', 'bo@example.com', ADMIN];

/** Runs the round this many times, each in an organization of its own. */
async function rounds(of: Product, round: (organization: Organization, number: number) => Promise<void>) {
  for (let from = 0; from < ROUNDS; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, ROUNDS - from) }, (_, at) => from + at);
    await Promise.all(some.map(async (number) => round(await of.newOrganization(), number)));
  }
}

/** Ann and Bo exist, and a mass edit waits that changes one of them and deletes the other. */
async function toGate(organization: Organization): Promise<MassEditJson> {
  await seed(organization, { 'ann@example.com': 'Ann', 'bo@example.com': 'Bo' });
  return organization.toGate(ONE);
}

const namesOf = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [`${name}@example.com`, name]));

async function seed({ organizationId }: Organization, users: Record<string, string>): Promise<void> {
  const rows = Object.entries(users).map(([email, name]) => ({
    organization_id: organizationId,
    ...{ email, first_name: name },
  }));
  await product.sql`insert into users ${product.sql(rows)}`;
}

type Answer = { status: number; body: { code?: string } };

/** One of two answers is accepted and the other refused. The result is that of the accepted answer. */
async function oneOf(organization: Organization, waiting: MassEditJson, answers: Answer[]): Promise<void> {
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  const ended = await organization.reaches(waiting, 'ended');
  await expectDone(organization, ended);
}

/** The changes are exactly those of the decision. */
async function expectDone(organization: Organization, ended: MassEditJson): Promise<void> {
  const done = {
    approve: { outcome: 'completed', deleted: 1, updated: 1, active: ['ann@example.com', ADMIN], first: 'Anna' },
    skip_deletions: { outcome: 'completed', deleted: 0, updated: 1, active: BOTH, first: 'Anna' },
    cancel: { outcome: 'cancelled', deleted: 0, updated: 0, active: BOTH, first: 'Ann' },
    expire: { outcome: 'expired', deleted: 0, updated: 0, active: BOTH, first: 'Ann' },
  }[ended.decision ?? 'approve'];
  const { deleted, updated } = ended.counts;
  const users = await organization.people();
  const active = await organization.activeUsers();
  expect({ outcome: ended.outcome, deleted, updated, active, first: users['ann@example.com']?.first }).toEqual(done);
}

describe('at the gate, of two answers in the same instant one counts', { timeout: ROUND_MS }, () => {
  it('an approval and another', async () => {
    await rounds(product, async (organization) => {
      const waiting = await toGate(organization);
      const answers = await Promise.all([organization.approve(waiting), organization.approve(waiting)]);
      await oneOf(organization, waiting, answers);
    });
  });

  it('an approval and one without the deletions', async () => {
    await rounds(product, async (organization, number) => {
      const waiting = await toGate(organization);
      const both = [() => organization.approve(waiting), () => organization.skipDeletions(waiting)];
      if (number % 2 === 1) both.reverse();
      await oneOf(organization, waiting, await Promise.all(both.map((answer) => answer())));
    });
  });

  it('an approval and a request to stop, which may also stop an approved mass edit', async () => {
    await rounds(product, async (organization, number) => {
      const waiting = await toGate(organization);
      const both = [() => organization.approve(waiting), () => organization.cancel(waiting)];
      if (number % 2 === 1) both.reverse();
      const statuses = (await Promise.all(both.map((answer) => answer()))).map(({ status }) => status);
      expect(statuses).toContain(202);
      const ended = await organization.reaches(waiting, 'ended');
      if (ended.decision === 'cancel' || ended.outcome === 'completed') return expectDone(organization, ended);
      // Approved, and stopped in the middle: the counts are those of the applied changes.
      expect(ended.outcome).toBe('cancelled');
      expect(await organization.activeUsers()).toHaveLength(3 - ended.counts.deleted);
      const { 'ann@example.com': ann } = await organization.people();
      expect(ann?.first).toBe(ended.counts.updated === 1 ? 'Anna' : 'Ann');
    });
  });

  it('an approval and the end of the time for it', async () => {
    const decisions = new Set<string | null | undefined>();
    await rounds(hasty, async (organization, number) => {
      const waiting = await toGate(organization);
      const expire = () => clock.expire(organization.organizationId);
      // The first approval comes before the expiry, the last one after it, and those between at about the same time.
      if (number !== 0) expire();
      await (number === ROUNDS - 1 ? organization.reaches(waiting, 'ended') : pause(number));
      const answer = await organization.approve(waiting);
      expire();
      const ended = await organization.reaches(waiting, 'ended');
      expect(answer.status).toBe(ended.decision === 'approve' ? 202 : 409);
      decisions.add(ended.decision);
      await expectDone(organization, ended);
    });
    expect([...decisions].sort()).toEqual(['approve', 'expire']);
  });
});

it('users that others change, delete or add during the deletion stay as the others left them, and the rest is deleted', {
  timeout: ROUND_MS,
}, async () => {
  const deletedByUs = new Set<number>();
  await rounds(product, async (organization, number) => {
    await seed(organization, namesOf('ann', 'bo', 'cy', 'di'));
    const waiting = await organization.toGate(ONE);
    const { organizationId } = organization;
    const theirs = async () => {
      // Runs from before the answer until after the deletion, however long that takes beside the other tests.
      await (number === ROUNDS - 1 ? organization.reaches(waiting, 'ended') : pause(number ** 2 * 10));
      const at = (name: string) =>
        product.sql`organization_id = ${organizationId} and email = ${`${name}@example.com`}`;
      const [changed, deleted] = await Promise.all([
        product.sql`update users set last_name = 'Theirs' where ${at('cy')} and deleted_at is null returning 1`,
        product.sql`update users set deleted_at = now() where ${at('di')} and deleted_at is null returning 1`,
        seed(organization, namesOf('eve')),
      ]);
      return { changed: changed.length, deleted: deleted.length };
    };
    // In the first round the changes of the others are done before the answer comes.
    const first = number === 0 ? await theirs() : null;
    const [{ changed, deleted }] = await Promise.all([first ?? theirs(), organization.approve(waiting)]);
    const ended = await organization.reaches(waiting, 'ended');
    const active = ['ann', ...(changed ? ['cy'] : []), 'eve', 'hr'].map((name) => `${name}@example.com`);
    expect(await organization.activeUsers()).toEqual(active);
    const users = await organization.people();
    expect(users['cy@example.com']?.last).toBe(changed ? 'Theirs' : null);
    expect(ended.counts).toMatchObject({ updated: 1, deleted: 3 - changed - deleted });
    expect(ended.outcome).toBe(changed ? 'completed_with_errors' : 'completed');
    deletedByUs.add(ended.counts.deleted);
  });
  // Some changes were faster than the deletion, and some were not.
  expect([...deletedByUs].sort()).toEqual(expect.arrayContaining([1, 3]));
});

it('one of two uploads in the same instant is accepted, and the other leaves nothing', {
  timeout: ROUND_MS,
}, async () => {
  await rounds(product, async (organization) => {
    const names = ['Ann', 'Anna'];
    const uploads = await Promise.all(
      names.map((name) => organization.upload(`Email;First name\nann@example.com;${name}\n`)),
    );
    expect(uploads.map(({ status }) => status).sort()).toEqual([202, 409]);
    const taken = uploads.findIndex(({ status }) => status === 202);
    const ended = await organization.reaches(uploads[taken]!.body, 'ended');
    expect(ended.counts).toMatchObject({ read: 1, created: 1 });
    expect((await organization.people())['ann@example.com']?.first).toBe(names[taken]);
    const { organizationId } = organization;
    const [left] =
      await product.sql`select count(*)::int as files from files where organization_id = ${organizationId}`;
    expect(left).toEqual({ files: 1 });
  });
});

/** Enough users for several chunks. */
const CROWD = Array.from({ length: 30 }, (_, number) => `p${String(number).padStart(2, '0')}@example.com`);

it('a user who is changed by hand during the apply keeps that change, and gets all of the row or none of it', {
  timeout: ROUND_MS,
}, async () => {
  const slow = await startProduct({ chunkRows: 5 });
  try {
    await rounds(slow, async (organization) => {
      await seed(organization, Object.fromEntries(CROWD.map((email) => [email, 'Old'])));
      const ids = Object.values(await organization.people()).flatMap(({ id, name }) => (name === ADMIN ? [] : [id]));
      const edit = await organization.started(
        `Email;First name;Department\n${CROWD.map((email) => `${email};New;Sales`).join('\n')}\n`,
      );
      const changed = await Promise.all(
        ids.map((id) => organization.json('PATCH', `/users/${id}`, { lastName: 'By hand' })),
      );
      expect(new Set(changed.map(({ status }) => status))).toEqual(new Set([200]));
      const ended = await organization.reaches(edit, 'ended');
      const users = Object.values(await organization.people()).filter(({ name }) => name !== ADMIN);
      expect(users.map(({ last }) => last)).toEqual(CROWD.map(() => 'By hand'));
      const whole = users.filter(({ first, values }) => first === 'New' && values.Department === 'Sales');
      const none = users.filter(({ first, values }) => first === 'Old' && values.Department === undefined);
      expect([whole.length, none.length]).toEqual([ended.counts.updated, ended.counts.refused]);
      expect(whole.length + none.length).toBe(CROWD.length);
    });
  } finally {
    await slow.close();
  }
});
