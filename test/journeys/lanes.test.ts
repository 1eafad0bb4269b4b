import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { workflowIdOf } from '../../workflows/contract.ts';
import { lockUser } from '../support/lock-rows.ts';
import { type Organization, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';
import { startWorker } from '../support/worker.ts';

/** Above the first size a file is large (workflows/stages.ts). Above the second it begins after smaller large files. */
const LARGE_BYTES = 2 ** 20;
const LARGEST_BYTES = 2 ** 24;

const SMALL = 'Email;First name\nann@example.com;Ann\nbo@example.com;Bo\n';
/** Renames Ann. An unknown column makes the file this large. */
function largeFile(bytes = LARGE_BYTES): string {
  const rows = Array.from({ length: Math.ceil(bytes / 8_000) }, (_, i) => `p${i}@example.com;P;${'x'.repeat(8_000)}`);
  return ['Email;First name;Remarks', 'ann@example.com;Anna;', ...rows, ''].join('\n');
}

let product: Product;
beforeAll(async () => {
  product = await startProduct({ largeStages: 1 });
});
afterAll(() => product.close());

/** An organization with Ann and Bo in it. */
async function peopled(of = product): Promise<Organization> {
  const organization = await of.newOrganization();
  await organization.run(SMALL);
  return organization;
}

/** A large mass edit that is held in stage 5, in the only slot for large files. */
async function holdTheSlot(): Promise<{ end: () => Promise<MassEditJson> }> {
  const organization = await peopled();
  const letGo = await lockUser(product.sql, organization.organizationId, 'ann@example.com');
  const edit = await organization.started(largeFile());
  await until('stage 5 holds the slot', async () => {
    const { stages } = await organization.at(edit);
    return stages[4]?.status === 'running';
  });
  return {
    end: async () => {
      await letGo();
      return organization.reaches(edit, 'ended');
    },
  };
}

/** Waits until the engine has its first stage in the queue. */
const queued = ({ organizationId }: Organization): Promise<boolean> =>
  until('a stage in the queue', async () => {
    const { raw } = await product.temporal.workflow.getHandle(workflowIdOf(organizationId)).describe();
    return (raw.pendingActivities ?? []).length === 1;
  });

const statusesAt = async (organization: Organization, edit: MassEditJson): Promise<string[]> =>
  (await organization.at(edit)).stages.map(({ status }) => status);
const WAITING = Array<string>(7).fill('waiting');

describe('while a large file holds every slot for large files', () => {
  it('a small file completes, and another large file waits and completes afterwards', async () => {
    const held = await holdTheSlot();
    const [large, small] = [await peopled(), await product.newOrganization()];
    const waiting = await large.started(largeFile());
    await queued(large);
    expect((await small.run(SMALL)).outcome).toBe('completed');
    expect(await statusesAt(large, waiting)).toEqual(WAITING);

    expect((await held.end()).outcome).toBe('completed');
    expect((await large.reaches(waiting, 'ended')).outcome).toBe('completed');
    expect((await large.people())['ann@example.com']?.first).toBe('Anna');
  });

  it('a waiting large file can be cancelled at once, and its organization goes on', async () => {
    const held = await holdTheSlot();
    const organization = await peopled();
    const waiting = await organization.started(largeFile());
    await queued(organization);
    await organization.cancel(waiting);
    expect(await organization.reaches(waiting, 'ended')).toMatchObject({
      outcome: 'cancelled',
      counts: { created: 0 },
    });
    expect((await organization.run(SMALL)).outcome).toBe('completed');
    await held.end();
  });

  it('the smaller of two waiting files begins first, in any order of arrival', async () => {
    const held = await holdTheSlot();
    const [first, second] = [await product.newOrganization(), await product.newOrganization()];
    const largest = await first.started(largeFile(LARGEST_BYTES));
    await queued(first);
    const smaller = await second.started(largeFile());
    await queued(second);
    await held.end();
    const [one, other] = [await first.reaches(largest, 'ended'), await second.reaches(smaller, 'ended')];
    const began = ({ stages }: MassEditJson) => Date.parse(stages[0]?.startedAt ?? '');
    expect(began(other)).toBeLessThan(began(one));
  });
});

it('a large file waits for a worker of its lane, which may be a separate process without workflows', async () => {
  const own = await startProduct({ lanes: ['small'] });
  const [large, small] = [await peopled(own), await peopled(own)];
  const waiting = await large.started(largeFile());
  await small.run(SMALL);
  expect(await statusesAt(large, waiting)).toEqual(WAITING);
  const worker = await startWorker({ taskQueue: own.taskQueue, lanes: ['large'] });
  expect((await large.reaches(waiting, 'ended')).outcome).toBe('completed');
  await worker.close();
  await own.close();
});
