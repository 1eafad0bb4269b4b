import { expect, test } from 'vitest';
import { isErrorWord } from '../../../rules/values/error-words.ts';

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
