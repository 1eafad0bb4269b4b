import { expect } from 'vitest';
import { playSituations, type Situation } from './situation.ts';

/** A record whose note holds the rows below it: users of Acme, with `rows` unknown people between them. */
const swallowing = (rows: number, delimiter = ';', end = '\n'): string => {
  const cells = (list: string[]) => list.join(delimiter);
  const strangers = Array.from({ length: rows }, (_, n) => cells([`new${n}@acme.test`, '', 'New', 'Ny', 'IT', 'x']));
  return [
    cells(['Email', 'External Id', 'First name', 'Last name', 'Department', '_note']),
    cells(['bob@acme.test', 'E2', 'Bob', 'Berg', 'IT', '"x']),
    cells(['cat@acme.test', 'E3', 'Cat', 'Ceder', 'HR', '']),
    ...strangers,
    cells(['dan@acme.test', 'E4', 'Dan', 'Dahl', 'Sales', 'x"']),
    cells(['eve@acme.test', '', 'Eve', 'Ek', 'IT', '']),
    cells(['', 'K1', 'Kim', 'Kiosk', 'Sales', '']),
    '',
  ].join(end);
};
const ALL_USERS = ['K1', 'ann@acme.test', 'bob@acme.test', 'cat@acme.test', 'dan@acme.test', 'eve@acme.test'];
const deleting = { deleteMissingUsers: true };
const swallowed = (csv: string | Buffer, column: string | null = '_note', line = 2): Situation => ({
  csv,
  options: deleting,
  outcome: 'completed_with_errors',
  finds: [
    [null, 'KEPT'],
    [line, 'ROWS_IN_CELL', column],
  ],
  active: ALL_USERS,
  newSegments: [],
});
const ofCommas = (situation: Situation): Situation => ({
  ...situation,
  finds: [[null, 'DELIMITER_DETECTED'], ...situation.finds],
});

