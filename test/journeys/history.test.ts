import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADMIN, type Product, startProduct } from '../support/product.ts';

let product: Product;
beforeAll(async () => {
  product = await startProduct();
});
afterAll(() => product.close());

describe('the record of changes', () => {
  it('has for each change the mass edit, the line, the old and new value, and the actor', async () => {
    const organization = await product.newOrganization();
    const made = await organization.run(
      'Email;First name;Department;Manager\nann@example.com;Ann;Sales;\nbo@example.com;Bo;Sales;ann@example.com\n',
    );
    const edited = await organization.run(
      'Email;First name;Department;Manager\nann@example.com;;;\nbo@example.com;Bob;Legal;#CLEAR\n',
    );
    await organization.change('bo@example.com', { lastName: 'Berg' });

    const { changes } = await organization.history('bo@example.com');
    expect(changes.every(({ by }) => by === ADMIN)).toBe(true);
    const told = (massEditId: string | null) =>
      changes
        .filter((change) => change.massEditId === massEditId)
        .map(({ line, field, before, after }) => [line, field, before, after]);
    expect(told(edited.id)).toHaveLength(3);
    expect(told(edited.id)).toEqual(
      expect.arrayContaining([
        [3, 'firstName', 'Bo', 'Bob'],
        [3, 'Department', 'Sales', 'Legal'],
        [3, 'Manager', 'ann@example.com', null],
      ]),
    );
    expect(told(made.id)).toEqual(
      expect.arrayContaining([
        [3, 'firstName', null, 'Bo'],
        [3, 'Department', null, 'Sales'],
        [3, 'Manager', null, 'ann@example.com'],
      ]),
    );
    expect(told(null)).toEqual([[null, 'lastName', null, 'Berg']]);
    // Ann was in the second file without a change.
    const ofAnn = await organization.history('ann@example.com');
    expect(new Set(ofAnn.changes.map(({ massEditId }) => massEditId))).toEqual(new Set([made.id]));
  });

  it('is complete for a user who was deleted and restored as the same user', async () => {
    const organization = await product.newOrganization();
    await organization.run('Email;First name;Department\nann@example.com;Ann;Sales\nbo@example.com;Bo;Sales\n');
    const before = await organization.user('bo@example.com');
    const waiting = await organization.toGate('Email;First name\nann@example.com;Ann\n');
    await organization.approve(waiting);
    const deleted = await organization.reaches(waiting, 'ended');
    expect(await organization.user('bo@example.com')).toBeUndefined();
    const back = await organization.run(await organization.download(deleted, 'missing-users.csv'));
    expect(back.counts).toMatchObject({ read: 1, updated: 1, restored: 1 });

    const after = await organization.user('bo@example.com');
    expect(after?.id).toBe(before?.id);
    expect(after?.attributes).toEqual(before?.attributes);
    const { changes } = await organization.history('bo@example.com');
    const ofDeletion = changes.filter(({ field }) => field === 'deleted');
    expect(ofDeletion.map(({ massEditId, after: isDeleted }) => [massEditId, isDeleted])).toEqual([
      [deleted.id, true],
      [back.id, false],
    ]);
  });

  it('shows no user of another organization', async () => {
    const [one, other] = [await product.newOrganization(), await product.newOrganization()];
    await one.run('Email;First name\nann@example.com;Ann\n');
    const ann = await one.user('ann@example.com');
    expect(await other.user('ann@example.com')).toBeUndefined();
    for (const path of [`/users/${ann?.id}`, `/users/${ann?.id}/history`]) {
      expect((await other.json('GET', path)).status).toBe(404);
      expect((await other.json('GET', `/v1/organizations/${one.organizationId}${path}`)).status).toBe(404);
    }
    expect((await other.json('PATCH', `/users/${ann?.id}`, { firstName: 'Mine' })).status).toBe(404);
    expect((await one.user('ann@example.com'))?.firstName).toBe('Ann');
  });
});
