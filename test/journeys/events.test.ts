import { afterAll, beforeAll, expect, it } from 'vitest';
import { listenTo } from '../support/events.ts';
import { type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 20 });
});
afterAll(() => product.close());

const ROWS = 300;
const FILE = [
  'Email;First name;Department',
  ...Array.from({ length: ROWS }, (_, i) => `person${i}@example.com;Person;Department ${i % 7}`),
  '',
].join('\r\n');

it('the event stream of a mass edit sends each stage in order, from the gate to the end', async () => {
  const organization = await product.newOrganization();
  const edit = await organization.toGate(FILE, { review: 'always' });
  const { organizationId, token } = organization;
  const url = `${product.url}/v1/organizations/${organizationId}/mass-edits/${edit.id}/events`;
  const headers = { authorization: `Bearer ${token}` };
  const listener = await listenTo(url, headers);
  expect((await listener.first('snapshot')).data).toEqual(edit);

  await organization.approve(edit);
  await listener.ended();
  const { events } = listener;
  expect(events.at(-1)!.data).toEqual(await organization.at(edit));
  expect(events.at(-1)).toMatchObject({ name: 'state', data: { outcome: 'completed', counts: { created: ROWS } } });

  const numbers = events.map(({ data }) => data.stage.number);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  const lists = events.flatMap(({ data }) => (data.stages ? [data.stages as typeof edit.stages] : []));
  for (const [i, stages] of lists.slice(1).entries()) {
    for (const [number, stage] of stages.entries()) {
      const before = lists[i]![number]!;
      expect(stage.done).toBeGreaterThanOrEqual(before.done);
      if (before.status === 'done') expect(stage.status).toBe('done');
    }
  }
  expect((await listenTo(url, headers)).status).toBe(204);
});
