import type { Checked } from './findings.ts';

/** Checks a trimmed cell for TRUE or FALSE: English, Swedish, and 1/0, in any case. */
export const checkBoolean = (text: string): Checked<boolean> => {
  const value = WORDS.get(text) ?? WORDS.get(text.toUpperCase());
  return value === undefined ? { ok: false, code: 'BOOLEAN_INVALID', details: {} } : { ok: true, value };
};

/** As templates write it and spreadsheet programs know it. */
export const formatBoolean = (value: boolean): string => (value ? 'TRUE' : 'FALSE');

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['TRUE', true],
  ['1', true],
  ['YES', true],
  ['JA', true],
  ['SANT', true],
  ['FALSE', false],
  ['0', false],
  ['NO', false],
  ['NEJ', false],
  ['FALSKT', false],
]);
