import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

it('the attribute of birth of an older organization is found by its position, under any name', async () => {
  const { sql } = product;
  const { organizationId, json } = await product.newOrganization();
  expect((await json('POST', '/attributes', { name: 'Last day', type: 'dates' })).status).toBe(201);
  await sql`update attributes set is_birth = false, name = case name when 'Date of Birth' then 'Geburtstag' else name end
    where organization_id = ${organizationId}`;
  const migration = await readFile(resolve(import.meta.dirname, '../../db/migrations/0013_birth.sql'), 'utf8');
  await sql.unsafe(migration.slice(migration.indexOf('with standard')));
  const found = await sql`select name from attributes where organization_id = ${organizationId} and is_birth`;
  expect(found.map(({ name }) => name)).toEqual(['Geburtstag']);
});
