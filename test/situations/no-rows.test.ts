import { expect } from 'vitest';
import { playSituations, type Situation } from './situation.ts';

const deleting = { deleteMissingUsers: true };
const ALL_USERS = ['K1', 'ann@acme.test', 'bob@acme.test', 'cat@acme.test', 'dan@acme.test', 'eve@acme.test'];
const FIRST = 'Email;External Id;First name';
const REST = 'cat@acme.test;;\ndan@acme.test;;\n;K1;';
const askedAbout =
  (count: number): NonNullable<Situation['atGate']> =>
  async (_acme, waiting) =>
    expect(waiting.deletion).toMatchObject({ count });
const unread = (line: number, code: 'OTHER_HEADER' | 'LINES_QUOTED', csv: string | Buffer): Situation => ({
  csv,
  options: deleting,
  outcome: 'failed',
  finds: [[line, code]],
  active: ALL_USERS,
});

// Lines that are no rows: headers, ends of files, delimiters, totals.
playSituations('lines that are no rows', {
  'labels in words below a header of technical names': {
    csv: [
      'EMAIL,FIRSTNAME,LASTNAME,HIREDATE,DATEOFBIRTH,DEPARTMENT',
      'Email,First Name,Last Name,Hire Date,Date Of Birth,Department',
      'bob@acme.test,Bo,Berg,02/01/2016,01/31/1980,HR',
      '',
    ].join('\n'),
    outcome: 'completed',
    counts: { read: 2, skipped: 1, updated: 1 },
    finds: [
      [null, 'DELIMITER_DETECTED'],
      [1, 'UNKNOWN_HEADER', 'HIREDATE'],
      [1, 'UNKNOWN_HEADER', 'DATEOFBIRTH'],
      [2, 'HEADER_AGAIN'],
    ],
    users: { 'bob@acme.test': { first: 'Bo', values: { Department: 'HR' } } },
  },
  'RP06: the header again, by external id': {
    csv: 'External Id;First name;Last name\nE2;Bob;Berg\nExternal Id;First name;Last name\nN1;Nia;Ny\n',
    outcome: 'completed',
    finds: [[3, 'HEADER_AGAIN']],
    counts: { read: 3, unchanged: 1, created: 1, skipped: 1 },
    users: { 'External Id': null, N1: { first: 'Nia' } },
  },
  'RP07: the same by email, with a byte order mark and the delete option': {
    csv: `\ufeff${FIRST}\r\nbob@acme.test;;Bo\r\n\ufeff${FIRST}\r\n${REST}\n`,
    options: deleting,
    atGate: askedAbout(1),
    outcome: 'completed',
    finds: [
      [null, 'KEPT'],
      [3, 'HEADER_AGAIN'],
    ],
    counts: { read: 5, skipped: 1, deleted: 1 },
  },
  'the header again: in quotes, in capitals, spaced, at the end': {
    csv: `${FIRST}\nbob@acme.test;;Bo\n\ufeff"Email";"External Id";"First name"\nEMAIL; external id ;FIRST NAME;\n"email";"external id";"first name"`,
    outcome: 'completed',
    finds: [
      [3, 'HEADER_AGAIN'],
      [4, 'HEADER_AGAIN'],
      [5, 'HEADER_AGAIN'],
    ],
    counts: { read: 4, updated: 1, skipped: 3 },
  },
  'a second file with the columns in another order': unread(
    4,
    'OTHER_HEADER',
    `${FIRST};Last name\n${REST.split('\n').slice(0, 2).join('\n')}\n${FIRST.replace('First', 'Last')};First name\nbob@acme.test;;Berg;Bob\n`,
  ),
  'a second file with other columns': unread(
    3,
    'OTHER_HEADER',
    `${FIRST}\nbob@acme.test;;Bo\nExternal Id;Department\nE3;HR\n`,
  ),
  'a second file with another delimiter': unread(
    3,
    'OTHER_HEADER',
    `${FIRST}\nbob@acme.test;;Bo\n${FIRST.replaceAll(';', ',')}\ncat@acme.test,,Cat\n`,
  ),
  'rows of another delimiter': {
    csv: 'External Id;First name;Last name\nE2;Bo;Berg\nE3,Cat,Ceder\n"E4;Dan;Dahl"\n',
    options: deleting,
    atGate: askedAbout(2),
    outcome: 'completed_with_errors',
    finds: [
      [null, 'KEPT'],
      [3, 'SHORT_ROW'],
      [3, 'ROW_IN_ONE_CELL'],
      [3, 'REQUIRED_MISSING', 'First name'],
      [4, 'SHORT_ROW'],
      [4, 'ROW_IN_ONE_CELL'],
      [4, 'REQUIRED_MISSING', 'First name'],
    ],
    users: { 'cat@acme.test': {}, 'dan@acme.test': {}, 'eve@acme.test': null },
  },
  'RP13: an end-of-file character': {
    csv: Buffer.from(`${FIRST}\r\nbob@acme.test;;Bo\r\n${REST}\r\n\x1a`),
    options: deleting,
    atGate: askedAbout(1),
    outcome: 'completed',
    finds: [[null, 'KEPT']],
    counts: { read: 4, deleted: 1 },
    users: { 'eve@acme.test': null },
  },
  'end-of-file characters after the last cell': {
    csv: Buffer.from(`${FIRST}\nbob@acme.test;;Bo\n;K1;Ki\x1a\x1a\n\x1a`),
    outcome: 'completed',
    finds: [],
    users: { K1: { first: 'Ki' } },
  },
  'RP25: every line in quotes as a whole': {
    csv: '"Email;First name"\n"bob@acme.test;Bo"\n',
    outcome: 'failed',
    finds: [[1, 'LINES_QUOTED']],
    says: { LINES_QUOTED: ['in quotes as a whole', 'Delete the quotes'] },
  },
  'lines in quotes, with quotes and foreign delimiters': unread(
    1,
    'LINES_QUOTED',
    '"Email,""First name""";;\n"bob@acme.test,""Bo""";;\n',
  ),
  'RP27: ;; at the end of every line of a comma file': {
    csv: 'Email,First name,Last name;;\nbob@acme.test,Bo,Bergh;;\n',
    outcome: 'completed',
    finds: [
      [null, 'DELIMITER_DETECTED'],
      [null, 'TRAILING_DELIMITERS'],
    ],
    users: { 'bob@acme.test': { first: 'Bo', last: 'Bergh' } },
    says: { TRAILING_DELIMITERS: ['";;"'] },
  },
  'the same, with a quoted last cell, numbers last and Email last': {
    csv: 'First name,Last name,Salary,Email;;\nBo,"Bergh, B","1,5","bob@acme.test";;\nCat,Ceder,"40000,5",cat@acme.test;;\n',
    outcome: 'completed',
    finds: [
      [null, 'DELIMITER_DETECTED'],
      [null, 'TRAILING_DELIMITERS'],
    ],
    users: { 'bob@acme.test': { last: 'Bergh, B', values: { Salary: '1.5' } } },
  },
  'delimiters of the file itself, and rows with more of them': {
    csv: 'Email;First name;Last name;;\nbob@acme.test;Bo;;;\ncat@acme.test;Cat;Ceder;;\n',
    outcome: 'completed',
    finds: [[null, 'TRAILING_DELIMITERS']],
    counts: { updated: 1, unchanged: 1 },
  },
  'a header with trailing delimiters and rows without': {
    csv: 'Email;First name;Salary;;\nbob@acme.test;Bo;1\ncat@acme.test;Cat;40000,5;;\n',
    outcome: 'completed',
    finds: [[1, 'UNNAMED_COLUMN']],
    users: { 'cat@acme.test': { values: { Salary: '40000.5' } } },
  },
  'RP59: a zero-width space in front of a header': {
    csv: '\u200bEmail;\u2060First name\ufeff ; \u200d Last name\nbob@acme.test;Bo;Berg\n',
    outcome: 'completed',
    finds: [],
    users: { 'bob@acme.test': { first: 'Bo' } },
  },
  'RP63: a total at the end': {
    csv: `${FIRST}\nbob@acme.test;;Bo\n${REST}\nTotal: 4;;\n`,
    options: deleting,
    outcome: 'completed_with_errors',
    finds: [
      [null, 'DELETION_OFF'],
      [6, 'EMAIL_INVALID', 'Email'],
    ],
    says: { EMAIL_INVALID: ['total at the end of a report', 'Delete the line'] },
    active: ALL_USERS,
  },
  'totals in the column of the external id, and in another': {
    csv: 'External Id;First name\nE2;Bo\nSumme;4\nTotalt: 4;x\n;Yhteensä 4\n',
    options: deleting,
    outcome: 'completed_with_errors',
    finds: [
      [null, 'DELETION_OFF'],
      [3, 'NO_IDENTITY', 'External Id'],
      [4, 'NO_IDENTITY', 'External Id'],
      [5, 'NO_IDENTITY'],
    ],
    says: { NO_IDENTITY: ['total at the end of a report'] },
    active: ALL_USERS,
  },
  'RP68: a file of another system without a header': {
    csv: '"49";"Acero";"Aura";"a@acme.test"\n"1";"Mejia";"Al";"b@acme.test"\n',
    outcome: 'failed',
    finds: [[1, 'NO_HEADER']],
  },
  'RP62: a no-break space after the address': {
    csv: 'Email;First name\nbob@acme.test\u00a0;Bo\n',
    outcome: 'completed',
    finds: [],
    users: { 'bob@acme.test': { first: 'Bo' } },
  },
  'RP69: good and bad addresses in one file': {
    csv: 'Email;First name\nnia@acme.test;Nia\nnot-one;Noa\n',
    outcome: 'completed_with_errors',
    finds: [[3, 'EMAIL_INVALID', 'Email']],
    counts: { created: 1, refused: 1 },
  },
});
