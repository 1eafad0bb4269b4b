import { entry, grouped, onLine, quoted, rowsOn } from './catalogue-entry.ts';

/** Errors of the file: nothing of it is applied. */
export const FILE_CATALOGUE = {
  FILE_EMPTY: entry({
    scope: 'file',
    title: 'The file is empty',
    meaning: 'The file holds nothing but blank lines.',
    message: () => 'The file is empty: it has no header and no rows.',
    suggestion: () => 'Save the sheet again as CSV and check that the right sheet was saved.',
    example: '(only blank lines)',
  }),
  /** `kind`: what the file is, in words ("an Excel workbook"). */
  NOT_CSV: entry<{ kind?: string }>({
    scope: 'file',
    title: 'Not a CSV file',
    meaning: 'The file is of another kind than CSV, whatever its name says.',
    message: ({ kind }) => `The file is ${kind ?? 'not text'}, not a CSV file.`,
    suggestion: ({ kind }) => HOW_TO_SAVE.find(([words]) => words.test(kind ?? ''))?.[1] ?? SAVE_AS_CSV,
    example: '(an .xlsx file that was renamed to .csv)',
    samples: [
      [null, { kind: 'an Excel workbook' }],
      [null, { kind: 'a PDF document' }],
      [null, { kind: 'a web page (HTML)' }],
    ],
  }),
  /** `byte`: offset in the file, the first being 0. */
  ENCODING_UNKNOWN: entry<{ byte?: number }>({
    scope: 'file',
    title: 'Unreadable letters',
    meaning: 'The text of the file fits no encoding we know, so that some letters could only be guessed.',
    message: ({ byte }) =>
      `The text cannot be read from here on${byte === undefined ? '' : ` (byte ${byte})`}: it is neither UTF-8 nor any other encoding we know.`,
    suggestion: () => 'Save the file again as "CSV UTF-8". If two files were joined, save each of them as UTF-8 first.',
    example: '(UTF-8 and Windows text joined in one file)',
    samples: [[null, { byte: 4711 }]],
  }),
  /** `firstLine`: the line that two delimiters divide equally well. */
  DELIMITER_UNKNOWN: entry<{ firstLine?: string }>({
    scope: 'file',
    title: 'Columns cannot be told apart',
    meaning: 'The columns can be told apart in more than one way.',
    message: ({ firstLine }) =>
      `It is not clear what separates the columns. The first line is: ${quoted(firstLine, 'not shown')}.`,
    suggestion: () =>
      'Save the file with semicolons between the columns, or write sep=; on a line of its own at the top.',
    example: 'Email;Name,External Id',
    samples: [[null, { firstLine: 'Email;Name,External Id' }]],
  }),
  OPEN_QUOTE: entry({
    scope: 'file',
    title: 'A quote is never closed',
    meaning: 'A cell begins with a quote that is never closed, so that the rest of the file would be one cell.',
    message: () => 'A quote that opens on this line is never closed; everything after it would become one cell.',
    suggestion: () => 'Close the quote, or take it away. A quote that belongs to the text is written twice.',
    example: 'anna@example.com;"Anna',
    samples: [['"Anna']],
  }),
  /** `firstLine`, `lastLine`: of the rows that stand inside the header. */
  ROWS_IN_HEADER: entry<{ firstLine?: number; lastLine?: number }>({
    scope: 'file',
    title: 'Rows inside of the header',
    meaning: 'A quote opens in the header and closes some lines below, so that rows would be the name of a column.',
    message: ({ firstLine, lastLine }) =>
      `A quote in the header is closed on a later line, so that ${rowsOn(firstLine, lastLine)} in the name of a column.`,
    suggestion: ({ lastLine }) =>
      `Look for a quote that opens in the header and closes${onLine(lastLine)}, delete both quotes, and upload the file again.`,
    example: 'Email;"Department (where the next quote stands some lines below)',
    samples: [['Department\nanna@example.com;Sales', { firstLine: 2, lastLine: 300 }]],
  }),
  LINES_QUOTED: entry({
    scope: 'file',
    title: 'Lines in quotes as a whole',
    meaning: 'Each line stands in quotes as a whole, so that it is one cell.',
    message: (_, value) =>
      `Each line stands in quotes as a whole, so that it is one cell: ${quoted(value, 'the header')}.`,
    suggestion: () =>
      'Delete the quotes around each line (and make one quote of every two inside of a line), or export the file again without quotes around lines.',
    example: '"Email;First name"',
    samples: [['Email;First name']],
  }),
  OTHER_HEADER: entry({
    scope: 'file',
    title: 'Another header below the first',
    meaning:
      'Below the header stands another one with other columns or another order, as if two files had been joined.',
    message: (_, value) =>
      `This line is another header${value ? `, ${quoted(value, '')}` : ''}: the rows below it do not have the columns of the first header.`,
    suggestion: () => 'Upload the lines from this one on as a file of their own, or give both parts the same columns.',
    example: 'Email;Department (on line 9 of a file that begins with Email;First name)',
    samples: [['Email;Department']],
  }),
  NO_HEADER: entry({
    scope: 'file',
    title: 'Header row missing',
    meaning: 'The first line has no known header, and one of its cells is an email address: it is a row, not a header.',
    message: () => 'The header line is missing: the first line looks like a person.',
    suggestion: () => 'Put a line with the column names first, as in the template that can be downloaded.',
    example: 'anna@example.com;Anna;Berg',
  }),
  /** `otherColumn`: the first column with the same header; the leftmost column is 1. */
  DUPLICATE_HEADER: entry<{ otherColumn?: number }>({
    scope: 'file',
    title: 'The same header twice',
    meaning: 'Two columns have the same header, so that it is not clear which one counts.',
    message: ({ otherColumn }, value) =>
      `The header ${quoted(value, 'of this column')} is there twice${otherColumn === undefined ? '' : `, first in column ${otherColumn}`}.`,
    suggestion: () => 'Remove one of the two columns, or put _ in front of the header of the one to ignore.',
    example: 'Email;Department;department',
    samples: [['department', { otherColumn: 2 }]],
  }),
  /** `headerLine`: a line below the first that looks like the header. */
  NO_IDENTITY_COLUMN: entry<{ headerLine?: number }>({
    scope: 'file',
    title: 'No column for email or external id',
    meaning: 'The file has neither of the columns by which people are told apart.',
    message: () => 'There is no column "Email" and no column "External Id", so no row can be matched to a person.',
    suggestion: ({ headerLine }) =>
      headerLine === undefined
        ? 'Add the column Email or External Id. Check the spelling of the headers on the first line.'
        : `Line ${headerLine} looks like the header: delete the lines above it.`,
    example: 'First name;Department',
  }),
  TOO_MANY_ROWS: entry<{ limit?: number }>({
    scope: 'file',
    title: 'Too many rows',
    meaning: 'The file has more rows than one mass edit may have.',
    message: ({ limit }) =>
      `The file has more rows than are allowed${limit === undefined ? '' : ` (${grouped(limit)})`}.`,
    suggestion: () => 'Split the file and upload the parts one after another, each with the header line first.',
    example: '(a file of more than 1,000,000 rows)',
    samples: [[null, { limit: 1_000_000 }]],
  }),
  TOO_MANY_COLUMNS: entry<{ limit?: number; columns?: number }>({
    scope: 'file',
    title: 'Too many columns',
    meaning: 'The file has more columns than one mass edit may have.',
    message: ({ limit, columns }) =>
      `The file has ${columns === undefined ? 'more columns' : `${columns} columns, more`} than are allowed${limit === undefined ? '' : ` (${limit})`}.`,
    suggestion: () => 'Remove the columns that are not to be changed, and empty columns at the right.',
    example: '(a header of more than 500 columns)',
    samples: [[null, { limit: 500, columns: 612 }]],
  }),
  /** `missing`: the column of the backdated value. */
  BACKDATE_WITHOUT_COLUMN: entry<{ missing?: string }>({
    scope: 'file',
    title: 'Backdate without its column',
    meaning: 'A backdate column stands without the column that it dates.',
    message: ({ missing }, value) =>
      `The column ${quoted(value, 'with backdates')} has no column ${quoted(missing, 'of its attribute')} beside it, so there is nothing to backdate.`,
    suggestion: ({ missing }) =>
      `Add the column ${quoted(missing, 'of the attribute')}, or remove the backdate column.`,
    example: 'Email;Department backdate',
    samples: [['Department backdate', { missing: 'Department' }]],
  }),
  DELETE_WITHOUT_ROWS: entry({
    scope: 'file',
    title: 'No users in the file, and delete chosen',
    meaning: 'Users missing from the file should be deleted, but the file has no rows.',
    message: () => 'The file has no rows, so all users would be missing from it. Such a file deletes no user.',
    suggestion: () => 'Upload a file that names all users who are to stay, or upload it without the delete option.',
    example: '(a header line alone, with the delete option)',
  }),
  DELETE_WITHOUT_MATCH: entry({
    scope: 'file',
    title: 'No known users in the file, and delete chosen',
    meaning: 'Users missing from the file should be deleted, but no row of the file is about anybody who is there.',
    message: () =>
      'No row matches an existing user, so all users would be deleted. It may be the file of another organization.',
    suggestion: () => 'Check that this is the right file and organization, or upload it without the delete option.',
    example: '(a file of new people only, with the delete option)',
  }),
  DELETE_WITH_ERROR_LOG: entry({
    scope: 'file',
    title: 'Delete chosen for an error log',
    meaning:
      'Users missing from the file should be deleted, but the file is an error log, which names only some people.',
    message: () => 'This file is an error log (it has a _code column). All users without an error are missing from it.',
    suggestion: () => 'Upload the mended error log again without the delete option.',
    example: '(an error log, with the delete option)',
  }),
};

const SAVE_AS_CSV = 'Open it in your spreadsheet program, choose "Save as" and then "CSV UTF-8", and upload that file.';

/** The advice for each file type. */
const HOW_TO_SAVE: readonly [RegExp, string][] = [
  [
    /Excel|OpenDocument|SYLK|Numbers/,
    'Open it in your spreadsheet program, choose "File", "Save as" and the type "CSV UTF-8 (*.csv)", and upload that file.',
  ],
  [/zip|compressed/, 'Unpack it, and upload the CSV file that is inside.'],
  [/PDF|Word|picture/, 'Such a file has no cells. Export the people from your HR system, or from the sheet, as CSV.'],
  [
    /web page|web archive/,
    'A page was saved instead of the file, perhaps that of a sign-in. Sign in to your HR system and download the CSV again.',
  ],
  [/XML|JSON/, 'Choose CSV as the format when you export the people from your HR system.'],
];
