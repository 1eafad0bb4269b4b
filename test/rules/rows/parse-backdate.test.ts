import { describe, expect, test } from 'vitest';
import { codesOf, interpret } from '../interpret.ts';

describe('backdates', () => {
  const header =
    'Participate in survey backdate;Email;Department backdate;Department;Manager;Manager backdate;Participate in survey';

  test('belong to their value in any column order', () => {
    expect(interpret(header, '2026-06-01;a@b.se;2026-06-02;IT;bob;2026-06-15;FALSE')).toMatchObject({
      backdates: { 1: '2026-06-02', 4: '2026-06-15', participates: '2026-06-01' },
      findings: [],
    });
  });

  test('of a cleared value are valid', () => {
    expect(interpret(header, ';a@b.se;2026-06-02;#CLEAR;;;').backdates).toEqual({ 1: '2026-06-02' });
    expect(interpret(header, ';a@b.se;2026-06-02;;;2026-06-02;', { resetEmptyFields: true }).backdates).toEqual({
      1: '2026-06-02',
      4: '2026-06-02',
    });
  });

  test('beside an empty cell are ignored with a warning', () => {
    const parsed = interpret(header, '2026-06-01;a@b.se;2026-06-02;;;;');
    expect(parsed.backdates).toEqual({});
    expect(parsed.findings.map(({ code, column }) => [code, column])).toEqual([
      ['BACKDATE_WITHOUT_VALUE', 'Participate in survey backdate'],
      ['BACKDATE_WITHOUT_VALUE', 'Department backdate'],
    ]);
  });

  test('beside an ignored cell are ignored with a warning, beside an invalid cell without', () => {
    const codes = (manager: string) => codesOf('Email;Manager;Manager backdate', `a@b.se;${manager};2026-06-02`);
    expect(codes('#N/A')).toEqual(['PLACEHOLDER', 'BACKDATE_WITHOUT_VALUE']);
    expect(codes(`b\u0007@b.se`)).toEqual(['CONTROL_CHARACTER']);
  });

  test('that are invalid are dropped, and the value is applied', () => {
    const parsed = interpret(header, 'soon;a@b.se;2026-01-01;IT;bob;2026-06-16;FALSE');
    expect(parsed).toMatchObject({
      refused: false,
      participates: false,
      values: { 1: 10 },
      references: { 4: 'bob' },
      backdates: {},
    });
    expect(parsed.findings.map(({ code }) => code)).toEqual([
      'BACKDATE_INVALID',
      'BACKDATE_TOO_OLD',
      'BACKDATE_IN_FUTURE',
    ]);
  });

  test('of participation TRUE are ignored', () => {
    const parsed = interpret(header, '2026-06-01;a@b.se;;;;;TRUE');
    expect(parsed).toMatchObject({
      participates: true,
      backdates: {},
      findings: [{ code: 'BACKDATE_PARTICIPATION_TRUE' }],
    });
  });

  test('beside an unreadable value have no finding', () => {
    expect(codesOf(header, '2026-06-01;a@b.se;;;;;maybe')).toEqual(['BOOLEAN_INVALID']);
  });
});
