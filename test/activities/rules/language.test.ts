import { expect, test } from 'vitest';
import { checkLanguage } from '../../../activities/rules/language.ts';

test('a language is found without regard to case and given as the list spells it', () => {
  expect(checkLanguage('sv', ['en', 'sv'])).toEqual({ ok: true, value: 'sv' });
  expect(checkLanguage('SV', ['en', 'sv'])).toEqual({ ok: true, value: 'sv' });
  expect(checkLanguage('pt-br', ['pt-BR'])).toEqual({ ok: true, value: 'pt-BR' });
});

test.each([
  ['sv-SE', 'sv'],
  ['sv_SE', 'sv'],
  ['en-Latn-GB', 'en'],
  ['pt-BR', 'pt-BR'],
  ['pt-PT', 'pt'],
  ['pt-BR-x-office', 'pt-BR'],
  ['no', 'nb'],
  ['no-NO', 'nb'],
  ['swe', 'sv'],
  ['eng', 'en'],
])('%s is looked up by its parts and found as %s', (text, value) => {
  expect(checkLanguage(text, ['en', 'sv', 'nb', 'pt', 'pt-BR'])).toEqual({ ok: true, value });
});

test.each(['xx', 'x-sv', 'e', 'sv--SE x', '-', '', 'i-default'])(
  '%j is not on the list, and the list is told',
  (text) => {
    expect(checkLanguage(text, ['en', 'sv'])).toEqual({
      ok: false,
      code: 'LANGUAGE_UNKNOWN',
      details: { languages: 'en, sv' },
    });
  },
);

test.each([
  ['Swedish', 'sv'],
  ['svenska', 'sv'],
  ['Engelska', 'en'],
])('%s is a name and not a code: the code is suggested, and nothing read', (text, suggested) => {
  expect(checkLanguage(text, ['en', 'sv'])).toMatchObject({ ok: false, details: { suggested } });
});
