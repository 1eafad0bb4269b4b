import type { FindingCode } from '../../rules/findings/catalogue.ts';
import type { Scenario } from './scenario.ts';

const DELETING = { deleteMissingUsers: true };
const GOOD_ROW = 'dan@example.com;Dan';
/** The first bytes of a workbook from any spreadsheet program. */
const WORKBOOK = Buffer.from('PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00xl/workbook.xml', 'latin1');
const MAX_ROWS = 1_000_000;
const MAX_COLUMNS = 500;

/** Errors that refuse the whole file. */
export const FILE_SCENARIOS = {
  FILE_EMPTY: {
    csv: '\ufeff\r\n  \r\n\r\n',
    finds: [[null, 'FILE_EMPTY', null, null]],
    says: [['The file is empty', 'no header and no rows']],
  },
  NOT_CSV: {
    csv: WORKBOOK,
    finds: [[null, 'NOT_CSV', null, null]],
    says: [['an Excel workbook', 'CSV UTF-8']],
  },
  ENCODING_UNKNOWN: {
    csv: Buffer.concat([
      Buffer.from('Email;First name\ndan@example.com;Zoë\neve@example.com;Åsa Öberg\n'),
      Buffer.from('fay@example.com;J\xf6rgen\n', 'latin1'),
    ]),
    finds: [[4, 'ENCODING_UNKNOWN', null, null]],
    says: [['byte 83', 'CSV UTF-8']],
  },
  DELIMITER_UNKNOWN: {
    csv: 'Email;Name,External Id\ndan@example.com;Dan,E9\n',
    finds: [[1, 'DELIMITER_UNKNOWN', null, null]],
    says: [['"Email;Name,External Id"', 'sep=;']],
  },
  OPEN_QUOTE: {
    csv: `Email;First name\n${GOOD_ROW}\neve@example.com;"Eve\nfay@example.com;Fay\n`,
    finds: [[3, 'OPEN_QUOTE', null, '"Eve']],
    says: [['never closed']],
  },
  ROWS_IN_HEADER: {
    csv: `Email;"First name\n${GOOD_ROW}\neve@example.com;Eve"\nfay@example.com;Fay\n`,
    finds: [[1, 'ROWS_IN_HEADER', null, `First name\n${GOOD_ROW}\neve@example.com;Eve`]],
    says: [['lines 2 to 3', 'quote']],
  },
  LINES_QUOTED: {
    csv: '"Email;First name"\n"eve@example.com;Eve"\n',
    finds: [[1, 'LINES_QUOTED', null, 'Email;First name']],
    says: [['in quotes as a whole', 'Delete the quotes']],
  },
  OTHER_HEADER: {
    csv: `Email;First name\n${GOOD_ROW}\nEmail;Department\neve@example.com;Sales\n`,
    finds: [[3, 'OTHER_HEADER', null, 'Email;Department']],
    says: [['another header', '"Email;Department"']],
  },
  NO_HEADER: {
    csv: `${GOOD_ROW}\neve@example.com;Eve\n`,
    finds: [[1, 'NO_HEADER', null, null]],
    says: [['header line is missing']],
  },
  DUPLICATE_HEADER: {
    csv: `Email;First name;FIRST NAME\n${GOOD_ROW};Daniel\n`,
    finds: [[1, 'DUPLICATE_HEADER', 'First name', 'FIRST NAME']],
    says: [['"FIRST NAME"', 'column 2']],
  },
  NO_IDENTITY_COLUMN: {
    csv: 'First name;Department\nDan;Sales\n',
    finds: [[1, 'NO_IDENTITY_COLUMN', null, null]],
    says: [['"Email"', '"External Id"']],
  },
  TOO_MANY_ROWS: {
    csv: () => `Email\n${'a@b.se\n'.repeat(MAX_ROWS + 1)}`,
    finds: [[null, 'TOO_MANY_ROWS', null, null]],
    says: [[/1,?000,?000/, 'Split the file']],
  },
  TOO_MANY_COLUMNS: {
    csv: `${['Email', ...Array.from({ length: MAX_COLUMNS }, (_, n) => `Column ${n}`)].join(';')}\n${GOOD_ROW}\n`,
    finds: [[1, 'TOO_MANY_COLUMNS', null, null]],
    says: [['501 columns', '(500)']],
  },
  BACKDATE_WITHOUT_COLUMN: {
    csv: 'Email;First name;Department backdate\ndan@example.com;Dan;\n',
    finds: [[1, 'BACKDATE_WITHOUT_COLUMN', 'Department backdate', 'Department backdate']],
    says: [['"Department backdate"', 'Add the column "Department"']],
  },
  DELETE_WITHOUT_ROWS: {
    csv: 'Email;First name\n\n;\n',
    options: DELETING,
    finds: [[null, 'DELETE_WITHOUT_ROWS', null, null]],
    says: [['no rows', 'without the delete option']],
  },
  DELETE_WITHOUT_MATCH: {
    csv: `Email;First name\n${GOOD_ROW}\n`,
    options: DELETING,
    finds: [[null, 'DELETE_WITHOUT_MATCH', null, null]],
    says: [['No row matches', 'without the delete option']],
  },
  DELETE_WITH_ERROR_LOG: {
    csv: 'Email;First name;_line;_severity;_code;_column;_value;_message\nann@example.com;Ann;2;;;;;\n',
    options: DELETING,
    finds: [[1, 'DELETE_WITH_ERROR_LOG', '_code', null]],
    says: [['_code', 'without the delete option']],
  },
} satisfies { [C in FindingCode]?: Scenario };