// Rows inside a cell, where an unclosed quote put them: no user among them is missing.
playSituations('rows in a cell', {
  'RP04: a quote opens in a cell and closes three rows below': {
    ...swallowed(
      'Email;External Id;First name;Department\nbob@acme.test;;Bob;"IT\ncat@acme.test;;Cat;HR\ndan@acme.test;;Dan;Sales"\neve@acme.test;;Eve;IT\n;K1;Kim;Sales\n',
      'Department',
    ),
    counts: { read: 3, refused: 1, unchanged: 2, deleted: 0 },
    says: { ROWS_IN_CELL: ['lines 3 to 4'] },
  },
  'a note of 15 rows': { ...swallowed(swallowing(13)), says: { ROWS_IN_CELL: ['lines 3 to 17'] } },
  'a note of 160 rows': swallowed(swallowing(158)),
  'a note of 590 rows': swallowed(swallowing(588)),
  'commas, CR alone': ofCommas(swallowed(swallowing(2, ',', '\r'))),
  'tabs, CRLF': ofCommas(swallowed(swallowing(2, '\t', '\r\n'))),
  'UTF-16': swallowed(Buffer.from(`\ufeff${swallowing(2)}`, 'utf16le')),
  'the example row': {
    csv: 'Email;External Id;First name;Department\nexample.person@example.com;EXAMPLE-ROW;Example;"Sales\nbob@acme.test;E2;Bob;IT\ncat@acme.test;E3;Cat;HR\ndan@acme.test;E4;Dan;Sales"\neve@acme.test;;Eve;IT\n;K1;Kim;Sales\n',
    options: deleting,
    outcome: 'completed_with_errors',
    finds: [
      [null, 'KEPT'],
      [2, 'ROWS_IN_CELL', 'Department'],
    ],
    active: ALL_USERS,
  },
  'a cell that the header does not have': {
    csv: 'Email;External Id;First name\nbob@acme.test;;Bob;"z\ncat@acme.test;;Cat\ndan@acme.test;;Dan;z"\neve@acme.test;;Eve\n;K1;Kim\n',
    options: deleting,
    outcome: 'completed_with_errors',
    finds: [
      [null, 'KEPT'],
      [2, 'ROWS_IN_CELL', null],
      [2, 'TOO_MANY_CELLS'],
    ],
    active: ALL_USERS,
  },
  'new external ids only': {
    csv: 'External Id;First name;Department\nE9;First9;"IT\nE10;First10;IT\nE11;First11;IT\nE12;First12;IT"\nE13;First13;IT\n',
    outcome: 'completed_with_errors',
    finds: [[2, 'ROWS_IN_CELL', 'Department']],
    counts: { created: 1, refused: 1 },
    says: { ROWS_IN_CELL: ['lines 3 to 5'] },
    newSegments: [],
  },
  'two columns: an external id that a user has': {
    csv: 'External Id;First name\nE2;"Bob\nE3;Cat\nE4;Dan"\nK1;Kim\n',
    outcome: 'completed_with_errors',
    finds: [[2, 'ROWS_IN_CELL', 'First name']],
    counts: { refused: 1, unchanged: 1 },
    says: { ROWS_IN_CELL: ['lines 3 to 4'] },
  },
  'the quote opens and closes in a column in the middle': swallowed(
    'Email;External Id;First name;Department\nbob@acme.test;;"Bob;IT\ncat@acme.test;;Cat;HR\ndan@acme.test;;Dan";Sales\neve@acme.test;;Eve;IT\n;K1;Kim;Sales\n',
    'First name',
  ),
  'a column before the identities': {
    csv: '_note;Email;First name\n"a;bob@acme.test;Bob\nb";cat@acme.test;Cat\n;dan@acme.test;Dan\n;eve@acme.test;Eve\n',
    options: deleting,
    atGate: async (_acme, waiting) => expect(waiting.deletion).toMatchObject({ count: 1 }),
    outcome: 'completed_with_errors',
    finds: [
      [null, 'KEPT'],
      [2, 'ROWS_IN_CELL', '_note'],
    ],
    active: ALL_USERS.filter((name) => name !== 'K1'),
  },
  'rows with quotes of their own': swallowed(
    'Email;External Id;First name;_note\nbob@acme.test;;Bob;"x\ncat@acme.test;;""Cat"";\n;""E4"";Dan;x"\neve@acme.test;;Eve;\n;K1;Kim;\n',
  ),
  'a quote that is missing in a file of quotes': {
    csv: '"Email";"First name";"Department"\n"bob@acme.test";"Bob";"IT\n"cat@acme.test";"Cat";"HR"\n"dan@acme.test";"Dan";"Sales"\n',
    outcome: 'completed_with_errors',
    finds: [
      [2, 'STRAY_QUOTE'],
      [2, 'ROWS_IN_CELL', 'Department'],
      [2, 'TOO_MANY_CELLS'],
    ],
    newSegments: [],
  },
  'a row that has nothing else has no identity': {
    csv: 'Email;First name;_note\n;;"x\nbob@acme.test;Bob;\ncat@acme.test;Cat;x"\neve@acme.test;Eve;\n',
    options: deleting,
    outcome: 'completed_with_errors',
    finds: [
      [null, 'DELETION_OFF'],
      [2, 'NO_IDENTITY'],
      [2, 'ROWS_IN_CELL', '_note'],
    ],
    active: ALL_USERS,
  },
  'a header that holds rows': {
    csv: `Email;External Id;"Department\n${Array.from({ length: 298 }, (_, n) => `p${n}@acme.test;P${n};IT\n`).join('')}bob@acme.test;E2;IT"\ncat@acme.test;E3;HR\n`,
    options: deleting,
    outcome: 'failed',
    finds: [[1, 'ROWS_IN_HEADER']],
    says: { ROWS_IN_HEADER: ['lines 2 to 300'] },
    active: ALL_USERS,
  },
  'addresses, notes and lists stay legal': {
    csv: 'Email;First name;Department;Note\nbob@acme.test;Bob;"North\nEast";"Ask bob@acme.test\nor cat@acme.test, or: 1; 2"\n"cat@acme.test\n";Cat;HR;"- one\n- two"\n',
    outcome: 'completed',
    finds: [[1, 'UNKNOWN_HEADER', 'Note']],
    counts: { updated: 1, unchanged: 1 },
  },
});
