import type { FindingCode } from '../../rules/findings/catalogue.ts';
import type { Scenario } from './scenario.ts';

/** A row without errors, which is applied in every scenario. */
const GOOD_ROW = 'zoe@example.com;;Zoe';
const HEADER = 'Email;External Id;First name';

/** Findings that refuse a row as a whole: its identities, its references and its shape. */
export const ROW_SCENARIOS = {
  NO_IDENTITY: {
    csv: `${HEADER}\n;;Nameless\n${GOOD_ROW}\n`,
    finds: [[2, 'NO_IDENTITY', null, null]],
    says: [['neither an email nor an external id']],
    counts: { refused: 1, created: 1 },
  },
  ROWS_IN_CELL: {
    csv: `${HEADER}\nann@example.com;E1;"Ann\nbo@example.com;E2;Bo\ncy@example.com;;Cy"\n${GOOD_ROW}\n`,
    finds: [[2, 'ROWS_IN_CELL', 'First name', 'Ann\nbo@example.com;E2;Bo\ncy@example.com;;Cy']],
    says: [['lines 3 to 4', 'closes on line 4']],
    counts: { refused: 1, created: 1 },
  },
  ROW_IN_ONE_CELL: {
    csv: `${HEADER}\n"ann@example.com;E1;Ann"\n${GOOD_ROW}\n`,
    finds: [
      [2, 'SHORT_ROW', null, null],
      [2, 'ROW_IN_ONE_CELL', null, 'ann@example.com;E1;Ann'],
      [2, 'EMAIL_INVALID', 'Email', 'ann@example.com;E1;Ann'],
    ],
    says: [['"ann@example.com;E1;Ann"', 'quotes around the whole line']],
    counts: { refused: 1, created: 1 },
  },
  IDENTITY_CONFLICT: {
    csv: `${HEADER}\nbo@example.com;E1;Ann\n${GOOD_ROW}\n`,
    finds: [[2, 'IDENTITY_CONFLICT', 'External Id', 'E1']],
    says: [['"E1"']],
    counts: { refused: 1, created: 1 },
  },
  DUPLICATE_ROW: {
    csv: `${HEADER}\nann@example.com;;Anna\n${GOOD_ROW}\nANN@example.com;;Annie\n`,
    finds: [
      [2, 'DUPLICATE_ROW', 'Email', 'ann@example.com'],
      [4, 'DUPLICATE_ROW', 'Email', 'ANN@example.com'],
    ],
    says: [['(line 4)'], ['(line 2)']],
    counts: { refused: 2, created: 1 },
  },
  EMAIL_CHANGE: {
    csv: `${HEADER}\nanna@example.com;E1;Ann\n${GOOD_ROW}\n`,
    finds: [[2, 'EMAIL_CHANGE', 'Email', 'anna@example.com']],
    says: [['"anna@example.com"']],
    counts: { refused: 1, created: 1 },
  },
  EXTERNAL_ID_CHANGE: {
    csv: `${HEADER}\nann@example.com;E9;Ann\n${GOOD_ROW}\n`,
    finds: [[2, 'EXTERNAL_ID_CHANGE', 'External Id', 'E9']],
    says: [['"E9"']],
    counts: { refused: 1, created: 1 },
  },
  LEADING_ZEROS_LOST: {
    before: (organization) => organization.run(`${HEADER}\n;0042;Di\n`),
    csv: `${HEADER}\n;42;Di\n${GOOD_ROW}\n`,
    finds: [[2, 'LEADING_ZEROS_LOST', 'External Id', '42']],
    says: [['"42"', '"0042"']],
    counts: { refused: 1, created: 1 },
  },
  IDENTITY_RESPELLED: {
    before: (organization) => organization.run(`${HEADER}\n;1001;Di\n`),
    csv: `${HEADER}\n;1001.0;Di\n${GOOD_ROW}\n`,
    finds: [[2, 'IDENTITY_RESPELLED', 'External Id', '1001.0']],
    says: [['"1001.0"', '"1001"']],
    counts: { refused: 1, created: 1 },
  },
  RESTORE_NAME_DIFFERS: {
    before: async (organization) => {
      await organization.run('Email;Last name\nbo@example.com;Berg\n');
      const waiting = await organization.toGate('Email\nann@example.com\ncy@example.com\n');
      await organization.approve(waiting);
      await organization.reaches(waiting, 'ended');
    },
    csv: `${HEADER};Last name\n;E2;Nadia;Noor\n${GOOD_ROW};\n`,
    finds: [[2, 'RESTORE_NAME_DIFFERS', 'First name', 'Nadia']],
    says: [['"Bo Berg" (bo@example.com)', /deleted on \d{4}-\d\d-\d\d/]],
    counts: { refused: 1, created: 1 },
  },
  TOO_MANY_CELLS: {
    csv: `${HEADER}\nann@example.com;E1;Ann;;Sales\n${GOOD_ROW};;\n`,
    finds: [[2, 'TOO_MANY_CELLS', null, 'Sales']],
    says: [['5 cells', '(3)']],
    counts: { refused: 1, created: 1 },
  },
  LETTER_LOST: {
    before: (organization) => organization.run('Email;First name\nann@example.com;Ånn\n'),
    csv: 'Email;First name\nann@example.com;?nn\n',
    finds: [[2, 'LETTER_LOST', 'First name', '?nn']],
    says: [['"?nn"', '"Ånn"', 'UTF-8']],
    counts: { refused: 1 },
  },
  PERSON_NOT_FOUND: {
    csv: `${HEADER};Manager\nann@example.com;;Ann;0815\n${GOOD_ROW};E1\n`,
    finds: [[2, 'PERSON_NOT_FOUND', 'Manager', '0815']],
    says: [['"0815"', 'zeros']],
    counts: { refused: 1, created: 1 },
  },
  PERSON_IS_SELF: {
    csv: `${HEADER};Manager\nann@example.com;;Ann;e1\n${GOOD_ROW};\n`,
    finds: [[2, 'PERSON_IS_SELF', 'Manager', 'e1']],
    says: [['"e1"', 'top of the tree']],
    counts: { refused: 0, unchanged: 1, created: 1 },
  },
  PERSON_ROW_REFUSED: {
    csv: `${HEADER};Language;Manager\n${GOOD_ROW};;\nboss@example.com;;Boss;xx;\ndan@example.com;;Dan;;boss@example.com\n`,
    finds: [
      [3, 'LANGUAGE_UNKNOWN', 'Language', 'xx'],
      [4, 'PERSON_ROW_REFUSED', 'Manager', 'boss@example.com'],
    ],
    says: [['"boss@example.com"', 'line 3']],
    counts: { refused: 2, created: 1 },
  },
  CYCLE: {
    csv: `${HEADER};Manager\nann@example.com;;Ann;cy@example.com\n${GOOD_ROW};\ncy@example.com;;Cy;bo@example.com\n`,
    finds: [
      [2, 'CYCLE', 'Manager', 'cy@example.com'],
      [4, 'CYCLE', 'Manager', 'bo@example.com'],
    ],
    says: [
      ['ann@example.com (line 2)', 'cy@example.com (line 4)', 'bo@example.com (existing)', ' → '],
      ['ann@example.com (line 2)', 'cy@example.com (line 4)', 'bo@example.com (existing)', ' → '],
    ],
    counts: { refused: 2, created: 1 },
  },
} satisfies { [C in FindingCode]?: Scenario };
