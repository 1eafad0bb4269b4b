import { describe, expect, test } from 'vitest';
import { ABSENT } from '../../../activities/collections/hash-table.ts';
import { RowIndex } from '../../../activities/matching/row-index.ts';

/** A row index with rows on lines 2, 3, …, by their identities. */
const fileOf = (...keys: { email?: string; externalId?: string }[]) => {
  const rows = new RowIndex(keys.length + 2);
  for (const [at, { email = null, externalId = null }] of keys.entries()) rows.add(at + 2, { email, externalId });
  return rows;
};

describe('the row index of a file', () => {
  test('matches a row by external id, then by email, then to a deleted user that can be restored', () => {
    const rows = fileOf({ email: 'a' }, { email: 'b' }, { email: 'c' }, { email: 'd' });
    rows.setMatch(0, { externalId: 11, email: 12 });
    rows.setMatch(1, { email: 12 });
    rows.setMatch(2, { deleted: 13 });
    rows.setMatch(3, {});
    expect([0, 1, 2, 3].map((row) => rows.userIdOf(row))).toEqual([11, 12, 13, 0]);
    expect([0, 1, 2, 3].map((row) => rows.matchesExistingUser(row))).toEqual([true, true, true, false]);
    expect([rows.conflictingMatchOf(0), rows.conflictingMatchOf(1)]).toEqual([12, null]);
    expect([...rows.presentUserIds()]).toEqual([11, 12, 12, 13]);
  });

  test('finds the first row with an identity', () => {
    const rows = fileOf({ email: 'a', externalId: 'e' }, { email: 'a' }, { externalId: 'a' });
    expect(rows.firstRowWith('email', 'a')).toBe(0);
    expect(rows.firstRowWith('externalId', 'a')).toBe(2);
    expect(rows.firstRowWith('externalId', 'x')).toBe(ABSENT);
  });

  test('marks rows as duplicate candidates if they share an identity or match one user', () => {
    const rows = fileOf({ email: 'a' }, { email: 'b' }, { email: 'a' }, { email: 'd' }, { email: 'e' });
    rows.setMatch(1, { email: 12 });
    rows.setMatch(3, { externalId: 14, email: 12 });
    rows.markDuplicatesByUser();
    expect([...rows.duplicateCandidates()]).toEqual([0, 1, 2, 3]);
  });

  test('does not read an unchanged row, unless another row matches its user', () => {
    const rows = fileOf({ email: 'a' });
    rows.addUnchanged(3, 11, 30);
    rows.addUnchanged(4, 12, 40);
    expect(rows.unread).toBe(1);
    rows.setMatch(0, { email: 12 });
    rows.markDuplicatesByUser();
    expect([rows.isUnchanged(1), rows.baselineRowOf(1), rows.isUnchanged(2), rows.unread]).toEqual([
      true,
      30,
      false,
      2,
    ]);
  });
});

describe('new users', () => {
  test('get the reserved ids in file order, also from several id ranges', () => {
    const rows = fileOf({ email: 'a' }, { email: 'b' }, { email: 'c' }, { email: 'd' });
    rows.setMatch(1, { email: 5 });
    expect(rows.countNew()).toBe(3);
    rows.assignNewUserIds([70, 2, 90, 1]);
    expect([0, 1, 2, 3].map((row) => rows.userIdOf(row))).toEqual([70, 5, 71, 90]);
    expect(rows.matchesExistingUser(0)).toBe(false);
  });

  test('cause an error if there are more of them than reserved ids', () => {
    expect(() => fileOf({ email: 'a' }, { email: 'b' }).assignNewUserIds([70, 1])).toThrow('more new people');
  });
});

describe('the digest of a row index', () => {
  const found = (...users: number[]) => {
    const rows = fileOf(...users.map((_, at) => ({ email: `p${at}` })));
    for (const [at, email] of users.entries()) if (email > 0) rows.setMatch(at, { email });
    return rows;
  };

  test('is equal if the same users match, whether a row is unchanged or read', () => {
    expect(found(1, 0, 3).digest()).toBe(found(1, 0, 3).digest());
    expect(found(1, 0, 3).digest()).not.toBe(found(1, 3, 0).digest());
    expect(found(1, 0, 3).digest()).not.toBe(found(1, 2, 3).digest());
  });

  test('differs between an active user and a deleted one that can be restored', () => {
    const [active, gone] = [fileOf({ email: 'a' }), fileOf({ email: 'a' })];
    active.setMatch(0, { email: 1 });
    gone.setMatch(0, { deleted: 1 });
    expect(active.digest()).not.toBe(gone.digest());
  });
});
