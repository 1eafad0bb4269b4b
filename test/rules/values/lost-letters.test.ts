import { expect, test } from 'vitest';
import { lacksLetters, questionIn, withLettersLost } from '../../../rules/values/lost-letters.ts';

test.each([
  ['B?rbel', 'inside'],
  ['?ukasz', 'inside'],
  ['????', 'inside'],
  ['?7', 'inside'],
  ['Micha?', 'end'],
  ['Who?', 'end'],
  ['R&D?', 'end'],
  ['?', null],
  ['- ?', null],
  ['https://a.se/?id=1', null],
  ['a.se?id=1', null],
  ['Müller', null],
] as const)('the question mark of %j stands %s', (text, where) => {
  expect(questionIn(text)).toBe(where);
});

test.each([
  ['Micha?', 'Michał'],
  ['B?rbel', 'Bärbel'],
  ['B??rbel', 'Bärbel'],
  ['b?RBEL', 'Bärbel'],
  ['O?Brien', 'O’Brien'],
  ['????', 'Иван'],
  ['??????', '日本'],
  ['?öb', 'Łöb'],
  ['Forschun?', 'Forschung'],
  ['Wer? Ja?n', 'Wer? Jaän'],
])('%s lacks letters of %s', (text, whole) => {
  expect(lacksLetters(text, whole)).toBe(true);
});

test.each([
  ['Who?', 'Who'],
  ['Zoë?', 'Zoë'],
  ['A?', 'A1'],
  ['B?rbel', 'Baerbel'],
  ['Micha?', 'Michael'],
  ['Wer?', 'Wer?'],
  ['Michał', 'Michał'],
])('%s does not lack letters of %s', (text, whole) => {
  expect(lacksLetters(text, whole)).toBe(false);
});

test('a text and its whole text have one map key', () => {
  expect(withLettersLost('F?rs??ljning')).toBe(withLettersLost('Försäljning'));
  expect(withLettersLost('Micha?')).toBe(withLettersLost('MICHAŁ'));
  expect(withLettersLost('Marta')).not.toBe(withLettersLost('Märta'));
});
