import { describe, expect, test } from 'vitest';
import { chooser, codesOf, FULL, interpret } from '../interpret.ts';

test('a full row is parsed with all its values', () => {
  const parsed = interpret(FULL, ' Anna@Example.com ;E1;Anna;Berg;SV;ja;IT;1990-02-28;1500.50;bob@example.com');
  expect(parsed).toEqual({
    line: 2,
    email: 'Anna@Example.com',
    externalId: 'E1',
    hasReadableIdentity: true,
    firstName: 'Anna',
    lastName: 'Berg',
    language: 'sv',
    participates: true,
    values: { 1: 10, 2: '1990-02-28', 3: '1500.5' },
    references: { 4: 'bob@example.com' },
    backdates: {},
    newSegments: [],
    findings: [],
    refused: false,
    skipped: false,
    invalidCells: [],
    otherIdentities: [],
    doubtfulCells: [],
    inner: null,
    mayHideRows: false,
    hasUnreadIdentity: false,
  });
});

test('all errors are found in one pass, in column order', () => {
  const parsed = interpret(FULL, 'anna;E\u0007;A\ufffd;Berg;xx;maybe;it;2026-02-30;12 kr;b\u0000b');
  expect(parsed.findings.map(({ column, code }) => [column, code])).toEqual([
    ['Email', 'EMAIL_INVALID'],
    ['External Id', 'CONTROL_CHARACTER'],
    ['First name', 'REPLACEMENT_CHARACTER'],
    ['Language', 'LANGUAGE_UNKNOWN'],
    ['Participate in survey', 'BOOLEAN_INVALID'],
    ['Department', 'CASE_VARIANT'],
    ['Date of Birth', 'DATE_INVALID'],
    ['Salary', 'NUMBER_INVALID'],
    ['Manager', 'CONTROL_CHARACTER'],
  ]);
  expect(parsed).toMatchObject({
    refused: true,
    email: null,
    externalId: null,
    hasReadableIdentity: false,
    lastName: 'Berg',
  });
  expect(parsed.findings[0]).toMatchObject({ line: 2, value: 'anna' });
});

describe('identity', () => {
  test('a row without an identity is refused', () => {
    expect(interpret('Email;External Id;First name', ' ; ;Anna')).toMatchObject({
      refused: true,
      hasReadableIdentity: false,
      findings: [{ code: 'NO_IDENTITY', column: null }],
    });
  });

  test('an invalid email is not a missing identity', () => {
    expect(codesOf('Email;First name', 'anna;Anna')).toEqual(['EMAIL_INVALID']);
  });

  test('one readable identity beside an invalid one is read, and the row is still refused', () => {
    expect(interpret('Email;External Id', 'anna;E1')).toMatchObject({
      refused: true,
      hasReadableIdentity: true,
      externalId: 'E1',
    });
  });

  test('a shortened external id is refused', () => {
    expect(codesOf('External Id', '4.67E+11')).toEqual(['SCIENTIFIC_NOTATION']);
  });
});

describe('empty cells', () => {
  const row = 'a@b.se;;;;;;;;;';
  test('are ignored', () => {
    expect(interpret(FULL, row)).toMatchObject({
      firstName: null,
      lastName: null,
      values: {},
      references: {},
      findings: [],
    });
  });

  test('clear optional values if the option is set', () => {
    const parsed = interpret(FULL, row, { resetEmptyFields: true });
    expect(parsed).toMatchObject({
      externalId: null,
      firstName: null,
      lastName: '',
      language: null,
      participates: null,
      values: { 1: null, 2: null, 3: null },
      references: { 4: '' },
      findings: [],
    });
  });

  test('that a short row does not have leave values untouched even then', () => {
    const parsed = interpret(FULL, 'a@b.se;E1;Anna', { resetEmptyFields: true });
    expect(parsed).toMatchObject({ lastName: null, values: {}, references: {}, refused: false });
    expect(parsed.findings).toMatchObject([{ code: 'SHORT_ROW', details: { cells: 3, expected: 10 } }]);
  });

  test('of spaces are empty', () => {
    expect(interpret('Email;Last name', 'a@b.se; \u00a0\t ', { resetEmptyFields: true }).lastName).toBe('');
  });
});

