import { expect } from 'vitest';
import { addSegment, playSituations } from './situation.ts';

// From bug reports about importers: texts from exports, spreadsheets and older encodings.
playSituations('text', {
  'an export that writes every cell as ="…"': {
    csv: 'Email;First name;Last name;Department\n"=""bob@acme.test""";"=""Bo""";"=""Bergh""";"=""HR"""\n',
    outcome: 'completed',
    counts: { updated: 1, segmentsCreated: 0 },
    finds: [],
    users: { 'bob@acme.test': { first: 'Bo', last: 'Bergh', values: { Department: 'HR' } } },
    newSegments: [],
  },
  '="…" in every kind of column': {
    csv: [
      '="Email";="First name";="Participate in survey";="Language";="Date of Birth";="Salary";="Manager";="Department";="Department backdate"',
      '="bob@acme.test"; ="Bo" ;="nej";="sv";="31/12/1985";="1.234,5";="E9";="";=""',
      '="new@acme.test";="Nya";="";="";="";="";="E2";="=Sum";=""',
      '="";="";="";="";="";="";="";="";=""',
      '',
    ].join('\n'),
    before: (acme) => acme.run('Email;External Id;First name\nivy@acme.test;E9;Ivy\n'),
    outcome: 'completed',
    counts: { read: 2, updated: 1, created: 1 },
    finds: [],
    users: {
      'bob@acme.test': {
        ...{ first: 'Bo', language: 'sv', participates: false },
        values: { 'Date of Birth': '1985-12-31', Salary: '1234.5', Manager: 'ivy@acme.test', Department: 'IT' },
      },
      'new@acme.test': { first: 'Nya', values: { Manager: 'bob@acme.test', Department: '=Sum' } },
    },
    newSegments: ['=Sum'],
  },
  'a name that looks like a formula has the guard': {
    csv: 'Email;First name;Department\nbob@acme.test;"\'=""Bo""";"\'=""HR"""\n',
    outcome: 'completed',
    finds: [],
    users: { 'bob@acme.test': { first: '="Bo"', values: { Department: '="HR"' } } },
  },
  'formulas of all users, with the delete option': {
    csv: [
      'Email;External Id;First name',
      '="";="E2";Bob',
      '="cat@acme.test";;Cat',
      '="";="E4";Dan',
      '="eve@acme.test";="";Eve',
      '="";="K1";Kim',
      '',
    ].join('\n'),
    options: { deleteMissingUsers: true },
    outcome: 'completed',
    counts: { unchanged: 5, deleted: 0 },
    finds: [[null, 'KEPT']],
  },
  'formulas beside stray quotes': {
    csv: 'Email;First name\n="bob@acme.test";Bo "B" Berg\n',
    outcome: 'completed',
    finds: [[2, 'STRAY_QUOTE']],
    says: { STRAY_QUOTE: ['Bo "B" Berg'] },
    users: { 'bob@acme.test': { first: 'Bo "B" Berg' } },
  },
  'a stray quote after a cell with correct quotes': {
    csv: 'Email;First name;Last name\nbob@acme.test;"Bo ""B"" Berg"; 5" Lund \n',
    outcome: 'completed',
    finds: [[2, 'STRAY_QUOTE']],
    says: { STRAY_QUOTE: [', "5" Lund",'] },
    users: { 'bob@acme.test': { first: 'Bo "B" Berg' } },
  },
  'the example row as formulas': {
    csv: 'Email;External Id;First name\n="example.person@example.com";="EXAMPLE-ROW";="Example"\nbob@acme.test;E2;Bo\n',
    outcome: 'completed',
    counts: { skipped: 1, updated: 1 },
    finds: [[2, 'EXAMPLE_ROW']],
  },
  'the error log of a file of formulas, uploaded again': {
    csv: 'Email;First name;Salary\n="bob@acme.test";="Bo";="many"\n',
    outcome: 'failed',
    finds: [[2, 'NUMBER_INVALID', 'Salary']],
    after: async (acme, ended) => {
      const log = await acme.download(ended, 'error-log.csv');
      const again = await acme.run(log.replace('many', '7'));
      expect(again.counts).toMatchObject({ updated: 1, refused: 0 });
    },
  },

  'error words of spreadsheets and programs as choices': {
    csv: 'Email;Department\nbob@acme.test;#SAKNAS!\ncat@acme.test;#NV\ndan@acme.test;nan\neve@acme.test;\\N\n',
    outcome: 'completed',
    finds: [2, 3, 4, 5].map((line) => [line, 'PLACEHOLDER', 'Department']),
    says: { PLACEHOLDER: ['#SAKNAS!', '#CLEAR'] },
  },
  'NULL and nan as names': {
    csv: 'Email;First name;Last name\nbob@acme.test;NULL;nan\nnew@acme.test;-;N/A\n',
    outcome: 'completed',
    counts: { created: 1, updated: 1 },
    finds: [
      [2, 'PLACEHOLDER', 'First name'],
      [2, 'PLACEHOLDER', 'Last name'],
      [3, 'PLACEHOLDER', 'First name'],
      [3, 'PLACEHOLDER', 'Last name'],
    ],
  },
  'people named Nan, Nat and None, and a department NA': {
    csv: 'Email;First name;Last name;Department\nbob@acme.test;Nan;Nat;NA\ncat@acme.test;Nat;None;None\n',
    outcome: 'completed',
    finds: [],
  },
  'error words as dates, numbers, languages and booleans': {
    csv: [
      'Email;Date of Birth;Salary;Language;Participate in survey',
      'bob@acme.test;#WERT!;#DIV/0!;#NAMN?;#N/A',
      'cat@acme.test;########;Err:502;nan;NULL',
      '',
    ].join('\n'),
    outcome: 'failed',
    finds: [
      [2, 'DATE_INVALID', 'Date of Birth'],
      [2, 'NUMBER_INVALID', 'Salary'],
      [2, 'LANGUAGE_UNKNOWN', 'Language'],
      [2, 'BOOLEAN_INVALID', 'Participate in survey'],
      [3, 'DATE_INVALID', 'Date of Birth'],
      [3, 'NUMBER_INVALID', 'Salary'],
      [3, 'LANGUAGE_UNKNOWN', 'Language'],
      [3, 'BOOLEAN_INVALID', 'Participate in survey'],
    ],
    says: { NUMBER_INVALID: ['no value', '#CLEAR'], DATE_INVALID: ['no date'] },
    neverSays: [/If you mean/],
  },

  'an export with HTML entities': {
    before: (acme) => addSegment(acme, 'Department', 'R&D'),
    csv: 'Email;Last name;Department\nbob@acme.test;"O&#39;Brien";"R&amp;D"\ncat@acme.test;"M&uuml;ller";"R&amp;amp;D"\n',
    outcome: 'completed',
    finds: [
      [2, 'HTML_ENTITY', 'Last name'],
      [2, 'HTML_ENTITY', 'Department'],
      [3, 'HTML_ENTITY', 'Last name'],
      [3, 'HTML_ENTITY', 'Department'],
    ],
    says: { HTML_ENTITY: ['"O\'Brien"', '"R&D"', '"Müller"'] },
    users: {
      'bob@acme.test': { values: { Department: 'R&D' } },
      'cat@acme.test': { values: { Department: 'R&D' } },
    },
    newSegments: [],
  },
  'the empty cells of a web page, with the delete option': {
    csv:
      'Email,External Id,Last name,Department,Date of Birth,Manager\nbob@acme.test,&nbsp;,&nbsp;,&nbsp;,,&nbsp;\n' +
      '&nbsp;,&nbsp;,Ina,HR,,\ncat@acme.test,&#160;,,,&nbsp;,\n&nbsp;,K1,,,,\n',
    options: { deleteMissingUsers: true },
    outcome: 'completed_with_errors',
    counts: { read: 4, created: 0, refused: 2, deleted: 0, segmentsCreated: 1 },
    finds: [
      [null, 'DELIMITER_DETECTED'],
      [null, 'DELETION_OFF'],
      [2, 'PLACEHOLDER', 'External Id'],
      [2, 'PLACEHOLDER', 'Last name'],
      [2, 'PLACEHOLDER', 'Department'],
      [2, 'PLACEHOLDER', 'Manager'],
      [3, 'NO_IDENTITY', 'Email'],
      [4, 'PLACEHOLDER', 'External Id'],
      [4, 'DATE_INVALID', 'Date of Birth'],
      [5, 'PLACEHOLDER', 'Email'],
    ],
    users: { K1: {}, 'eve@acme.test': {} },
    newSegments: ['&nbsp;'],
  },
  'a stored name comes back with HTML entities': {
    before: (acme) => acme.run("Email;Last name\nbob@acme.test;O'Brien\n"),
    csv: 'Email;Last name\nbob@acme.test;"O&#x27;Brien"\n',
    outcome: 'completed',
    counts: { unchanged: 1, updated: 0 },
    finds: [[2, 'HTML_ENTITY', 'Last name']],
    users: { 'bob@acme.test': { last: "O'Brien" } },
  },
  'HTML entities in an email, and characters that are none': {
    before: (acme) => acme.run("Email;First name\no'brien@acme.test;Pat\n"),
    csv: 'Email;First name;Department\n"o&#39;brien@acme.test";Pat;AT&T\nbob@acme.test;Bob;"A&B; C"\n',
    outcome: 'completed_with_errors',
    finds: [[2, 'EMAIL_INVALID', 'Email']],
    says: { EMAIL_INVALID: ["If you mean o'brien@acme.test"] },
    newSegments: ['A&B; C'],
  },

  'joiners that Persian, Hindi and emoji need': {
    csv: 'Email;First name;Last name;Department\nbob@acme.test;می‌خواهم;क्‍ष;👩‍💻 Dev\ncat@acme.test;Cat;Ceder;🏳️‍🌈\n',
    outcome: 'completed',
    finds: [],
  },
  'joiners that nothing needs': {
    csv: 'Email;First name;Last name;Department\nbob@acme.test;Bo\u200db;\u200cمی;Sa\u200bles\n',
    outcome: 'completed',
    finds: [
      [2, 'INVISIBLE_CHARACTER', 'First name'],
      [2, 'INVISIBLE_CHARACTER', 'Last name'],
      [2, 'INVISIBLE_CHARACTER', 'Department'],
    ],
  },

  'the top of the tree reports to itself, in the file of a new company': {
    csv: 'Email;First name;Manager\nzoe@acme.test;Zoe;zoe@acme.test\nyan@acme.test;Yan;zoe@acme.test\nxia@acme.test;Xia;yan@acme.test\n',
    outcome: 'completed_with_errors',
    counts: { created: 3, refused: 0, errors: 1, membershipsChanged: 2 },
    finds: [[2, 'PERSON_IS_SELF', 'Manager']],
    says: { PERSON_IS_SELF: ['top of the tree'] },
    users: {
      'yan@acme.test': { values: { Manager: 'zoe@acme.test' } },
      'xia@acme.test': { values: { Manager: 'yan@acme.test' } },
    },
  },
  'a user names themselves by their other identity, with a backdate, and the other cells are applied': {
    csv: 'Email;Last name;Manager;Manager backdate;Mentor\ncat@acme.test;Cedar;E3;TODAY;cat@acme.test\n'.replace(
      'TODAY',
      new Date().toISOString().slice(0, 10),
    ),
    outcome: 'completed_with_errors',
    counts: { updated: 1, membershipsChanged: 0, backdated: 0 },
    finds: [
      [2, 'PERSON_IS_SELF', 'Manager'],
      [2, 'PERSON_IS_SELF', 'Mentor'],
    ],
    users: { 'cat@acme.test': { last: 'Cedar', values: { Manager: 'bob@acme.test' } } },
  },
  'a user names themselves by an identity that the row gives, with reset and delete': {
    csv: 'Email;External Id;First name;Manager\nbob@acme.test;E2;Bob;ann@acme.test\ncat@acme.test;E3;Cat;bob@acme.test\ndan@acme.test;E4;Dan;bob@acme.test\neve@acme.test;E5;Eve;E5\n;K1;Kim;eve@acme.test\n',
    options: { deleteMissingUsers: true, resetEmptyFields: true },
    outcome: 'completed_with_errors',
    counts: { refused: 0, updated: 2, deleted: 0, membershipsChanged: 1 },
    finds: [
      [null, 'KEPT'],
      [5, 'PERSON_IS_SELF', 'Manager'],
    ],
    users: { K1: { values: { Manager: 'eve@acme.test' } } },
  },
  'a half-typed promotion: two users manage each other': {
    csv: 'Email;Manager\nbob@acme.test;cat@acme.test\ncat@acme.test;bob@acme.test\n',
    outcome: 'completed_with_errors',
    counts: { unchanged: 1, refused: 1 },
    finds: [[2, 'CYCLE', 'Manager']],
  },
  'a choice of more than 200 characters': {
    csv: `Email;Department\nbob@acme.test;${'Very long department name '.repeat(12)}\n`,
    outcome: 'failed',
    finds: [[2, 'TOO_LONG', 'Department']],
    newSegments: [],
  },
});
