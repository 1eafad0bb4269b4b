import type { FindingCode } from '../../rules/findings/catalogue.ts';
import { ago } from '../support/days.ts';
import type { Scenario } from './scenario.ts';

const LONG = 'x'.repeat(10_001);
const salary: Scenario['before'] = (organization) =>
  organization.json('POST', '/attributes', { name: 'Salary', type: 'numbers' });

/** Errors of one cell: of a value, which refuses the row, or of a backdate, which does not. */
export const CELL_SCENARIOS = {
  EMAIL_INVALID: {
    csv: 'Email;First name\ndan@@example.com;Dan\neve@example.com;Eve\n',
    finds: [[2, 'EMAIL_INVALID', 'Email', 'dan@@example.com']],
    says: [['"dan@@example.com"', 'more than one @']],
    counts: { refused: 1, created: 1 },
  },
  REQUIRED_MISSING: {
    csv: 'Email;First name\nann@example.com;#CLEAR\ndan@example.com;\neve@example.com;Eve\n',
    finds: [
      [2, 'REQUIRED_MISSING', 'First name', '#CLEAR'],
      [3, 'REQUIRED_MISSING', 'First name', null],
    ],
    says: [['First name cannot be cleared'], ['First name is needed for a new user', 'Fill in First name']],
    counts: { refused: 2, created: 1 },
  },
  LANGUAGE_UNKNOWN: {
    csv: 'Email;Language\nann@example.com;Klingon\nbo@example.com;xx\ncy@example.com;SV\n',
    finds: [
      [2, 'LANGUAGE_UNKNOWN', 'Language', 'Klingon'],
      [3, 'LANGUAGE_UNKNOWN', 'Language', 'xx'],
    ],
    says: [
      ['"Klingon"', 'en, sv, da', 'the name of one'],
      ['"xx"', 'en, sv, da'],
    ],
    counts: { refused: 2, updated: 1 },
  },
  DATE_INVALID: {
    csv: 'Email;Date of Birth\nann@example.com;2001-02-29\nbo@example.com;45292\ncy@example.com;2000-02-29\n',
    finds: [
      [2, 'DATE_INVALID', 'Date of Birth', '2001-02-29'],
      [3, 'DATE_INVALID', 'Date of Birth', '45292'],
    ],
    says: [
      ['"2001-02-29"', 'does not exist'],
      ['"45292"', '2024-01-01'],
    ],
    counts: { refused: 2, updated: 1 },
  },
  DATE_AMBIGUOUS: {
    csv: 'Email;Date of Birth;Employment Date\nann@example.com;03/04/1990;\nbo@example.com;;31/12/2020\ncy@example.com;;12/31/2020\n',
    finds: [
      [2, 'DATE_AMBIGUOUS', 'Date of Birth', '03/04/1990'],
      [3, 'DATE_AMBIGUOUS', 'Employment Date', '31/12/2020'],
      [4, 'DATE_AMBIGUOUS', 'Employment Date', '12/31/2020'],
    ],
    says: [
      ['"03/04/1990"', '1990-04-03 or 1990-03-04'],
      ['"31/12/2020"', 'on line 3', 'on line 4'],
      ['"12/31/2020"', 'on line 3', 'on line 4'],
    ],
    counts: { refused: 3 },
  },
  NUMBER_INVALID: {
    before: salary,
    csv: 'Email;Salary\nann@example.com;12 kr\nbo@example.com;7%\ncy@example.com;-12.50\n',
    finds: [
      [2, 'NUMBER_INVALID', 'Salary', '12 kr'],
      [3, 'NUMBER_INVALID', 'Salary', '7%'],
    ],
    says: [
      ['"12 kr"', 'a currency, a unit', 'If you mean 12,'],
      ['"7%"', 'percent sign'],
    ],
    counts: { refused: 2, updated: 1 },
  },
  NUMBER_AMBIGUOUS: {
    before: salary,
    csv: 'Email;Salary\nann@example.com;1,234\ncy@example.com;12\n',
    finds: [[2, 'NUMBER_AMBIGUOUS', 'Salary', '1,234']],
    says: [['"1,234"', 'comma']],
    counts: { refused: 1, updated: 1 },
  },
  BOOLEAN_INVALID: {
    csv: 'Email;Participate in survey\nann@example.com;maybe\ncy@example.com;nej\n',
    finds: [[2, 'BOOLEAN_INVALID', 'Participate in survey', 'maybe']],
    says: [['"maybe"', 'TRUE or FALSE']],
    counts: { refused: 1, updated: 1 },
  },
  TOO_LONG: {
    csv: `Email;External Id;Last name;Department;Date of Birth;Manager
ann@example.com;${LONG};;;;
bo@example.com;;${LONG};;;
cy@example.com;;Cyan;${'😀'.repeat(201)};;
dan@example.com;;;;${'1'.repeat(101)};
eve@example.com;;;;;${'e'.repeat(256)}
${'f'.repeat(245)}@a.example;;;;;
`,
    finds: [
      [2, 'TOO_LONG', 'External Id', LONG.slice(0, 200)],
      [3, 'TOO_LONG', 'Last name', LONG.slice(0, 200)],
      [4, 'TOO_LONG', 'Department', '😀'.repeat(100)],
      [5, 'TOO_LONG', 'Date of Birth', '1'.repeat(101)],
      [5, 'REQUIRED_MISSING', 'First name', null],
      [6, 'TOO_LONG', 'Manager', 'e'.repeat(200)],
      [6, 'REQUIRED_MISSING', 'First name', null],
      [7, 'TOO_LONG', 'Email', 'f'.repeat(200)],
    ],
    says: [
      [/10,001 characters: an external id may have 255/, 'to 255'],
      [/10,001 characters: a name may have 200/],
      [/201 characters: a choice may have 200/, 'to 200'],
      [/101 characters: a date may have 100/],
      [/256 characters: an email or external id may have 255/],
      [/255 characters: an email may have 254/],
    ],
    counts: { refused: 6 },
  },
  CONTROL_CHARACTER: {
    csv: 'Email;Last name\nann@example.com;An\u0007na\ncy\u200b@example.com;Cyan\nbo@example.com;Bohr\n',
    finds: [
      [2, 'CONTROL_CHARACTER', 'Last name', 'An\u0007na'],
      [3, 'CONTROL_CHARACTER', 'Email', 'cy\u200b@example.com'],
    ],
    says: [
      ['U+0007', 'position 3'],
      ['U+200B', 'position 3'],
    ],
    counts: { refused: 2, updated: 1 },
  },
  REPLACEMENT_CHARACTER: {
    csv: 'Email;Last name\nann@example.com;J\ufffdrgen\ncy@example.com;Cyan\n',
    finds: [[2, 'REPLACEMENT_CHARACTER', 'Last name', 'J\ufffdrgen']],
    says: [['position 2', '\ufffd']],
    counts: { refused: 1, updated: 1 },
  },
  SCIENTIFIC_NOTATION: {
    csv: 'External Id;Email;First name\n4.67012E+11;;Dan\n;cy@example.com;Cyan\n',
    finds: [[2, 'SCIENTIFIC_NOTATION', 'External Id', '4.67012E+11']],
    says: [['"4.67012E+11"', 'as text']],
    counts: { refused: 1, updated: 1 },
  },
  BACKDATE_INVALID: {
    csv: 'Email;Department;Department backdate\nann@example.com;Legal;last spring\nbo@example.com;Legal;01/02/2026\n',
    finds: [
      [2, 'BACKDATE_INVALID', 'Department backdate', 'last spring'],
      [3, 'BACKDATE_INVALID', 'Department backdate', '01/02/2026'],
    ],
    says: [
      ['"last spring"', 'goes without a backdate'],
      ['"01/02/2026"', 'two ways'],
    ],
    counts: { refused: 0, updated: 2, backdated: 0 },
  },
  BACKDATE_TOO_OLD: {
    csv: `Email;Department;Department backdate\nann@example.com;Legal;2020-01-01\nbo@example.com;Legal;${ago(1)}\n`,
    finds: [[2, 'BACKDATE_TOO_OLD', 'Department backdate', '2020-01-01']],
    says: [['"2020-01-01"', 'three months', 'or a later day']],
    counts: { refused: 0, updated: 2, backdated: 1 },
  },
  BACKDATE_IN_FUTURE: {
    csv: 'Email;Department;Department backdate\nann@example.com;Legal;2099-01-01\n',
    finds: [[2, 'BACKDATE_IN_FUTURE', 'Department backdate', '2099-01-01']],
    says: [['"2099-01-01"', 'in the future', `${ago(0)} or an earlier day`]],
    counts: { refused: 0, updated: 1, backdated: 0 },
  },
  BACKDATE_NEW_USER: {
    csv: `Email;First name;Department;Department backdate\ndan@example.com;Dan;Legal;${ago(1)}\n`,
    finds: [[2, 'BACKDATE_NEW_USER', 'Department backdate', ago(1)]],
    says: [['created by this file']],
    counts: { refused: 0, created: 1, backdated: 0 },
  },
} satisfies { [C in FindingCode]?: Scenario };
