import { describe, expect, test } from 'vitest';
import { CATALOGUE, type FindingCode, isFindingCode, scopeOf } from '../../../rules/findings/catalogue.ts';
import { describeFinding, TEXT_LANGUAGES, titleOf } from '../../../rules/findings/describe-finding.ts';
import { finding } from '../../../rules/findings/findings.ts';

/** Codes are stored and public, so none is renamed or goes. A new one need not stand here. */
const CODES = {
  file: `FILE_EMPTY NOT_CSV ENCODING_UNKNOWN DELIMITER_UNKNOWN OPEN_QUOTE ROWS_IN_HEADER LINES_QUOTED OTHER_HEADER NO_HEADER DUPLICATE_HEADER NO_IDENTITY_COLUMN
    TOO_MANY_ROWS TOO_MANY_COLUMNS BACKDATE_WITHOUT_COLUMN DELETE_WITHOUT_ROWS DELETE_WITHOUT_MATCH DELETE_WITH_ERROR_LOG`,
  row: `NO_IDENTITY ROWS_IN_CELL ROW_IN_ONE_CELL IDENTITY_CONFLICT DUPLICATE_ROW EMAIL_INVALID EMAIL_CHANGE EXTERNAL_ID_CHANGE LEADING_ZEROS_LOST LETTER_LOST EMAIL_TAKEN
    IDENTITY_RESPELLED RESTORE_NAME_DIFFERS
    EXTERNAL_ID_TAKEN REQUIRED_MISSING LANGUAGE_UNKNOWN DATE_INVALID DATE_AMBIGUOUS NUMBER_INVALID NUMBER_AMBIGUOUS
    BOOLEAN_INVALID TOO_LONG TOO_MANY_CELLS CONTROL_CHARACTER REPLACEMENT_CHARACTER SCIENTIFIC_NOTATION PERSON_NOT_FOUND
    PERSON_DELETED PERSON_ROW_REFUSED CYCLE CHANGED_SINCE_PLAN`,
  cell: 'PERSON_IS_SELF BACKDATE_INVALID BACKDATE_TOO_OLD BACKDATE_IN_FUTURE BACKDATE_NEW_USER',
  warning: `UNKNOWN_HEADER UNNAMED_COLUMN DUPLICATE_IDENTICAL SHORT_ROW STRAY_QUOTE CASE_VARIANT PLACEHOLDER
    HTML_ENTITY INVISIBLE_CHARACTER DOUBLE_ENCODED ENCODING_CONVERTED DELIMITER_DETECTED TRAILING_DELIMITERS HEADER_AGAIN EXAMPLE_ROW EXISTING_CYCLE NO_RANGE RESTORES_DELETED REFERENCE_CLEARED DATE_IMPLAUSIBLE WORDS_READ
    BACKDATE_PARTICIPATION_TRUE BACKDATE_WITHOUT_VALUE DELETION_OFF KEPT TAKES_DELETED_ID NAME_OF_MISSING`,
};
const codes = Object.keys(CATALOGUE) as FindingCode[];

test('a value is shown without outer spaces, and is cut after that', () => {
  const { value } = finding(
    2,
    'BACKDATE_INVALID',
    'Manager backdate',
    `\r\n\t\u00a0${' '.repeat(300)}${'a '.repeat(200)}`,
  );
  expect(value).toBe('a '.repeat(100));
});

test('the catalogue keeps each code, in its scope', () => {
  for (const [scope, names] of Object.entries(CODES)) {
    expect(codes.filter((code) => scopeOf(code) === scope)).toEqual(expect.arrayContaining(names.split(/\s+/)));
  }
});