describe('#CLEAR', () => {
  test('clears one value with any options', () => {
    const parsed = interpret(FULL, 'a@b.se;;;#CLEAR;;;#clear;#CLEAR;;#CLEAR');
    expect(parsed).toMatchObject({ lastName: '', values: { 1: null, 2: null }, references: { 4: '' }, findings: [] });
    expect(parsed.values).not.toHaveProperty('3');
  });

  test.each(['Email', 'External Id', 'First name', 'Language', 'Participate in survey'])('cannot clear %s', (name) => {
    const parsed = interpret(name === 'Email' ? 'External Id;Email' : `Email;${name}`, 'a@b.se;#CLEAR');
    expect(parsed).toMatchObject({
      refused: true,
      findings: [{ code: 'REQUIRED_MISSING', column: name, details: { field: name, clearing: true } }],
    });
  });
});

describe('the shape of a row', () => {
  test('extra cells are fine if blank, else refused', () => {
    expect(codesOf('Email;Last name', 'a@b.se;Berg; ;')).toEqual([]);
    expect(interpret('Email;Last name', 'a@b.se;Berg;;extra')).toMatchObject({
      refused: true,
      findings: [{ code: 'TOO_MANY_CELLS', value: 'extra', details: { cells: 4, expected: 2 } }],
    });
  });

  test('a row that lacks only columns that are not ours is not short', () => {
    expect(codesOf('Email;Last name;', 'a@b.se;Berg')).toEqual([]);
  });

  test('a stray quote is a warning', () => {
    expect(interpret('Email;Last name', 'a@b.se;Be"rg', { strayQuotes: [1] })).toMatchObject({
      lastName: 'Be"rg',
      refused: false,
      findings: [{ code: 'STRAY_QUOTE', value: 'Be"rg' }],
    });
  });

  test('a truncated row is refused', () => {
    expect(interpret('Email;Last name', 'a@b.se;Berg', { truncated: true })).toMatchObject({
      refused: true,
      findings: [{ code: 'TOO_LONG' }],
    });
  });
});

test('a cell may have as many characters as the limit says, and not one more', () => {
  expect(codesOf('Email;Last name', `a@b.se;${'x'.repeat(100)}`)).toEqual([]);
  expect(codesOf('Email;Last name', `a@b.se;'=${'x'.repeat(99)}`)).toEqual([]);
  expect(interpret('Email;Last name', `a@b.se;${'x'.repeat(101)}`).findings).toMatchObject([
    { code: 'TOO_LONG', details: { limit: 100 } },
  ]);
  expect(codesOf('Email;Last name', `a@b.se;${' '.repeat(101)}`)).toEqual(['TOO_LONG']);
});

test('the formula guard is removed', () => {
  expect(interpret('Email;Last name;Salary', "a@b.se;'=Berg;-5")).toMatchObject({
    lastName: '=Berg',
    values: { 3: '-5' },
  });
});

describe('choices', () => {
  test('an unknown name becomes one new segment for all its spellings', () => {
    const segments = chooser();
    const first = interpret('Email;Department', 'a@b.se;New  Team', { segments });
    const second = interpret('Email;Department', 'c@d.se;NEW TEAM', { segments });
    expect(segments.added).toEqual(['New Team']);
    expect(first).toMatchObject({ values: { 1: 101 }, newSegments: [101], findings: [] });
    expect(second).toMatchObject({ values: { 1: 101 }, newSegments: [101] });
    expect(second.findings).toMatchObject([
      { code: 'CASE_VARIANT', value: 'NEW TEAM', details: { spelling: 'New Team' } },
    ]);
  });

  test('a known name is found, in another case with a warning, by an alias without', () => {
    expect(interpret('Email;Department', 'a@b.se;IT')).toMatchObject({
      values: { 1: 10 },
      newSegments: [],
      findings: [],
    });
    expect(codesOf('Email;Department', 'a@b.se;it')).toEqual(['CASE_VARIANT']);
    expect(codesOf('Email;Department', 'a@b.se;information TECHNOLOGY')).toEqual([]);
  });

  test('a sign for nothing is used as a name, with a warning', () => {
    expect(interpret('Email;Department', 'a@b.se;N/A')).toMatchObject({
      values: { 1: 101 },
      refused: false,
      findings: [{ code: 'PLACEHOLDER', value: 'N/A' }],
    });
  });
});

