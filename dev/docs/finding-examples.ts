import type { FindingCode, FindingDetails } from '../../rules/findings/findings.ts';

/** A cell as in a file, and the details that its code would store. */
export type FindingExample<C extends FindingCode> = { value: string | null; details: FindingDetails[C] };

/**
 * The inputs of the sentences in the documentation. Each code has at least one example, and more if the sentence
 * changes with the reason. They belong to the example cells of the catalogue.
 */
export const FINDING_EXAMPLES: {
  readonly [C in FindingCode]: readonly [FindingExample<C>, ...FindingExample<C>[]];
} = {
  FILE_EMPTY: [{ value: null, details: {} }],
  NOT_CSV: [
    { value: null, details: { kind: 'an Excel workbook' } },
    { value: null, details: { kind: 'a PDF document' } },
    { value: null, details: { kind: 'a web page (HTML)' } },
  ],
  ENCODING_UNKNOWN: [{ value: null, details: { byte: 4711 } }],
  DELIMITER_UNKNOWN: [{ value: null, details: { firstLine: 'Email;Name,External Id' } }],
  OPEN_QUOTE: [{ value: '"Anna', details: {} }],
  ROWS_IN_HEADER: [{ value: 'Department\nanna@example.com;Sales', details: { firstLine: 2, lastLine: 300 } }],
  LINES_QUOTED: [{ value: 'Email;First name', details: {} }],
  OTHER_HEADER: [{ value: 'Email;Department', details: {} }],
  NO_HEADER: [{ value: null, details: {} }],
  DUPLICATE_HEADER: [{ value: 'department', details: { otherColumn: 2 } }],
  NO_IDENTITY_COLUMN: [{ value: null, details: {} }],
  TOO_MANY_ROWS: [{ value: null, details: { limit: 1_000_000 } }],
  TOO_MANY_COLUMNS: [{ value: null, details: { limit: 500, columns: 612 } }],
  BACKDATE_WITHOUT_COLUMN: [{ value: 'Department backdate', details: { missing: 'Department' } }],
  DELETE_WITHOUT_ROWS: [{ value: null, details: {} }],
  DELETE_WITHOUT_MATCH: [{ value: null, details: {} }],
  DELETE_WITH_ERROR_LOG: [{ value: null, details: {} }],

  NO_IDENTITY: [
    { value: null, details: {} },
    { value: '#N/A', details: { word: '#N/A' } },
    { value: 'Total: 4', details: { total: true } },
  ],
  ROWS_IN_CELL: [{ value: 'Sales\nbob@example.com;Bob;IT', details: { firstLine: 3, lastLine: 4 } }],
  ROW_IN_ONE_CELL: [{ value: 'anna@example.com;Anna;Berg', details: {} }],
  IDENTITY_CONFLICT: [{ value: 'E1', details: {} }],
  DUPLICATE_ROW: [
    { value: 'anna@example.com', details: { otherLine: 7 } },
    { value: 'reception@example.com', details: { otherLine: 7, differ: 'externalId' } },
  ],
  EMAIL_INVALID: [
    { value: 'anna.example.com', details: { reason: 'no_at' } },
    { value: 'anna@example.com, bob@example.com', details: { reason: 'several' } },
    { value: 'Anna <anna@example.com>', details: { reason: 'space_in_it', suggested: 'anna@example.com' } },
    { value: 'anna%40example.com', details: { reason: 'percent', suggested: 'anna@example.com' } },
    { value: 'o&#39;brien@example.com', details: { reason: 'entity', suggested: "o'brien@example.com" } },
    { value: 'Total: 4', details: { reason: 'total' } },
  ],
  EMAIL_CHANGE: [{ value: 'new.name@example.com', details: { present: 'old.name@example.com' } }],
  EXTERNAL_ID_CHANGE: [
    { value: 'E2', details: { present: 'E1' } },
    { value: 'E77', details: { present: 'E2', deletedOn: '2026-02-28' } },
  ],
  IDENTITY_RESPELLED: [
    { value: '1001.0', details: { present: '1001' } },
    { value: '1.000', details: {} },
    { value: "'0042", details: { present: '0042', otherLine: 7 } },
  ],
  RESTORE_NAME_DIFFERS: [
    { value: 'Nadia', details: { name: 'Bob Berg', person: 'bob@example.com', deletedOn: '2026-02-28' } },
  ],
  LEADING_ZEROS_LOST: [{ value: '42', details: { present: '0042' } }],
  LETTER_LOST: [
    { value: 'Micha?', details: { present: 'Michał' } },
    { value: 'Kowalsk?', details: {} },
    { value: 'B?rbel', details: { applied: true } },
    { value: 'F?rs?ljning', details: { present: 'Försäljning', applied: true, read: true } },
  ],
  EMAIL_TAKEN: [{ value: 'anna@example.com', details: {} }],
  EXTERNAL_ID_TAKEN: [{ value: 'E1', details: {} }],
  REQUIRED_MISSING: [
    { value: '#CLEAR', details: { field: 'First name', clearing: true } },
    { value: null, details: { field: 'First name' } },
  ],
  LANGUAGE_UNKNOWN: [{ value: 'Klingon', details: { languages: 'en, sv, da, nb' } }],
  DATE_INVALID: [
    { value: '2026-02-30', details: { reason: 'no_such_day' } },
    { value: '45292', details: { reason: 'serial', suggested: '2024-01-01' } },
    { value: '31/12/25', details: { reason: 'two_digit_year' } },
    { value: '1980', details: { reason: 'year_alone' } },
    { value: '2026-02-28 09:30', details: { reason: 'time' } },
    { value: '1980-01-30T23:00:00Z', details: { reason: 'instant', suggested: '1980-01-31' } },
    { value: '1980-01-3¹', details: { reason: 'digit' } },
    { value: 'in May', details: { reason: 'form' } },
    { value: '#N/A', details: { reason: 'error_word' } },
  ],
  DATE_AMBIGUOUS: [
    { value: '03/04/2026', details: { dayFirst: '2026-04-03', monthFirst: '2026-03-04' } },
    { value: '31/12/2025', details: { line: 2, cell: '31/12/2025', otherLine: 5, otherCell: '12/31/2025' } },
  ],
  NUMBER_INVALID: [
    { value: '12 kr', details: { reason: 'unit', suggested: '12' } },
    { value: '80 %', details: { reason: 'percent' } },
    { value: '50k', details: { reason: 'unit' } },
    { value: '(1234)', details: { reason: 'minus', suggested: '-1234' } },
    { value: '1200²', details: { reason: 'digit', suggested: '1200' } },
    { value: 'Mai 50', details: { reason: 'date' } },
    { value: '1.23.4', details: { reason: 'grouping' } },
    { value: 'many', details: { reason: 'form' } },
    { value: '#DIV/0!', details: { reason: 'error_word' } },
  ],
  NUMBER_AMBIGUOUS: [
    { value: '1,234', details: {} },
    { value: '1.234', details: { line: 3, cell: '1.234.567' } },
    { value: '12,5', details: { line: 2, cell: '12,5', otherLine: 4, otherCell: '12.5' } },
  ],
  BOOLEAN_INVALID: [{ value: 'maybe', details: {} }],
  TOO_LONG: [
    { value: 'E1E2E3E4E5', details: { kind: 'external_id', limit: 255, length: 3_000 } },
    { value: 'Lorem ipsum dolor sit amet', details: { kind: 'cell', limit: 10_000, length: 12_000 } },
  ],
  TOO_MANY_CELLS: [{ value: 'extra', details: { cells: 5, expected: 4 } }],
  CONTROL_CHARACTER: [{ value: 'Anna\u2407', details: { character: 'U+0007', position: 5 } }],
  REPLACEMENT_CHARACTER: [{ value: 'J\ufffdrgen', details: { position: 2 } }],
  SCIENTIFIC_NOTATION: [{ value: '4.67012E+11', details: {} }],
  PERSON_NOT_FOUND: [
    { value: 'nobody@example.com', details: {} },
    { value: '1001.0', details: { suggested: '1001' } },
    { value: '42', details: {} },
  ],
  PERSON_IS_SELF: [{ value: 'anna@example.com', details: {} }],
  PERSON_DELETED: [{ value: 'leaver@example.com', details: { person: 'leaver@example.com' } }],
  PERSON_ROW_REFUSED: [{ value: 'new.manager@example.com', details: { otherLine: 12 } }],
  CYCLE: [
    {
      value: 'bob@example.com',
      details: { path: 'cat@example.com (line 2) → bob@example.com (existing) → cat@example.com' },
    },
  ],
  CHANGED_SINCE_PLAN: [{ value: null, details: {} }],

  BACKDATE_INVALID: [
    { value: 'last spring', details: { reason: 'form' } },
    { value: '03/04/2026', details: { reason: 'ambiguous' } },
  ],
  BACKDATE_TOO_OLD: [{ value: '2020-01-01', details: { oldest: '2026-02-28' } }],
  BACKDATE_IN_FUTURE: [{ value: '2099-01-01', details: { latest: '2026-05-28' } }],
  BACKDATE_NEW_USER: [{ value: '2026-02-01', details: {} }],

  UNKNOWN_HEADER: [
    { value: 'Departmnet', details: { nearest: 'Department' } },
    { value: 'Name', details: { nearest: 'First name', others: 'Last name' } },
    { value: 'Employee ID', details: { taken: 'External Id' } },
    { value: 'Shoe size', details: {} },
  ],
  UNNAMED_COLUMN: [
    { value: null, details: { position: 2, count: 1 } },
    { value: null, details: { position: 2, count: 3 } },
  ],
  DUPLICATE_IDENTICAL: [{ value: 'anna@example.com', details: { otherLine: 7 } }],
  SHORT_ROW: [{ value: null, details: { cells: 2, expected: 5 } }],
  STRAY_QUOTE: [{ value: 'Anna "Annie" Berg', details: {} }],
  CASE_VARIANT: [
    { value: 'it', details: { spelling: 'IT' } },
    { value: 'GROSSKUNDEN', details: { spelling: 'Großkunden' } },
  ],
  PLACEHOLDER: [
    { value: 'N/A', details: {} },
    { value: 'NULL', details: { required: true } },
    { value: '#REF!', details: { leftOut: true } },
  ],
  HTML_ENTITY: [
    { value: 'O&#39;Brien', details: { meant: "O'Brien" } },
    { value: 'R&amp;D', details: { meant: 'R&D', read: true } },
  ],
  INVISIBLE_CHARACTER: [{ value: 'Sales\u200b', details: { character: 'U+200B', position: 6 } }],
  ENCODING_CONVERTED: [
    { value: 'Malmö', details: { encoding: 'Windows-1252 (Western European)', samples: '"Åsa", "Örjan"' } },
  ],
  DOUBLE_ENCODED: [{ value: 'MalmÃ¶', details: { meant: 'Malmö', samples: '"Ã…sa"' } }],
  DELIMITER_DETECTED: [{ value: null, details: { delimiter: 'comma' } }],
  TRAILING_DELIMITERS: [{ value: null, details: { ending: ';;' } }],
  HEADER_AGAIN: [{ value: null, details: {} }],
  EXAMPLE_ROW: [{ value: null, details: {} }],
  EXISTING_CYCLE: [
    {
      value: null,
      details: { path: 'bob@example.com (line 2) → cat@example.com (existing) → bob@example.com' },
    },
  ],
  NO_RANGE: [{ value: '-5', details: {} }],
  DATE_IMPLAUSIBLE: [
    { value: '2523-01-31', details: { reason: 'future' } },
    { value: '1358-11-11', details: { reason: 'long_ago' } },
  ],
  WORDS_READ: [{ value: 'Svenska', details: { cells: 12, line: 3, meant: 'sv' } }],
  RESTORES_DELETED: [
    {
      value: 'former.colleague@example.com',
      details: { name: 'Bob Berg', person: 'former.colleague@example.com', deletedOn: '2026-02-28' },
    },
  ],
  TAKES_DELETED_ID: [
    { value: 'E2', details: { name: 'Bob Berg', person: 'bob@example.com', deletedOn: '2026-02-28' } },
  ],
  NAME_OF_MISSING: [{ value: null, details: { name: 'Cat Ceder', person: 'cat@example.com' } }],
  REFERENCE_CLEARED: [{ value: null, details: { person: 'cat@example.com', attribute: 'Manager' } }],
  BACKDATE_PARTICIPATION_TRUE: [{ value: '2026-02-01', details: {} }],
  BACKDATE_WITHOUT_VALUE: [{ value: '2026-02-01', details: {} }],
  DELETION_OFF: [{ value: null, details: { line: 14 } }],
  KEPT: [
    { value: null, details: { person: 'admin@example.com', reason: 'admin' } },
    { value: null, details: { person: 'anna@example.com', reason: 'uploader' } },
  ],
};
