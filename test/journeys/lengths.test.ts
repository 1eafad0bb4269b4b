import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Organization, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

const PEOPLE = `Email;External Id;First name;Last name
a@example.com;A;A;
b@example.com;B;B;
c@example.com;C;C;
;D;D;
`;
const HEADER = 'Email;External Id;First name;Last name\n';
const long = randomBytes(3_000).toString('hex');

async function peopled(): Promise<Organization> {
  const organization = await product.newOrganization();
  await organization.run(PEOPLE);
  return organization;
}
const codesOf = async (organization: Organization, edit: { id: string }): Promise<string[]> =>
  (await organization.findings(edit)).map(({ code }) => code);

it('refuses a row with an external id too long for an index, and applies the others', async () => {
  const organization = await peopled();
  const ended = await organization.run(`${HEADER};${long};Poison;\nnew@example.com;E;New;\n`);
  expect(ended).toMatchObject({ outcome: 'completed_with_errors', counts: { created: 1, refused: 1 } });
  const [finding] = await organization.findings(ended);
  expect(finding).toMatchObject({ line: 2, code: 'TOO_LONG', column: 'External Id' });
  expect(finding?.message).toBe('The cell has 6,000 characters: an external id may have 255 characters at most.');
  expect(await organization.activeUsers()).toEqual([
    ...['D', 'a@example.com', 'b@example.com', 'c@example.com', 'hr@example.com', 'new@example.com'],
  ]);
});

it('turns deletion off if the only identity of a row is too long to parse', async () => {
  const organization = await peopled();
  const ended = await organization.run(`${HEADER}a@example.com;A;A;\n;${long};Poison;\n`, { deleteMissingUsers: true });
  expect(await codesOf(organization, ended)).toEqual(['DELETION_OFF', 'TOO_LONG']);
  expect(ended.counts).toMatchObject({ deleted: 0, refused: 1 });
});

it('matches a row by the identity that can be read', async () => {
  const organization = await peopled();
  const csv = `${HEADER}a@example.com;A;A;\nb@example.com;${long};B;\n`;
  const asked = await organization.toGate(csv, { deleteMissingUsers: true });
  expect(asked.deletion).toMatchObject({ count: 2 });
  const list = await organization.download(asked, 'missing-users.csv');
  expect(list).toContain('c@example.com');
  expect(list).not.toContain('b@example.com');
});

it('does not list users as missing whose rows two stray quotes have merged into one cell', async () => {
  const organization = await peopled();
  const swallowed = Array.from({ length: 160 }, (_, n) => `x${n}@example.com;X${n};X;Long enough`).join('\n');
  const csv = `${HEADER}a@example.com;A;A;"Ann\n${swallowed}\nb@example.com;B;B;\nc@example.com;C;C;"\n`;
  const waiting = await organization.toGate(csv);
  expect((await organization.approve(waiting)).status).toBe(202);
  const ended = await organization.reaches(waiting, 'ended');
  expect(await codesOf(organization, ended)).toEqual(['KEPT', 'ROWS_IN_CELL', 'TOO_LONG']);
  expect(ended.counts).toMatchObject({ read: 1, refused: 1, deleted: 1 });
  expect(await organization.activeUsers()).toEqual([
    'a@example.com',
    'b@example.com',
    'c@example.com',
    'hr@example.com',
  ]);
});

it('reads no column whose header is longer than a name, and none of its cells', async () => {
  const organization = await peopled();
  const ended = await organization.run(`Email;${long}\na@example.com;${long}${long}\n`);
  expect(await codesOf(organization, ended)).toEqual(['UNKNOWN_HEADER']);
  expect(ended).toMatchObject({ outcome: 'completed', counts: { read: 1, unchanged: 1, refused: 0 } });
});
