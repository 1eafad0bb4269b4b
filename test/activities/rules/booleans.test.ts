import { expect, test } from 'vitest';
import { checkBoolean, formatBoolean } from '../../../activities/rules/booleans.ts';

test.each(['TRUE', 'true', '1', 'yes', 'Yes', 'ja', 'JA', 'sant', 'Sant'])('%s is TRUE', (text) => {
  expect(checkBoolean(text)).toEqual({ ok: true, value: true });
});
test.each(['FALSE', 'False', '0', 'no', 'nej', 'falskt'])('%s is FALSE', (text) => {
  expect(checkBoolean(text)).toEqual({ ok: true, value: false });
});
test.each(['maybe', '2', 'y', 'ja nej', '01'])('%s is neither', (text) => {
  expect(checkBoolean(text)).toEqual({ ok: false, code: 'BOOLEAN_INVALID', details: {} });
});
test('what templates write is read back', () => {
  for (const value of [true, false]) expect(checkBoolean(formatBoolean(value))).toEqual({ ok: true, value });
});
