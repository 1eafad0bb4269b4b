import { expect, test } from 'vitest';
import { checkBoolean, formatBoolean } from '../../../rules/values/booleans.ts';

test.each([
  ...['TRUE', 'true', '1', 'yes', 'Yes', '1.0', '1,0', '1.00', '１', 'ｔｒｕｅ'],
  ...['ja', 'JA', 'sant', 'Sant', 'SAND', 'SANN', 'TOSI', 'kyllä', 'KYLLÄ', 'kylla', 'WAHR', 'VRAI', 'oui'],
  ...['VERDADERO', 'sí', 'SI', 'VERO', 'sì', 'si\u0300', 'WAAR', 'PRAWDA', 'tak', 'VERDADEIRO', 'Sim'],
])('%s is TRUE', (text) => {
  expect(checkBoolean(text)).toEqual({ ok: true, value: true });
});
test.each([
  ...['FALSE', 'False', '0', 'no', '0.0', '0,0', '０'],
  ...['nej', 'falskt', 'FALSK', 'USANN', 'nei', 'EPÄTOSI', 'epatosi', 'ei', 'FALSCH', 'nein', 'FAUX', 'non', 'FALSO'],
  ...['ONWAAR', 'nee', 'FAŁSZ', 'falsz', 'nie', 'Não', 'NAO', 'na\u0303o'],
])('%s is FALSE', (text) => {
  expect(checkBoolean(text)).toEqual({ ok: true, value: false });
});
test.each([
  ...['maybe', '2', 'ja nej', '01', '-1', '1.5', '¹', '①', '١', 'TRUE!', 'x', 'ja'.repeat(50)],
  ...['T', 'F', 'Y', 'N', 'y', 'J', 'V', 'S', 'O', 'W', 'K', 'E'],
])('%s is neither', (text) => {
  expect(checkBoolean(text)).toEqual({ ok: false, code: 'BOOLEAN_INVALID', details: {} });
});
test('the booleans of templates are read back', () => {
  for (const value of [true, false]) expect(checkBoolean(formatBoolean(value))).toEqual({ ok: true, value });
});
