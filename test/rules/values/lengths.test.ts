import { expect, test } from 'vitest';
import { interpret } from '../interpret.ts';

test.each([
  ['External Id', 255, 'x'],
  ['External Id', 255, '😀'],
  ['First name', 200, 'x'],
  ['Last name', 200, '😀'],
  ['Department', 200, 'e\u0301'],
  ['Manager', 255, 'x'],
])('%s has %i characters at most (%s), outer spaces not counted', (header, most, character) => {
  const read = (length: number) =>
    interpret(`Email;${header}`, `a@b.se;  ${character.repeat(length)} `, { limits: { maxCellCharacters: 10_000 } });
  expect(read(most).findings).toEqual([]);
  expect(read(most + 1)).toMatchObject({
    refused: true,
    findings: [{ code: 'TOO_LONG', column: header, details: { limit: most, length: most + 1 } }],
  });
});

test.each(['Language', 'Participate in survey', 'Date of Birth', 'Salary'])(
  'the length of %s is looked at before what it says',
  (header) => {
    const read = (length: number) =>
      interpret(`Email;${header}`, `a@b.se;${'!'.repeat(length)}`, { limits: { maxCellCharacters: 10_000 } });
    expect(read(100).findings).not.toMatchObject([{ code: 'TOO_LONG' }]);
    expect(read(101).findings).toMatchObject([{ code: 'TOO_LONG', details: { limit: 100, length: 101 } }]);
  },
);

test('a number has 100 characters at most as it is stored, too', () => {
  const read = (digits: number) =>
    interpret('Email;Salary', `a@b.se;.${'1'.repeat(digits)}`, { limits: { maxCellCharacters: 10_000 } });
  expect(read(98).values).toEqual({ 3: `0.${'1'.repeat(98)}` });
  expect(read(99).findings).toMatchObject([{ code: 'TOO_LONG', column: 'Salary' }]);
});

test('a backdate that is too long refuses the row', () => {
  const header = 'Email;Department;Department backdate';
  const limits = { maxCellCharacters: 10_000 };
  expect(interpret(header, `a@b.se;IT;${'1'.repeat(101)}`, { limits })).toMatchObject({
    refused: true,
    findings: [{ code: 'TOO_LONG', column: 'Department backdate', details: { kind: 'date', limit: 100 } }],
  });
});

test('the stored length counts if NFC makes a text longer', () => {
  const read = (length: number) =>
    interpret('Email;Last name', `a@b.se;${'\ufb2c'.repeat(length)}`, { limits: { maxCellCharacters: 10_000 } });
  expect(read(66).findings).toEqual([]);
  expect(read(67).findings).toMatchObject([{ code: 'TOO_LONG', details: { length: 201 } }]);
});

test('an identity that is too long is not readable', () => {
  const limits = { maxCellCharacters: 10_000 };
  const long = 'x'.repeat(256);
  expect(interpret('External Id;First name', `${long};Bo`, { limits })).toMatchObject({
    hasReadableIdentity: false,
    mayHideRows: false,
    findings: [{ code: 'TOO_LONG' }],
  });
  expect(interpret('Email;External Id', `a@b.se;${long}`, { limits })).toMatchObject({
    hasReadableIdentity: true,
    mayHideRows: false,
  });
});
