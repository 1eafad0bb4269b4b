import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { type Organization, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 2 });
});
afterAll(() => product.close());

const HEADER = 'Email;External Id;First name;Last name;Department;Salary;Manager';
const FILE = [
  HEADER,
  'ann@example.com;a1;Ann;Berg;Sales;100;cat@example.com',
  'bo@example.com;b1;Bo;Carlsson;Sales;200;cat@example.com',
  'cat@example.com;c1;Cat;Dahl;Finance;300;',
  'dan@example.com;d1;Dan;Ek;Finance;400;bo@example.com',
  '',
].join('\n');
/** Lines of the file. */
const [ANN, BO, CAT, DAN] = [2, 3, 4, 5];

const filled = async (of = product): Promise<Organization> => {
  const organization = await of.newOrganization();
  await product.sql`insert into attributes (organization_id, name, type) values (${organization.organizationId}, 'Salary', 'numbers')`;
  expect((await organization.run(FILE)).counts.created).toBe(4);
  return organization;
};

/** Lines that were planned without parsing. */
async function knownIn({ id }: MassEditJson): Promise<number[]> {
  const rows = await product.sql<{ line: number }[]>`select p.line from plan_rows p
    join mass_edits e on e.id = p.mass_edit_id where e.public_id = ${id} and p.known order by line`;
  return rows.map(({ line }) => line);
}

describe('a row with the same bytes as an accepted row', () => {
  it('is known if the mass edit created, changed or kept its user', async () => {
    const organization = await filled();
    const again = await organization.run(FILE);
    expect(await knownIn(again)).toEqual([ANN, BO, CAT, DAN]);
    expect(again.counts).toMatchObject({ read: 4, unchanged: 4, warnings: 0, errors: 0 });
    const changed = FILE.replace('Ann;Berg;Sales;100', 'Ann;Berg;Support;150').replace('Bo;', 'Bosse;');
    const mixed = await organization.run(changed);
    expect(await knownIn(mixed)).toEqual([CAT, DAN]);
    expect(mixed.counts).toMatchObject({ read: 4, updated: 2, unchanged: 2 });
    expect(await knownIn(await organization.run(changed))).toEqual([ANN, BO, CAT, DAN]);
    expect((await organization.rows(mixed, 'unchanged')).map(({ line }) => line)).toEqual([CAT, DAN]);
  });

  it('is known in another order, beside other rows, and with another file name', async () => {
    const organization = await filled();
    const [header, ann, bo, cat, dan] = FILE.split('\n');
    const eva = 'eva@example.com;e1;Eva;Falk;Sales;500;ann@example.com';
    const ended = await organization.run([header, dan, eva, ann, cat, bo, ''].join('\n'));
    expect(await knownIn(ended)).toEqual([2, 4, 5, 6]);
    expect(ended.counts).toMatchObject({ read: 5, created: 1, unchanged: 4 });
  });

  it('keeps its own user from the missing users, and no other', async () => {
    const organization = await filled();
    const asked = await organization.toGate(FILE.replace(/^dan.*\n/m, ''));
    expect(asked.deletion).toMatchObject({ count: 1 });
    expect(await knownIn(asked)).toEqual([ANN, BO, CAT]);
    expect((await organization.approve(asked)).status).toBe(202);
    await organization.reaches(asked, 'ended');
    expect(await organization.activeUsers()).toEqual([
      'ann@example.com',
      'bo@example.com',
      'cat@example.com',
      'hr@example.com',
    ]);
  });
});

