import { describe, expect, test } from 'vitest';
import { ABSENT } from '../../../activities/collections/hash-table.ts';
import { type BaselineRows, NO_BASELINE } from '../../../activities/matching/baseline-rows.ts';
import { RowIndexBuilder } from '../../../activities/matching/row-index-builder.ts';
import type { DuplicateVerdict } from '../../../rules/rows/duplicate-rows.ts';

/** Rows on lines 2, 3, …, by their identities. */
const fileOf = (...keys: { email?: string; externalId?: string }[]) => {
  const rows = new RowIndexBuilder(keys.length + 2);
  for (const [at, { email = null, externalId = null }] of keys.entries()) rows.add(at + 2, { email, externalId });
  return rows;
};

const NO_VERDICTS = { baseline: NO_BASELINE, duplicates: new Map<number, DuplicateVerdict>() };

describe('the row index of a file', () => {
  test('matches a row by external id, then by email, then to a deleted user that can be restored', () => {
    const builder = fileOf({ email: 'a' }, { email: 'b' }, { email: 'c' }, { email: 'd' });
    builder.match(0, { externalId: 11, email: 12 });
    builder.match(1, { email: 12 });
    builder.match(2, { deleted: 13 });
    builder.match(3, {});
    expect([...builder.presentUserIds()]).toEqual([11, 12, 12, 13]);
    const rows = builder.freeze([90, 1], NO_VERDICTS);
    expect([0, 1, 2, 3].map((row) => rows.userIdOf(row))).toEqual([11, 12, 13, 90]);
    expect([0, 1, 2, 3].map((row) => rows.matchesExistingUser(row))).toEqual([true, true, true, false]);
    expect([rows.conflictingMatchOf(0), rows.conflictingMatchOf(1)]).toEqual([12, null]);
  });

  test('finds the first row with an identity', () => {
    const rows = fileOf({ email: 'a', externalId: 'e' }, { email: 'a' }, { externalId: 'a' });
    expect(rows.firstRowWith('email', 'a')).toBe(0);
    expect(rows.firstRowWith('externalId', 'a')).toBe(2);
    expect(rows.firstRowWith('externalId', 'x')).toBe(ABSENT);
  });

  test('finds rows that share an identity or match one user', () => {
    const rows = fileOf({ email: 'a' }, { email: 'b' }, { email: 'a' }, { email: 'd' }, { email: 'e' });
    rows.match(1, { email: 12 });
    rows.match(3, { externalId: 14, email: 12 });
    expect([...rows.markDuplicates()]).toEqual([0, 1, 2, 3]);
  });

  test('does not read an unchanged row, unless another row matches its user', () => {
    const builder = fileOf({ email: 'a' });
    builder.addUnchanged(3, 11, 30);
    builder.addUnchanged(4, 12, 40);
    builder.match(0, { email: 12 });
    builder.markDuplicates();
    const baseline = { ...NO_BASELINE, rowOf: (row: number, line: number) => ({ row, line }) };
    const rows = builder.freeze([], { ...NO_VERDICTS, baseline: baseline as unknown as BaselineRows });
    expect([0, 1, 2].map((row) => rows.isUnchanged(row))).toEqual([false, true, false]);
    expect(rows.unchangedRowOf(1)).toEqual({ row: 30, line: 3 });
    expect(() => rows.unchangedRowOf(2)).toThrow('fewer rows');
  });

  test('matches a respelled row to a user that no other row is about', () => {
    const builder = fileOf({ email: 'a' }, { email: 'b' }, { email: 'c' }, { email: 'd' });
    builder.match(3, { email: 14 });
    builder.matchRespelled(0, 11);
    builder.matchRespelled(1, 14);
    for (const user of [12, 13, 12]) builder.matchRespelled(2, user);
    builder.resolveRespelled();
    const rows = builder.freeze([90, 2], NO_VERDICTS);
    expect([0, 1, 2, 3].map((row) => rows.isRespelled(row))).toEqual([true, true, true, false]);
    expect([0, 1, 2].map((row) => rows.userIdOf(row))).toEqual([11, 90, 91]);
    expect([0, 1, 2].map((row) => rows.respelledMatchesOf(row))).toEqual([[], [14], [12, 13]]);
  });
});

describe('new users', () => {
  test('get the reserved ids in file order, also from several id ranges', () => {
    const builder = fileOf({ email: 'a' }, { email: 'b' }, { email: 'c' }, { email: 'd' });
    builder.match(1, { email: 5 });
    expect(builder.countNew()).toBe(3);
    const rows = builder.freeze([70, 2, 90, 1], NO_VERDICTS);
    expect([0, 1, 2, 3].map((row) => rows.userIdOf(row))).toEqual([70, 5, 71, 90]);
    expect(rows.matchesExistingUser(0)).toBe(false);
  });

  test('cause an error if there are more of them than reserved ids', () => {
    expect(() => fileOf({ email: 'a' }, { email: 'b' }).freeze([70, 1], NO_VERDICTS)).toThrow('more new people');
  });
});

describe('the digest of a row index', () => {
  const found = (...users: number[]) => {
    const rows = fileOf(...users.map((_, at) => ({ email: `p${at}` })));
    for (const [at, email] of users.entries()) if (email > 0) rows.match(at, { email });
    return rows;
  };

  test('is equal if the same users match, whether a row is unchanged or read', () => {
    expect(found(1, 0, 3).digest()).toBe(found(1, 0, 3).digest());
    expect(found(1, 0, 3).digest()).not.toBe(found(1, 3, 0).digest());
    expect(found(1, 0, 3).digest()).not.toBe(found(1, 2, 3).digest());
    const unchanged = new RowIndexBuilder(1);
    unchanged.addUnchanged(2, 1, 30);
    expect(unchanged.digest()).toBe(found(1).digest());
  });

  test('differs between an active user and a deleted one that can be restored', () => {
    const [active, gone] = [fileOf({ email: 'a' }), fileOf({ email: 'a' })];
    active.match(0, { email: 1 });
    gone.match(0, { deleted: 1 });
    expect(active.digest()).not.toBe(gone.digest());
  });
});