test('a value in none of the ranges is kept, with a warning', () => {
  const range = { segmentId: 1, lowerNumber: '0', upperNumber: '100', lowerDay: null, upperDay: null };
  const ranges = new Map([
    [2, [range]],
    [3, [range]],
  ]);
  expect(codesOf(FULL, 'a@b.se;;;;;;;1990-01-01;99;', { ranges })).toEqual([]);
  const parsed = interpret(FULL, 'a@b.se;;;;;;;1890-01-01;100;', { ranges });
  expect(parsed.findings.map(({ code, column }) => [code, column])).toEqual([
    ['NO_RANGE', 'Date of Birth'],
    ['NO_RANGE', 'Salary'],
  ]);
  expect(parsed).toMatchObject({ refused: false, values: { 2: '1890-01-01', 3: '100' } });
});

test('the example row of the template is skipped, unless it has an identity of a user', () => {
  expect(interpret('Email;First name', 'example.person@example.com;Me')).toMatchObject({
    skipped: true,
    refused: false,
    firstName: null,
    findings: [{ code: 'EXAMPLE_ROW' }],
  });
  expect(interpret('Email;External Id', 'example.person@example.com;E1').skipped).toBe(false);
});

describe('characters that cannot be seen', () => {
  test('are kept in names, with a warning', () => {
    const parsed = interpret(FULL, 'a@b.se;;An\u200bna;Berg\u202e;;;Sales\u200b;;;');
    expect(parsed).toMatchObject({ refused: false, firstName: 'An\u200bna', lastName: 'Berg\u202e' });
    expect(parsed.findings).toMatchObject([
      { code: 'INVISIBLE_CHARACTER', column: 'First name', details: { character: 'U+200B', position: 3 } },
      { code: 'INVISIBLE_CHARACTER', column: 'Last name', details: { character: 'U+202E', position: 5 } },
      { code: 'INVISIBLE_CHARACTER', column: 'Department', details: { character: 'U+200B', position: 6 } },
    ]);
  });

  test('refuse the row in identities and references', () => {
    expect(codesOf(FULL, 'a\u200b@b.se;;;;;;;;;')).toEqual(['CONTROL_CHARACTER']);
    expect(codesOf(FULL, ';E\u200b1;;;;;;;;')).toEqual(['CONTROL_CHARACTER']);
    expect(codesOf(FULL, 'a@b.se;;;;;;;;;E\u200b1')).toEqual(['CONTROL_CHARACTER']);
  });
});

test('a reference by a number that a spreadsheet has shortened has its own finding', () => {
  expect(codesOf(FULL, 'a@b.se;;;;;;;;;4.67012E+11')).toEqual(['SCIENTIFIC_NOTATION']);
});

describe('an id that was written as a formula to keep its zeros', () => {
  test('is what the formula shows', () => {
    expect(interpret(FULL, ';="0042";;;;;;;;="0043"')).toMatchObject({ externalId: '0042', references: { 4: '0043' } });
  });

  test('is the formula itself if it is guarded', () => {
    expect(interpret(FULL, ';\'="0042";\'="Anna";;;;;;;')).toMatchObject({
      externalId: '="0042"',
      firstName: '="Anna"',
    });
  });

  test('is read in every column, with doubled quotes and outer spaces', () => {
    const cells = '="a@b.se";="E1"; ="Bo ""B"" Berg" ;=" Berg ";="sv";="nej";="it";="1980-01-31";="1234.5";="c@b.se"';
    expect(interpret(FULL, cells)).toMatchObject({
      ...{ email: 'a@b.se', externalId: 'E1', firstName: 'Bo "B" Berg', lastName: 'Berg', language: 'sv' },
      ...{ participates: false, values: { 1: 10, 2: '1980-01-31', 3: '1234.5' }, references: { 4: 'c@b.se' } },
    });
  });

  test('is an empty cell if it shows nothing', () => {
    expect(interpret(FULL, 'a@b.se;="";="";;;;;;;')).toMatchObject({ externalId: null, firstName: null, findings: [] });
    expect(codesOf(FULL, '="";="";="Bo";;;;;;;')).toEqual(['NO_IDENTITY']);
  });
});
