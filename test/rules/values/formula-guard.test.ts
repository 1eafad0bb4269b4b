import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellText, guard, unguard } from '../../../rules/values/formula-guard.ts';

const text = fc.string({
  unit: fc.constantFrom(
    ...["'", '=', '+', '-', '@', '\t', '\r', '\n', ' ', 'a', '1', 'é', '😀', ',', ';', '"', '＝', '－'],
  ),
  maxLength: 8,
});

test('unguarding a guarded text returns the same text, for every text', () => {
  fc.assert(fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (given) => unguard(guard(given)) === given));
});

test('no guarded text begins like a formula', () => {
  fc.assert(fc.property(text, (given) => !/^[=+\-@＝＋－＠\t\r\n]/.test(guard(given))));
});

test('no guarded text has a formula after a character that ends a cell in some program', () => {
  const cells = (given: string): string[] =>
    guard(given)
      .split(/[,;\t\r\n]/)
      .slice(1);
  fc.assert(fc.property(text, (given) => !cells(given).some((cell) => /^[ "]*[=+\-@＝＋－＠]/.test(cell))));
});

test.each([
  ['=1+1', "'=1+1"],
  ["'=1", "''=1"],
  ["''-", "'''-"],
  ['@home', "'@home"],
  ["O'Brien", "O'Brien"],
  ["'s-Hertogenbosch", "'s-Hertogenbosch"],
  ["'", "'"],
  ['', ''],
  ['a,=1+1', "a,'=1+1"],
  ['Ann; "-5"', `Ann; "'-5"`],
  ["x,'+1", "x,''+1"],
  ['a\t=b;@c', "a\t'=b;'@c"],
  ['one\n- two', "one\n'- two"],
  ['a, b-c; d', 'a, b-c; d'],
  ['＝1', "'＝1"],
])('%j is written as %j', (given, written) => {
  expect(guard(given)).toBe(written);
});

test('an apostrophe is removed only where the guard adds one', () => {
  expect(unguard("'=1")).toBe('=1');
  expect(unguard("'1")).toBe("'1");
  expect(unguard("''")).toBe("''");
});

test('a formula that only shows a text is read as that text, in any cell', () => {
  expect(cellText('="0042"')).toBe('0042');
  expect(cellText(' ="a""b" ')).toBe('a"b');
  expect(cellText('=""')).toBe('');
  for (const cell of ['="a"&"b"', '=A1', '="a', '"a"', '=', '="a"b"', ' a']) expect(cellText(cell)).toBe(cell);
});

test('a written text is read back unchanged, except outer spaces', () => {
  const signs = fc
    .array(fc.constantFrom("'", '=', '"', '="', 'a', '-', '\t'), { maxLength: 8 })
    .map((all) => all.join(''));
  fc.assert(fc.property(signs, (given) => cellText(guard(given.trim())) === given.trim()));
});
