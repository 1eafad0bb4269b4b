import { describe, expect, test } from 'vitest';
import { fingerprintOf } from '../../../rules/rows/fingerprint.ts';
import type { RowContext } from '../../../rules/rows/parsed-row.ts';
import { chooser, FULL, parsedRowOf } from '../interpret.ts';

describe('fingerprints', () => {
  const of = (cells: string, options: Partial<RowContext> = {}) => {
    const segments = chooser();
    return fingerprintOf(parsedRowOf(FULL, cells, { segments, ...options }));
  };

  test('are equal for rows that mean the same', () => {
    expect(of('a@b.se;E1;Anna;;;yes;it;2026-2-8;007;BOB@x.se')).toBe(
      of(' A@B.se;e1;Anna ;;;TRUE;IT;2026-02-08;7.0;bob@x.se'),
    );
    expect(of('a@b.se;E1;Anna')).toBe(of('a@b.se;E1;Anna;;;;;;;'));
  });

  test.each([
    ['a@b.se;;Anna;;;;;;;', 'a@b.se;;;Anna;;;;;;'],
    ['a@b.se;;;;;;IT;;;', 'a@b.se;;;;;;#CLEAR;;;'],
    ['a@b.se;;;;;TRUE;;;;', 'a@b.se;;;;;FALSE;;;;'],
    ['a@b.se;;;;;;;;12 kr;', 'a@b.se;;;;;;;;13 kr;'],
    ['a@b.se;;;;;;;;;bob', 'a@b.se;;;;;;;;;cat'],
    ['a@b.se;;;;;;;2026-01-01;;', 'a@b.se;;;;;;;;2026;'],
  ])('differ for rows with different meanings: %s and %s', (a, b) => {
    expect(of(a)).not.toBe(of(b));
  });

  test('differ between clearing a value and leaving it', () => {
    expect(of('a@b.se;;;;;;;;;')).not.toBe(of('a@b.se;;;;;;;;;', { resetEmptyFields: true }));
  });
});
