import { describe, expect, test } from 'vitest';
import { findRowsInCell, rowShape, rowsInHeader } from '../../../rules/rows/inner-rows.ts';

const rowsIn = (header: string, text: string, delimiter = ';', ending = '') =>
  findRowsInCell(text, 10, rowShape(header.split(delimiter), delimiter, ending));
const spanIn = (...given: Parameters<typeof rowsIn>) => {
  const rows = rowsIn(...given);
  return rows ? [rows.first, rows.last] : null;
};
const insideOf = (...given: Parameters<typeof rowsIn>) =>
  rowsIn(...given)?.identities.flatMap(({ text, isInside }) => (isInside ? [text] : []));

const FOUR = 'Email;External Id;First name;Note';

describe('rows inside a cell', () => {
  test('are lines with an email in the email column, with any other cells', () => {
    expect(spanIn(FOUR, 'a@b.se;;A;"x\nc@d.se\ne@f.se;x"')).toEqual([11, 12]);
    expect(spanIn('First name;Email', '"A\nC;c@d.se";a@b.se')).toEqual([11, 11]);
  });
  test('are lines with as many cells as the header, from three columns on', () => {
    expect(spanIn('External Id;First name;Note', 'E1;A;"x\nE2;B;y"')).toEqual([11, 11]);
    expect(spanIn('External Id;First name;Note', 'E1;A;"x\nE2;B;y;;\n;;"')).toEqual([11, 12]);
    expect(rowsIn('External Id;Note', 'E1;"x\nE2;y"')).toMatchObject({
      first: 0,
      identities: [{ text: 'E2', line: 11 }],
    });
  });
  test('are lines joined by a quote in the middle of a row', () => {
    expect(spanIn('External Id;First name;Note', 'E1;"A;x\nE2;B";y')).toEqual([11, 11]);
    expect(spanIn('First name;External Id', 'A;"E1\nB";E2')).toEqual([11, 11]);
  });
  test('may have quotes, and delimiters in quotes', () => {
    expect(spanIn('External Id;First name;Note', 'E1;A;"x\nE2;""B; C"";y\n"')).toEqual([11, 11]);
    expect(spanIn('External Id;First name;Note', 'E1;A;"x\nE2;"B;C";y')).toEqual([11, 11]);
    expect(spanIn('External Id;First name;Note', '"E1";"A";"x\n"E2";"B";"y"')).toEqual([11, 11]);
    expect(insideOf(FOUR, 'a@b.se;E1;A;"x\n""c@d.se"";""E2"";C;"')).toEqual(['c@d.se', 'E2']);
  });
  test('may have the delimiters of another file, or trailing delimiters', () => {
    expect(spanIn(FOUR, 'a@b.se;;A;"x\nc@d.se,,C,"')).toEqual([11, 11]);
    expect(spanIn('External Id,First name,Note', 'E1,A,"x\nE2,B,y"', ',', ';;')).toEqual([11, 11]);
    expect(spanIn('External Id,First name,Note', 'E1,A,"x;;\nE2,B,y;;\nE3,C,z"', ',', ';;')).toEqual([11, 12]);
  });
  test('may begin in the middle of a line', () => {
    expect(rowsIn('Note;Email;First name', '"x;a@b.se;A\ny";c@d.se;C')).toMatchObject({ first: 10, last: 11 });
    expect(insideOf('Email', '"a@b.se\nc@d.se"')).toEqual(['c@d.se']);
  });
  test('may be separated by CR or CRLF, and may be truncated', () => {
    expect(spanIn(FOUR, 'a@b.se;;A;"x\rc@d.se;;C;\r\ne@f.se;;E;')).toEqual([11, 12]);
  });
});

describe('no rows', () => {
  test.each([
    [FOUR, 'a@b.se;E1;A;"Ask c@d.se\nor write to e@f.se; then wait"'],
    [FOUR, 'a@b.se;E1;"North\nEast";x'],
    ['Note;Email;First name', '"one\ntwo";a@b.se;A'],
    ['First name;Note;Email;Manager', 'A;"one\ntwo";a@b.se;c@d.se'],
    ['Email;First name', '"\na@b.se\n";A'],
    ['Email,First name,Note', 'a@b.se,A,"Dear A,\nhow are you"'],
  ])('%s: %j', (header, text) => {
    const rows = rowsIn(header, text, header.includes(';') ? ';' : ',');
    expect(rows?.first ?? 0).toBe(0);
    expect(rows?.identities.filter(({ isEmail }) => isEmail) ?? []).toEqual([]);
  });
});

test('a header may have names of several lines, and no rows', () => {
  const found = (cells: string[], text: string) => rowsInHeader(text, cells, 1, ';')?.last ?? 0;
  expect(found(['Email', 'First\nname'], 'Email;"First\nname"')).toBe(0);
  expect(found(['A', 'B', 'C\nc', 'D', 'E\ne'], 'A;B;"C\nc";D;"E\ne"')).toBe(0);
  expect(found(['Email', 'Note\na@b.se;x'], 'Email;"Note\na@b.se;x"')).toBe(2);
  expect(found(['External Id', 'Note\nE1;x\nE2;y'], 'External Id;"Note\nE1;x\nE2;y"')).toBe(3);
  expect(found(['Email\na@b.se'], '"Email\na@b.se"')).toBe(2);
});
