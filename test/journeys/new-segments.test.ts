import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  // Each row is a chunk, and two of them are written at a time.
  product = await startProduct({ chunkRows: 1 });
});
afterAll(() => product.close());

it('a new segment of a refused row is created for the accepted row right behind it', async () => {
  const organization = await product.newOrganization();
  const numbers = Array.from({ length: 30 }, (_, number) => String(number));
  const rows = numbers.flatMap((number) => [
    `refused.${number}@example.com;Ann;nowhere;Department ${number}`,
    `taken.${number}@example.com;Ann;en;Department ${number}`,
  ]);
  const ended = await organization.run(`Email;First name;Language;Department\n${rows.join('\n')}\n`);
  expect(ended).toMatchObject({ outcome: 'completed_with_errors', counts: { created: 30, refused: 30 } });
  const users = await organization.people();
  const departments = numbers.map((number) => users[`taken.${number}@example.com`]?.values.Department);
  expect(departments).toEqual(numbers.map((number) => `Department ${number}`));
  expect(ended.counts.segmentsCreated).toBe(30);
});
