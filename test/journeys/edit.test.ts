import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Organization, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct({ chunkRows: 2 });
});
afterAll(() => product.close());

const FILE = [
  'Email;First name;Last name;Language;Department;Country;Manager',
  'ann@example.com;Ann;Berg;sv;Sales;Sweden;cat@example.com',
  'bo@example.com;Bo;Carlsson;en;Sales;Sweden;cat@example.com',
  'cat@example.com;Cat;Dahl;da;Finance;Denmark;',
  '',
].join('\n');
const filled = async (): Promise<Organization> => {
  const organization = await product.newOrganization();
  expect((await organization.run(FILE)).counts.created).toBe(3);
  return organization;
};

describe('editing users by a file', () => {
  it('writes only the changed users: version and time of all others stay', async () => {
    const organization = await filled();
    const before = await organization.people();
    const ended = await organization.run(FILE.replace('Bo;Carlsson;en;Sales', 'Bo;Carlsson;fi;Support'));
    expect(ended.outcome).toBe('completed');
    expect(ended.counts).toMatchObject({
      read: 3,
      updated: 1,
      unchanged: 2,
      segmentsCreated: 1,
      membershipsChanged: 1,
    });

    const after = await organization.people();
    expect(after['bo@example.com']).toMatchObject({
      language: 'fi',
      last: 'Carlsson',
      values: { Department: 'Support' },
    });
    expect(after['bo@example.com']?.updated.getTime()).toBeGreaterThan(before['bo@example.com']!.updated.getTime());
    for (const name of ['ann@example.com', 'cat@example.com', 'hr@example.com'])
      expect(after[name]).toEqual(before[name]);

    const [row, ...others] = await organization.rows(ended, 'updated');
    expect(others).toEqual([]);
    expect(row?.line).toBe(3);
    expect(row?.changes).toEqual([
      { column: 'Language', before: 'en', after: 'fi' },
      { column: 'Department', before: 'Sales', after: 'Support' },
    ]);
  });

  it('writes nothing for the identical file', async () => {
    const organization = await filled();
    const [before, people] = [await organization.live(), await organization.people()];
    const ended = await organization.run(FILE);
    expect(ended.outcome).toBe('completed');
    expect(ended.counts).toEqual({ ...NOTHING, read: 3, unchanged: 3 });
    expect(await organization.live()).toEqual(before);
    expect(await organization.people()).toEqual(people);
  });

  it('ignores empty cells, and clears a value by #CLEAR', async () => {
    const organization = await filled();
    const csv =
      'Email;Last name;Department;Country;Manager\nann@example.com;;;#CLEAR;\nbo@example.com;#CLEAR;;;#CLEAR\n';
    const ended = await organization.run(csv);
    expect(ended.counts).toMatchObject({ read: 2, updated: 2, membershipsChanged: 2 });
    const users = await organization.people();
    expect(users['ann@example.com']).toMatchObject({ last: 'Berg' });
    expect(users['ann@example.com']?.values).toEqual({ Department: 'Sales', Manager: 'cat@example.com' });
    expect(users['bo@example.com']).toMatchObject({ last: null });
    expect(users['bo@example.com']?.values).toEqual({ Department: 'Sales', Country: 'Sweden' });
  });

  it('clears by empty cells if that option is chosen, except names, language and missing columns', async () => {
    const organization = await filled();
    const csv = 'Email;First name;Last name;Language;Department;Manager\nann@example.com;;;;;\n';
    const ended = await organization.run(csv, { resetEmptyFields: true });
    expect(ended.options).toMatchObject({ resetEmptyFields: true, deleteMissingUsers: false });
    expect(ended.counts).toMatchObject({ read: 1, updated: 1, membershipsChanged: 2 });
    const { 'ann@example.com': ann } = await organization.people();
    expect(ann).toMatchObject({ first: 'Ann', last: null, language: 'sv', values: { Country: 'Sweden' } });
    expect(ann?.values).toEqual({ Country: 'Sweden' });
  });

  it('clears and deletes in one mass edit with both options', async () => {
    const organization = await filled();
    const csv = 'Email;Last name;Country\nann@example.com;;\ncat@example.com;Dahl;Denmark\n';
    const waiting = await organization.toGate(csv, { resetEmptyFields: true, deleteMissingUsers: true });
    expect(waiting.counts).toMatchObject({ read: 2, updated: 1, unchanged: 1, deleted: 1 });
    expect((await organization.people())['ann@example.com']?.last).toBe('Berg');
    expect((await organization.approve(waiting)).status).toBe(202);
    const { outcome, counts } = await organization.reaches(waiting, 'ended');
    expect(outcome).toBe('completed');
    expect(counts).toMatchObject({ read: 2, updated: 1, unchanged: 1, deleted: 1 });
    expect(await organization.activeUsers()).toEqual(['ann@example.com', 'cat@example.com', 'hr@example.com']);
    const { 'ann@example.com': ann } = await organization.people();
    expect(ann?.last).toBeNull();
    expect(ann?.values).toEqual({ Department: 'Sales', Manager: 'cat@example.com' });
  });

  it('plans no change for the unchanged edit template, with any option and with backdating', async () => {
    const organization = await filled();
    const before = await organization.live();
    const both = { resetEmptyFields: true, deleteMissingUsers: true };
    for (const name of ['edit-users.csv', 'edit-users.csv?backdating=true']) {
      for (const options of [{}, both]) {
        const ended = await organization.run(await organization.template(name), options);
        expect(ended.outcome).toBe('completed');
        expect(ended.counts).toEqual({ ...NOTHING, read: 4, unchanged: 4 });
      }
    }
    expect(await organization.live()).toEqual(before);
  });
});

const NOTHING = {
  ...{ read: 0, created: 0, updated: 0, unchanged: 0, refused: 0, skipped: 0, deleted: 0, restored: 0 },
  ...{ segmentsCreated: 0, membershipsChanged: 0, backdated: 0, answersRemoved: 0, warnings: 0, errors: 0 },
};
