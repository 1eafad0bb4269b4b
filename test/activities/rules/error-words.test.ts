import { expect, test } from 'vitest';
import { isErrorWord } from '../../../activities/rules/error-words.ts';

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
  '\\N',
  'Err:502',
  '#####',
])('%s is what a program writes without a value', (text) => {
  expect(isErrorWord(text)).toBe(true);
});

test.each(['Nan', 'Nat', 'Nil?', 'NA', 'None', 'Nul', '#1', 'Error', ''])('%j is none', (text) => {
  expect(isErrorWord(text)).toBe(false);
});
