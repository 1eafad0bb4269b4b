import { playSituations, type Situation } from './situation.ts';

const DELETE = { deleteMissingUsers: true };
const AT_GATE: Situation['atGate'] = async () => {};
const HEADER = 'Email;External Id;First name;Department\n';
const someone =
  (...externalIds: string[]): NonNullable<Situation['before']> =>
  (acme) =>
    acme.run(`External Id;First name\n${externalIds.map((id) => `${id};Una\n`).join('')}`);

/** Refused rows, and the users that must not be missing. */
const present = (
  csv: string,
  finds: Situation['finds'],
  active: string[],
  more: Partial<Situation> = {},
): Situation => ({
  ...{ csv, options: DELETE, atGate: AT_GATE, outcome: 'completed_with_errors', active: ['ann@acme.test', ...active] },
  ...{ finds: [[null, 'KEPT'], ...finds], ...more },
});
/** If it is unknown which users are missing, none is. */
const off = (csv: string, line: number, finds: Situation['finds'], more: Partial<Situation> = {}): Situation => ({
  ...{ csv, options: DELETE, outcome: 'completed_with_errors', counts: { deleted: 0 } },
  ...{ finds: [[null, 'DELETION_OFF'], ...finds], says: { DELETION_OFF: [`line ${line}`] }, ...more },
});
const led = (email: string, code = 'IDENTITY_RESPELLED'): Situation =>
  present(`Email;First name\n${email};Bo\ncat@acme.test;\n`, [[2, code, 'Email']], ['bob@acme.test', 'cat@acme.test'], {
    says: { [code]: [/mean "?bob@acme\.test\b/] },
    counts: { created: 0, refused: 1 },
  });

// Users whose rows are so broken that they are hard to recognise.
playSituations('users who are in the file all the same', {
  'a row inside a cell with a respelled id': present(
    'External Id;First name;Department\nE2;Bob;"IT\nX1.0;Una;HR\n42;Una;HR"\nE3;;\n',
    [[2, 'ROWS_IN_CELL', 'Department']],
    ['0042', 'X1', 'bob@acme.test', 'cat@acme.test'],
    { before: someone('0042', 'X1') },
  ),
  'a row inside a cell with a decorated email': present(
    'Email;First name;Department\nbob@acme.test;Bob;"IT\nCat <cat@acme.test>;Cat;HR\nmailto:eve@acme.test;Eve;HR"\ndan@acme.test;;\n',
    [[2, 'ROWS_IN_CELL', 'Department']],
    ['bob@acme.test', 'cat@acme.test', 'dan@acme.test', 'eve@acme.test'],
  ),
  'a row in one cell with a respelled id': present(
    'External Id;First name;Department\n1001.0,Una,IT\nE2;;\n',
    [
      [2, 'SHORT_ROW'],
      [2, 'ROW_IN_ONE_CELL'],
      [2, 'REQUIRED_MISSING', 'First name'],
    ],
    ['1001', 'bob@acme.test'],
    { before: someone('1001') },
  ),
  'a row whose cells have moved': present(
    `${HEADER};bob@acme.test;E2;Bob;IT\ncat@acme.test;;;\n`,
    [[2, 'TOO_MANY_CELLS']],
    ['bob@acme.test', 'cat@acme.test'],
  ),
  'two rows in one line': off(`${HEADER}bob@acme.test;E2;Bob;ITeve@acme.test;;Eve;HR\ncat@acme.test;;;\n`, 2, [
    [2, 'TOO_MANY_CELLS'],
  ]),
  'two rows in one line, with the line separator of another program': off(
    `${HEADER}bob@acme.test;E2;Bob;IT\u2028eve@acme.test;;Eve;HR\ncat@acme.test;;;\n`,
    2,
    [
      [2, 'INVISIBLE_CHARACTER', 'Department'],
      [2, 'TOO_MANY_CELLS'],
    ],
  ),
  'a broken email beside a new external id': off(`${HEADER}eve [at] acme.test;E5;Eve;\ncat@acme.test;;;\n`, 2, [
    [2, 'EMAIL_INVALID', 'Email'],
  ]),
  'a shortened external id beside a new email': off(`${HEADER}kim@acme.test;1.00E+05;Kim;\ncat@acme.test;;;\n`, 2, [
    [2, 'SCIENTIFIC_NOTATION', 'External Id'],
  ]),
  'a broken email beside the external id of a user': present(
    `${HEADER}kim [at] acme.test;K1;Kim;\ncat@acme.test;;;\nbob@acme.test;;;\n`,
    [[2, 'EMAIL_INVALID', 'Email']],
    ['K1', 'bob@acme.test', 'cat@acme.test'],
  ),
  'a number as Java writes it': off('External Id;First name\n1.2345678E7;Una\nE3;\n', 2, [
    [2, 'SCIENTIFIC_NOTATION', 'External Id'],
  ]),
  'an id with an E between digits is legal': {
    csv: 'External Id;First name\n5E10;Una\n',
    outcome: 'completed',
    finds: [],
    users: { '5E10': { first: 'Una' } },
  },
  'an id with an HTML entity': present(
    'External Id;First name\n"A&amp;B";Una\nE2;\n',
    [[2, 'IDENTITY_RESPELLED', 'External Id']],
    ['A&B', 'bob@acme.test'],
    { before: someone('A&B') },
  ),
  'a number sign before an email': led('#bob@acme.test'),
  'a slash before an email': led('/bob@acme.test'),
  'a word before an email': led('email=bob@acme.test'),
  'a slash after an email': led('bob@acme.test/', 'EMAIL_INVALID'),
  'a question mark after an email': led('bob@acme.test?', 'EMAIL_INVALID'),
  'a number sign after an email': led('bob@acme.test#', 'EMAIL_INVALID'),
  'an email in underscores': led('_bob@acme.test_', 'EMAIL_INVALID'),
  'an escaped line feed after an email': off('Email;First name\nbob@acme.test\\n;Bo\ncat@acme.test;\n', 2, [
    [2, 'EMAIL_INVALID', 'Email'],
  ]),
});
