import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { today } from '../support/days.ts';
import { ADMIN, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 2 });
});
afterAll(() => product.close());

const FILE = [
  'Email;External Id;First name;Last name;Language;Participate in survey;Department;Employment Date;Manager',
  'ann@example.com;E1;Ann;Berg;sv;TRUE;Sales;2020-03-01;zoe@example.com',
  ';K7;Kim;;;FALSE;Sales;;E9',
  'zoe@example.com;E9;Zoë;Åkerström;de;;Finance;2015-01-31;',
  'bo@example.com;;Bo;;;;Hälsa;;K7',
  '',
].join('\r\n');

describe('creating users from a file', () => {
  it('creates users with managers in later rows, by email and by external id, and the segments they need', async () => {
    const organization = await product.newOrganization();
    const { status, body, headers } = await organization.uploadForm(FILE, {}, 'new people.csv');
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/v1/organizations/${organization.organizationId}/mass-edits/${body.id}`);
    expect(headers.get('retry-after')).toMatch(/^\d+$/);

    const ended = await organization.reaches(body, 'ended');
    expect(ended).toMatchObject({ outcome: 'completed', startedBy: ADMIN, deletion: null });
    expect(ended.file).toMatchObject({ name: 'new people.csv', rows: 4 });
    expect(ended.counts).toMatchObject({ read: 4, created: 4, segmentsCreated: 3, warnings: 0, errors: 0 });
    // No deletions and no backdates: these two stages have no work.
    expect(ended.stages.map(({ status }) => status)).toEqual([
      'done',
      'done',
      'done',
      'not_applied',
      'done',
      'done',
      'not_applied',
    ]);

    const users = await organization.people();
    expect(users['ann@example.com']).toMatchObject({ first: 'Ann', last: 'Berg', language: 'sv', participates: true });
    expect(users['ann@example.com']?.values).toEqual({
      Department: 'Sales',
      'Employment Date': '2020-03-01',
      Manager: 'zoe@example.com',
    });
    // Defaults: English, takes part.
    expect(users['bo@example.com']).toMatchObject({ last: null, language: 'en', participates: true });
    expect(users['bo@example.com']?.values).toEqual({ Department: 'Hälsa', Manager: 'K7' });
    expect(users.K7).toMatchObject({ first: 'Kim', participates: false });
    expect(users.K7?.values).toEqual({ Department: 'Sales', Manager: 'zoe@example.com' });
    expect(users['zoe@example.com']?.first).toBe('Zoë');
  });

  it('begins every membership today, in the organization’s time zone, without earlier history', async () => {
    const organization = await product.newOrganization();
    await organization.run(FILE);
    const { memberships = [], periods } = await organization.live();
    const since = (memberships as { since: string }[]).map((membership) => membership.since);
    expect(since).toHaveLength(9);
    expect(new Set(since)).toEqual(new Set([today()]));
    expect(periods).toEqual([]);
  });

  it('is the latest mass edit and the first of the list, with links to its results', async () => {
    const organization = await product.newOrganization();
    expect((await organization.json('GET', '/mass-edits/latest')).status).toBe(204);
    const ended = await organization.run(FILE);
    expect((await organization.json('GET', '/mass-edits/latest')).body).toEqual(ended);
    const list = await organization.json<{ items: unknown[]; nextCursor: null }>('GET', '/mass-edits');
    expect(list.body).toEqual({ items: [ended], nextCursor: null });
    expect(await organization.download(ended, 'file')).toBe(FILE);
    expect(await organization.rows(ended, 'created')).toHaveLength(4);
  });

  it('reads the create template with its example row, and skips that row', async () => {
    const organization = await product.newOrganization();
    const template = await organization.template('create-users.csv');
    const { outcome, counts } = await organization.run(template);
    expect(outcome).toBe('completed');
    expect(counts).toMatchObject({ read: 1, skipped: 1, created: 0 });
    expect(await organization.activeUsers()).toEqual([ADMIN]);
  });
});
