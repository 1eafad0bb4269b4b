import { expect, test } from 'vitest';
import { checkLanguage } from '../../../activities/rules/language.ts';

test('a language is found without regard to case and given as the list spells it', () => {
  expect(checkLanguage('sv', ['en', 'sv'])).toEqual({ ok: true, value: 'sv' });
  expect(checkLanguage('SV', ['en', 'sv'])).toEqual({ ok: true, value: 'sv' });
  expect(checkLanguage('pt-br', ['pt-BR'])).toEqual({ ok: true, value: 'pt-BR' });
});

test.each(['swedish', 'sv-SE', 'xx'])('%s is not on the list, and the list is told', (text) => {
  expect(checkLanguage(text, ['en', 'sv'])).toEqual({
    ok: false,
    code: 'LANGUAGE_UNKNOWN',
    details: { languages: 'en, sv' },
  });
});
