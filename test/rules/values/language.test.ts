import { expect, test } from 'vitest';
import { checkLanguage, isInOtherWords } from '../../../rules/values/language.ts';

test('a language is found without case and returned in the spelling of the list', () => {
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

const LIST = ['en', 'sv', 'da', 'nb', 'fi', 'de', 'fr', 'es', 'it', 'nl', 'pl', 'pt'];

test.each([
  ['Swedish', 'sv'],
  ['svenska', 'sv'],
  ['SCHWEDISCH', 'sv'],
  ['Engelska', 'en'],
  ['Tyska', 'de'],
  ['Deutsch', 'de'],
  ['français', 'fr'],
  ['FRANCAIS', 'fr'],
  ['Norsk', 'nb'],
  ['Norsk bokmål', 'nb'],
  ['Norwegian (Bokmål)', 'nb'],
  ['polaco', 'pl'],
  ['Suomi', 'fi'],
  ['Holländska', 'nl'],
  ['sv_SE.UTF-8', 'sv'],
  ['de_DE@euro', 'de'],
  ['English (United States)', 'en'],
  ['English (UK)', 'en'],
  ['Portugués (Brasil)', 'pt'],
])('%s is a name or locale and read as %s', (text, value) => {
  expect(checkLanguage(text, LIST)).toEqual({ ok: true, value });
  expect(isInOtherWords(text, value)).toBe(true);
});

test('every language is known by its name in all of them', () => {
  for (const reader of LIST) {
    const namesIn = new Intl.DisplayNames(reader, { type: 'language' });
    for (const code of LIST) expect(checkLanguage(namesIn.of(code) ?? '', LIST)).toEqual({ ok: true, value: code });
  }
});

test.each([
  'nn',
  'nynorsk',
  'Norwegian (Nynorsk)',
  'zh-TW',
  'Chinese (Taiwan)',
  'Estonian',
  'English (Old)',
  'C.UTF-8',
])('%s is no language of the list', (text) => {
  expect(checkLanguage(text, LIST)).toMatchObject({ ok: false, code: 'LANGUAGE_UNKNOWN' });
});

test('a region is kept if the list has it', () => {
  expect(checkLanguage('Portuguese (Brazil)', ['pt', 'pt-BR'])).toEqual({ ok: true, value: 'pt-BR' });
  expect(checkLanguage('Portuguese', ['pt-BR'])).toMatchObject({ ok: false });
});

test('a code in capital letters is the code itself', () => {
  expect(isInOtherWords('SV', 'sv')).toBe(false);
  expect(isInOtherWords('pt-br', 'pt-BR')).toBe(false);
  expect(isInOtherWords('no', 'nb')).toBe(true);
});
