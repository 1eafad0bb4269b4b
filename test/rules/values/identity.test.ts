import { expect, test } from 'vitest';
import { checkEmail, checkExternalId, identityKey } from '../../../rules/values/identity.ts';

test.each([
  'anna@example.com',
  'Anna.Berg+hr@Example.COM',
  "o'brien@example.co.uk",
  'a@b.se',
  '100%sure@example.com',
  'user@xn--mller-kva.de',
  'anna@müller.de',
  'jürgen@example.com',
  'zaunkönig@müller.de',
  '用户@例子.公司',
  'अजय@डाटा.भारत',
  '!#$%&*+/=?^_`{|}~-@example.com',
])('%s is an email address and keeps its spelling', (text) => {
  expect(checkEmail(text)).toEqual({ ok: true, value: text });
});

test.each([
  'anna',
  '@example.com',
  'anna@',
  'anna@@example.com',
  'anna berg@example.com',
  'anna@example..com',
  'anna@-example.com',
  'anna@exa_mple.com',
  'jür“gen@example.com',
  `${'ü'.repeat(33)}@example.com`,
  `ü@${'b23456789.'.repeat(25)}com`,
  'a@b',
  'a@localhost',
  'bob@acme.',
  "'bob@acme.test",
  'bob%40acme.test',
  'bob%2Bx@acme.test',
  'a@b.se; c@d.se',
  'a@b.se\nc@d.se',
  'Anna <anna@example.com>',
  `${'a'.repeat(65)}@example.com`,
  `a@${'b'.repeat(64)}.com`,
  `a@${'b23456789.'.repeat(25)}com`,
])('%j is no email address, and the finding has the reason', (text) => {
  const email = checkEmail(text);
  expect(email).toMatchObject({ ok: false, code: 'EMAIL_INVALID' });
  expect(!email.ok && email.details.reason).toMatch(/\w/);
});

test.each([
  ['an\u200bna@example.com', 'CONTROL_CHARACTER', 'U+200B'],
  ['anna@exam\u200bple.com', 'CONTROL_CHARACTER', 'U+200B'],
  ['anna@ex\u0007ample.com', 'CONTROL_CHARACTER', 'U+0007'],
  ['an\ufffdna@example.com', 'REPLACEMENT_CHARACTER', undefined],
])('%j has an invisible character', (text, code, character) => {
  const email = checkEmail(text);
  expect(email).toMatchObject({ ok: false, code });
  expect(!email.ok && email.details.character).toBe(character);
});

test.each(['E1', '0012', 'Å-7', 'a b', '=7', '12345678901234567890'])('%s is an external id', (text) => {
  expect(checkExternalId(text)).toEqual({ ok: true, value: text });
});

test.each([
  ['E\u00001', 'CONTROL_CHARACTER'],
  ['E\t1', 'CONTROL_CHARACTER'],
  ['E\u202e1', 'CONTROL_CHARACTER'],
  ['#N/A', 'NO_IDENTITY'],
  ['None', 'NO_IDENTITY'],
  ['--', 'NO_IDENTITY'],
  ['E\ufffd', 'REPLACEMENT_CHARACTER'],
  ['4.67012E+11', 'SCIENTIFIC_NOTATION'],
  ['4,67012E+11', 'SCIENTIFIC_NOTATION'],
])('%j is no external id', (text, code) => {
  expect(checkExternalId(text)).toMatchObject({ ok: false, code });
});

test('composed and decomposed spellings of an id are equal', () => {
  expect(checkExternalId('A\u030a1')).toEqual({ ok: true, value: '\u00c51' });
});

test('identities are compared without case and outer spaces', () => {
  expect(identityKey(' Anna@Example.com\u00a0')).toBe('anna@example.com');
});

test('a hostile address is refused quickly', () => {
  const before = process.threadCpuUsage();
  checkEmail(`a@${'a-'.repeat(5_000)}`);
  checkEmail(`${'a'.repeat(10_000)}!`);
  checkEmail(`a@${'a.'.repeat(5_000)}`);
  // CPU time in microseconds: other processes do not count.
  expect(process.threadCpuUsage(before).user).toBeLessThan(200_000);
});

test('composed and decomposed spellings of an address are equal', () => {
  expect(checkEmail('ju\u0308rgen@example.com')).toEqual({ ok: true, value: 'j\u00fcrgen@example.com' });
});

test.each([
  ['Anna Berg <anna@example.com>', 'anna@example.com'],
  ['mailto:anna@example.com', 'anna@example.com'],
  ['anna@example.com.', 'anna@example.com'],
  ['anna@example.com,', 'anna@example.com'],
  ["'anna@example.com'", 'anna@example.com'],
  ["'o'neil@example.com", "o'neil@example.com"],
  ['“Anna” <anna@example.com>', 'anna@example.com'],
  ['<anna@example.com>', 'anna@example.com'],
  ['**anna@example.com**', 'anna@example.com'],
  ['mailto://anna@example.com', 'anna@example.com'],
  ['mailto:anna@example.com?subject=Hi%20there', 'anna@example.com'],
  ['[anna@example.com](mailto:anna@example.com)', 'anna@example.com'],
  ['anna@example.com (work)', 'anna@example.com'],
  ['Anna Berg [SMTP:anna@example.com]', 'anna@example.com'],
  ['anna%40example.com', 'anna@example.com'],
  ['anna%2Bhr@example.com', 'anna+hr@example.com'],
  ['anna@example.com; bo@example.com', undefined],
  ['anna berg@example.com', undefined],
  ['Anna anna@example.com', undefined],
  ['anna@example.co .uk', undefined],
  ['a/anna@example.com.', undefined],
  ['a!anna@example.com (work)', undefined],
  ['anna', undefined],
])('%s is no address, but holds %s', (text, suggested) => {
  const email = checkEmail(text);
  expect(!email.ok && email.details.suggested).toBe(suggested);
});
