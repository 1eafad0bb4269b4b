import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellText, guard, unguard } from '../../../activities/rules/formula-guard.ts';

const text = fc.string({
  unit: fc.constantFrom("'", '=', '+', '-', '@', '\t', '\r', '\n', ' ', 'a', '1', 'é', '😀'),
  maxLength: 8,
});

test('what is guarded and unguarded is the same text again, for every text', () => {
  fc.assert(fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (given) => unguard(guard(given)) === given));
});

test('no guarded text begins as a formula', () => {
  fc.assert(fc.property(text, (given) => !/^[=+\-@\t\r\n]/.test(guard(given))));
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
])('%j is written as %j', (given, written) => {
  expect(guard(given)).toBe(written);
});

test('an apostrophe is taken off only where the guard puts one', () => {
  expect(unguard("'=1")).toBe('=1');
  expect(unguard("'1")).toBe("'1");
  expect(unguard("''")).toBe("''");
});

test('a formula that is only a text is that text, in any cell', () => {
  expect(cellText('="0042"')).toBe('0042');
  expect(cellText(' ="a""b" ')).toBe('a"b');
  expect(cellText('=""')).toBe('');
  for (const cell of ['="a"&"b"', '=A1', '="a', '"a"', '=', '="a"b"', ' a']) expect(cellText(cell)).toBe(cell);
});

test('a text that is written is the same when it is read, unless spaces stand around it', () => {
  const signs = fc
    .array(fc.constantFrom("'", '=', '"', '="', 'a', '-', '\t'), { maxLength: 8 })
    .map((all) => all.join(''));
  fc.assert(fc.property(signs, (given) => cellText(guard(given.trim())) === given.trim()));
});
