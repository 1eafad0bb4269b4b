import { expect, test } from 'vitest';
import { checkText, invisibleIn, isLongerThan, nameKey, tidyName } from '../../../rules/values/text.ts';

test('letters, signs, tabs and line breaks are text', () => {
  for (const text of ['Åsa', 'O’Brien', 'a\tb\r\nc', '李明', '😀', 'e\u200dx'])
    expect(checkText(text)).toEqual({ ok: true, value: text });
});

test('control characters and lost letters are not', () => {
  expect(checkText('a\u0000b')).toEqual({
    ok: false,
    code: 'CONTROL_CHARACTER',
    details: { character: 'U+0000', position: 2 },
  });
  expect(checkText('a\u0085')).toMatchObject({ code: 'CONTROL_CHARACTER' });
  expect(checkText('J\ufffdrgen')).toEqual({ ok: false, code: 'REPLACEMENT_CHARACTER', details: { position: 2 } });
});

test('text is stored composed', () => {
  expect(checkText('A\u030asa')).toEqual({ ok: true, value: '\u00c5sa' });
});

test('names are tidied, and compared without case', () => {
  expect(tidyName('Human\u00a0 \n Resources')).toBe('Human Resources');
  expect(nameKey('  HUMAN  resources ')).toBe('human resources');
  expect(nameKey('FÖRSÄLJNING')).toBe(nameKey('fo\u0308rsa\u0308ljning'));
});

test('length is counted in characters, not in units', () => {
  expect(isLongerThan('😀😀', 2)).toBe(false);
  expect(isLongerThan('😀😀a', 2)).toBe(true);
  expect(isLongerThan('aaa', 2)).toBe(true);
  expect(isLongerThan('a'.repeat(100), 2)).toBe(true);
});

test.each([
  ['Sales\u200b', 'U+200B', 6],
  ['\u202eBerg', 'U+202E', 1],
  ['Human\u00adist', 'U+00AD', 6],
  ['a\ufeffb', 'U+FEFF', 2],
])('%j has an invisible character', (text, character, position) => {
  expect(invisibleIn(text)).toEqual({ character, position });
});

test.each(['می\u200cخواهم', 'क्\u200dष', 'র\u200d্য', '👩\u200d💻', '👩🏽\u200d💻', '🏳\ufe0f\u200d🌈', 'ᠮ\u180bᠮ'])(
  'the joiners of %s belong to its spelling',
  (text) => {
    expect(invisibleIn(text)).toBeNull();
  },
);

test.each(['a\u200db', '\u200cمی', 'می\u200c', '👩\u200d', '\u200d👩', 'ab\u180b', 'می\u200bخ'])(
  '%j has one that nothing needs',
  (text) => {
    expect(invisibleIn(text)).not.toBeNull();
  },
);

test.each(['Åsa', 'O’Brien', 'मनीष', '😀', 'a\tb', 'Zoë'])('%s has no invisible character', (text) => {
  expect(invisibleIn(text)).toBeNull();
});

test('names are compared composed, with single spaces, without case', () => {
  expect(nameKey(' IT  Support\n')).toBe(nameKey('it support'));
  expect(nameKey('Forvaltning')).not.toBe(nameKey('Förvaltning'));
});
