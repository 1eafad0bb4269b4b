import { expect, test } from 'vitest';
import { isRespelling, isWithoutZeros, respellings } from '../../../rules/values/respellings.ts';

test.each(['1001', '0042', 'E-17', 'a_b', 'anna', '4c2f-88'])('%s is no respelling', (id) => {
  expect(respellings('externalId', id)).toEqual([]);
});

test.each([
  ['1001.0', '1001'],
  ['1001,000', '1001'],
  ['1,001', '1001'],
  ['1.001.001', '1001001'],
  ['1 001', '1001'],
  ['1\u202f001', '1001'],
  ["1'001", '1001'],
  ['10,01,001', '1001001'],
  ['1,001.00', '1001'],
  ['+1001', '1001'],
  ['1001.', '1001'],
  ["'E-17", 'E-17'],
  ['´E-17', 'E-17'],
  ["''E-17''", 'E-17'],
  ['[E-17]', 'E-17'],
  ['ID#E-17', 'E-17'],
  ['Nr. 17', '17'],
  ['E‑17', 'E-17'],
  ['İD-1', 'id-1'],
  ['ıd-1', 'id-1'],
  ['A&amp;B', 'A&B'],
  ['0042&nbsp;', '0042'],
  ['A%20B', 'A B'],
  ['A  B', 'A B'],
])('%s may be %s', (id, key) => {
  expect(isRespelling('externalId', id, key.toLowerCase())).toBe(true);
});

test.each(['1,00', '1,0011', '12345,678', '1,001.001', 'a,b', '1.001,1'])('%s has no sign between thousands', (id) => {
  expect(respellings('externalId', id).filter((one) => /^\d{4,}$/.test(one))).toEqual([]);
});

test('a spelling of a number can mean two', () => {
  expect(respellings('externalId', '1.000')).toEqual(['1', '1000']);
});

test('an email of a Turkish keyboard or with a domain in ASCII may be another', () => {
  expect(isRespelling('email', 'İZMİR@acme.test', 'izmir@acme.test')).toBe(true);
  expect(isRespelling('email', 'anna@xn--mller-kva.de', 'anna@müller.de')).toBe(true);
  expect(isRespelling('email', 'anna@müller.de', 'anna@xn--mller-kva.de')).toBe(true);
  expect(isRespelling('email', 'ａnna@acme.test', 'anna@acme.test')).toBe(true);
  expect(respellings('email', 'anna@acme.test')).toEqual([]);
  expect(respellings('email', "anna.o'neil+b_c-d@acme.test")).toEqual([]);
});

test.each(['#', '=', '-', '..', '/', 'email=', '~', 'O=ACME/CN='])(
  'an email behind %s may be one without it',
  (lead) => {
    expect(isRespelling('email', `${lead}anna@acme.test`, 'anna@acme.test')).toBe(true);
  },
);

test('leading zeros may be lost, also in a number with decimals', () => {
  expect(isWithoutZeros('42', '0042')).toBe(true);
  expect(isWithoutZeros('42.0', '0042')).toBe(true);
  expect(isWithoutZeros('42.5', '0042')).toBe(false);
  expect(isWithoutZeros('42', '42')).toBe(false);
});
