import { expect, test } from 'vitest';
import { isErrorWord, isPlaceholder } from '../../../rules/values/special-words.ts';
import { nameKey } from '../../../rules/values/text.ts';

test.each([
  '#N/A',
  '#SAKNAS!',
  '#NV',
  '#DZIEL/0!',
  '#¡VALOR!',
  '#NOMBRE!',
  'nan',
  'NaN',
  'NaT',
  'NULL',
  'n/a',
  'Undefined',
  '\\N',
  'Err:502',
  '#####',
  '&nbsp;',
  '&#160;&#xA0;',
])('%s is the word of a program for a missing value', (text) => {
  expect(isErrorWord(text)).toBe(true);
});

test.each(['Nan', 'Nat', 'Nil?', 'NA', 'None', 'Nul', '&nbsp;x', '&', '#1', 'Error', ''])('%j is none', (text) => {
  expect(isErrorWord(text)).toBe(false);
});

test.each(['-', 'N/A', 'null', '#N/A', '–', '?'])('%s looks like a placeholder', (text) => {
  expect(isPlaceholder(nameKey(text))).toBe(true);
});
test.each(['NA', 'None', '0', 'Sales'])('%s may be a name', (text) => {
  expect(isPlaceholder(nameKey(text))).toBe(false);
});