describe('a row is parsed again', () => {
  it('if every row must be read, with the same result', async () => {
    const reader = await startProduct({ chunkRows: 2, readEveryRow: true });
    try {
      const organization = await filled(reader);
      const again = await organization.run(FILE);
      expect(await knownIn(again)).toEqual([]);
      expect(again.counts).toMatchObject({ read: 4, unchanged: 4, warnings: 0, errors: 0 });
      expect((await organization.rows(again, 'unchanged')).map(({ line }) => line)).toEqual([ANN, BO, CAT, DAN]);
    } finally {
      await reader.close();
    }
  });

  const anyWriter: [string, number[], (organization: Organization) => Promise<unknown>][] = [
    ['if its user was changed', [BO, CAT, DAN], ({ change }) => change('ann@example.com', { lastName: 'Ny' })],
    [
      'if a membership of its user was changed by hand',
      [BO, CAT, DAN],
      ({ change }) => change('ann@example.com', { attributes: { Salary: '101' } }),
    ],
    [
      'if a membership of its user was changed in the database',
      [BO, CAT, DAN],
      ({ organizationId }) =>
        product.sql`update memberships set "values" = "values" where organization_id = ${organizationId}
          and user_id = (select id from users where organization_id = ${organizationId} and email = 'ann@example.com')`,
    ],
    [
      'if its user, or a user that it references, has another name',
      [ANN, CAT],
      ({ organizationId }) => product.sql`update users set email = 'bosse@example.com'
        where organization_id = ${organizationId} and email = 'bo@example.com'`,
    ],
    [
      'if a segment has another name',
      [],
      ({ organizationId }) =>
        product.sql`update segments set name = 'Selling' where organization_id = ${organizationId} and name = 'Sales'`,
    ],
    [
      'if a segment was created',
      [],
      ({ organizationId }) => product.sql`insert into segments (organization_id, attribute_id, name)
        select organization_id, id, 'Board' from attributes where organization_id = ${organizationId} and name = 'Department'`,
    ],
    [
      'if a number has ranges now',
      [],
      ({ organizationId }) => product.sql`insert into segments (organization_id, attribute_id, name, lower_number)
        select organization_id, id, 'High', 250 from attributes where organization_id = ${organizationId} and name = 'Salary'`,
    ],
    [
      'if an attribute was added or removed',
      [],
      ({ organizationId }) => product.sql`insert into attributes (organization_id, name, type)
        values (${organizationId}, 'Office', 'choices')`,
    ],
  ];
  it.each(anyWriter)('%s', async (_, known, write) => {
    const organization = await filled();
    await write(organization);
    const ended = await organization.run(FILE);
    expect(await knownIn(ended)).toEqual(known);
    expect(ended.counts.read).toBe(4);
  });

  it('if another option is chosen, or the file has other columns', async () => {
    const organization = await filled();
    expect(await knownIn(await organization.run(FILE, { resetEmptyFields: true }))).toEqual([]);
    const without = FILE.replaceAll(/;[^;\n]*$/gm, '');
    expect(await knownIn(await organization.run(without))).toEqual([]);
  });

  it('if it occurs twice, or if another row is about the same user', async () => {
    const organization = await filled();
    const [header, ann, bo, cat, dan] = FILE.split('\n');
    const twice = await organization.run([header, ann, bo, ann, cat, dan, ''].join('\n'));
    expect(await knownIn(twice)).toEqual([3, 5, 6]);
    expect(twice.counts).toMatchObject({ read: 5, unchanged: 4, skipped: 1, warnings: 1 });
    expect(await organization.findings(twice)).toMatchObject([{ line: 4, code: 'DUPLICATE_IDENTICAL' }]);
    const against = await organization.run([header, ann, bo, cat, dan, 'ANN@example.com;;Anna;;;;', ''].join('\n'));
    expect(await knownIn(against)).toEqual([BO, CAT, DAN]);
    expect((await organization.findings(against)).map(({ code }) => code)).toEqual(['DUPLICATE_ROW', 'DUPLICATE_ROW']);
  });

  it('if it references a user who will be deleted', async () => {
    const organization = await filled();
    const asked = await organization.toGate(FILE.replace(/^bo@.*\n/m, ''));
    expect(await knownIn(asked)).toEqual([ANN, 3]);
    expect((await organization.findings(asked)).filter(({ severity }) => severity === 'error')).toMatchObject([
      { line: 4, code: 'PERSON_DELETED', column: 'Manager', value: 'bo@example.com' },
    ]);
  });

  it('if it has a finding, each time', async () => {
    const organization = await filled();
    const odd = FILE.replace('bo@example.com;b1;Bo', 'bo@example.com;b1;B\u200bo');
    for (const known of [
      [ANN, CAT, DAN],
      [ANN, CAT, DAN],
    ]) {
      const ended = await organization.run(odd);
      expect(await knownIn(ended)).toEqual(known);
      expect(await organization.findings(ended)).toMatchObject([{ line: BO, code: 'INVISIBLE_CHARACTER' }]);
    }
  });

  it('if its identity cannot be looked up', async () => {
    const organization = await filled();
    const ended = await organization.run(FILE.replace('bo@example.com;b1', 'bo\0@example.com;b1'));
    expect(await knownIn(ended)).toEqual([ANN, CAT, DAN]);
    expect(await organization.findings(ended)).toMatchObject([{ line: BO, code: 'CONTROL_CHARACTER' }]);
  });

  it('if the mass edit that had it was stopped', async () => {
    const organization = await filled();
    const changed = FILE.replaceAll(/;\d+;/g, ';999;').replace(/^dan.*\n/m, '');
    const asked = await organization.toGate(changed);
    expect((await organization.cancel(asked)).status).toBe(202);
    await organization.reaches(asked, 'ended');
    expect(await knownIn(await organization.run(changed))).toEqual([]);
  });
});