describe.each(codes)('%s', (code) => {
  const entry = CATALOGUE[code];

  test.each(TEXT_LANGUAGES)('has whole sentences in %s, with and without details', (language) => {
    for (const value of [null, 'given']) {
      const { message, suggestion } = describeFinding(code, {}, value, language);
      for (const text of [message, suggestion, entry.meaning]) {
        expect(text).toMatch(/^["A-ZÅÄÖ].*[.?]$/);
        expect(text).not.toMatch(/undefined|null|NaN|\[object| {2}|\.\.$/);
      }
    }
    expect(entry.example).not.toBe('');
  });
});

test('details appear in the sentences', () => {
  expect(describeFinding('CYCLE', { path: 'bob (line 2) → cat (existing) → bob' }).message).toContain(
    'bob (line 2) → cat',
  );
  expect(describeFinding('DUPLICATE_ROW', { otherLine: 7 }).message).toContain('line 7');
  expect(describeFinding('PERSON_ROW_REFUSED', { otherLine: 7 }, 'x@y.se').suggestion).toContain('line 7');
  expect(describeFinding('DATE_INVALID', { reason: 'serial', suggested: '2024-01-01' }, '45292').suggestion).toContain(
    '2024-01-01',
  );
  expect(describeFinding('UNKNOWN_HEADER', { nearest: 'Department' }, 'Departmnet').suggestion).toContain('Department');
  expect(describeFinding('KEPT', { person: 'anna@example.com', reason: 'uploader' }).message).toContain(
    'anna@example.com',
  );
});

test('every Swedish title and sentence differs from the English one', () => {
  for (const code of codes) {
    const [english, swedish] = [describeFinding(code, {}, 'x', 'en'), describeFinding(code, {}, 'x', 'sv')];
    expect(swedish.severity).toBe(english.severity);
    expect(swedish.title).not.toBe(english.title);
    expect(swedish.message).not.toBe(english.message);
    expect(swedish.suggestion).not.toBe(english.suggestion);
  }
});

test('reasons and kinds are in the language of their sentence', () => {
  expect(describeFinding('EMAIL_INVALID', { reason: 'no_at' }, 'anna', 'sv').message).toBe(
    '"anna" är inte en e-postadress: den har inget @.',
  );
  expect(describeFinding('NOT_CSV', { kind: 'an Excel workbook' }, null, 'sv').message).toBe(
    'Filen är inte en CSV-fil utan en Excel-arbetsbok.',
  );
  expect(describeFinding('DATE_INVALID', { reason: 'serial', suggested: '2024-01-01' }, '45292', 'sv')).toMatchObject({
    suggestion: 'Om du menar 2024-01-01, skriv så.',
  });
});

test('a line break in a value does not break its sentence', () => {
  expect(describeFinding('BOOLEAN_INVALID', {}, 'may\r\nbe').message).toBe('"may be" is neither TRUE nor FALSE.');
});

test('a title is a few words; that of a code of a later version is the code', () => {
  for (const code of codes)
    for (const language of TEXT_LANGUAGES) expect(titleOf(code, language)).toMatch(/^[A-ZÅÄÖ][^.]{3,60}$/);
  expect(titleOf('EMAIL_INVALID', 'sv')).toBe('Inte en e-postadress');
  expect(titleOf('SOMETHING_NEW', 'sv')).toBe('Something new');
});

test('errors are errors and warnings warnings', () => {
  expect(describeFinding('CYCLE').severity).toBe('error');
  expect(describeFinding('BACKDATE_TOO_OLD').severity).toBe('error');
  expect(describeFinding('KEPT').severity).toBe('warning');
});

test('only codes of the catalogue are codes', () => {
  expect(isFindingCode('CYCLE')).toBe(true);
  expect(isFindingCode('toString')).toBe(false);
});

test('a value is cut at 200 characters and never inside a character', () => {
  expect(finding(2, 'TOO_LONG', 'First name', 'x'.repeat(300)).value).toBe('x'.repeat(200));
  expect(finding(2, 'TOO_LONG', 'First name', `${'x'.repeat(199)}😀`).value).toBe('x'.repeat(199));
  expect(finding(null, 'FILE_EMPTY')).toEqual({
    line: null,
    code: 'FILE_EMPTY',
    column: null,
    value: null,
    details: {},
  });
});

test('U+0000, which the database cannot store, is shown as U+2400', () => {
  expect(finding(1, 'UNKNOWN_HEADER', 'a\0', 'a\0')).toMatchObject({ column: 'a\u2400', value: 'a\u2400' });
});
