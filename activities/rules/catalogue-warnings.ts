import { type CatalogueEntry, onLine, quoted } from './catalogue-entry.ts';
import type { FindingDetails } from './findings.ts';

/** Warnings: applied all the same, and said. */
export const WARNING_CATALOGUE = {
  UNKNOWN_HEADER: {
    scope: 'warning',
    meaning: 'The header is no known column; the column is ignored. A file never creates an attribute.',
    message: (_, value) => `The column ${quoted(value, 'with this header')} is not known and is ignored.`,
    suggestion: ({ nearest }) =>
      nearest
        ? `If you mean "${nearest}", write it so.`
        : 'Add the attribute first if it should be kept, or remove the column.',
    example: 'Departmnet',
  },
  UNNAMED_COLUMN: {
    scope: 'warning',
    meaning: 'A column has no header and is ignored.',
    message: ({ position, count }) =>
      count !== undefined && count > 1
        ? `${count} columns have no header and are ignored${position === undefined ? '' : `; the first is column ${position}`}.`
        : `${position === undefined ? 'A column' : `Column ${position}`} has no header and is ignored.`,
    suggestion: () => 'Give the column a header if its cells should be read.',
    example: 'Email;;First name',
  },
  DUPLICATE_IDENTICAL: {
    scope: 'warning',
    meaning: 'Another row says exactly the same of the same user; it is applied once.',
    message: ({ otherLine }) =>
      `The row says the same as the row${otherLine === undefined ? ' before it' : ` on line ${otherLine}`} and is skipped.`,
    suggestion: () => 'Nothing needs to be done.',
    example: '(the same row twice)',
  },
  SHORT_ROW: {
    scope: 'warning',
    meaning: 'The row ends before the last column; the cells that are not there leave their values untouched.',
    message: ({ cells, expected }) =>
      `The row ends early${cells === undefined || expected === undefined ? '' : `: it has ${cells} of ${expected} cells`}; the values that are not there stay as they are.`,
    suggestion: () => 'Check that no separator is missing, as all cells behind it would have moved to the left.',
    example: 'anna@example.com;Anna',
  },
  STRAY_QUOTE: {
    scope: 'warning',
    meaning: 'A quote stands inside a cell that is not in quotes as a whole; it is taken as it is.',
    message: (_, value) =>
      `A quote stands inside a cell of this row${value ? `, ${quoted(value, '')},` : ''} and was taken as part of the text.`,
    suggestion: () => 'Check the cell. A text with quotes is put in quotes as a whole, each inner quote written twice.',
    example: 'Anna "Annie" Berg',
  },
  CASE_VARIANT: {
    scope: 'warning',
    meaning: 'The name differs from that of the segment only in upper and lower case, and means it.',
    message: ({ spelling }, value) =>
      `${quoted(value, 'The name')} was read as ${quoted(spelling, 'the name that is there already')}.`,
    suggestion: ({ spelling }) => `Write ${quoted(spelling, 'the name as it is there')} to make this notice go away.`,
    example: 'it (where IT is a department)',
  },
  PLACEHOLDER: {
    scope: 'warning',
    meaning: 'The name looks like a sign for "nothing", but is used as a name.',
    message: (_, value) => `${quoted(value, 'The name')} looks like a sign for "nothing", but was used as a name.`,
    suggestion: () => 'Leave the cell empty to keep the present value, or write #CLEAR to clear it.',
    example: 'N/A',
  },
  INVISIBLE_CHARACTER: {
    scope: 'warning',
    meaning: 'A name or text holds a character without width, or one that turns the direction of reading; it is kept.',
    message: ({ character, position }) =>
      `The text holds a character that cannot be seen${character ? ` (${character})` : ''}${position === undefined ? '' : ` at position ${position}`}; it is kept.`,
    suggestion: () => 'If it was pasted in by mistake, type the text again: two names that differ in it look alike.',
    example: 'Sales\u200b (with a space of no width at its end)',
  },
  ENCODING_CONVERTED: {
    scope: 'warning',
    meaning: 'The file is not UTF-8; it was converted from an older encoding.',
    message: ({ encoding, samples }, value) =>
      `The file was read as ${encoding ?? 'an older encoding'}${value ? `, for example ${quoted(value, '')}` : ''}${samples ? `, ${samples}` : ''}.`,
    suggestion: () => 'If the letters are right, nothing needs to be done. If not, save the file as "CSV UTF-8".',
    example: 'Malmö (saved as Windows-1252)',
  },
  DOUBLE_ENCODED: {
    scope: 'warning',
    meaning: 'Letters beyond a to z were encoded twice before the file came here, and are read as they stand.',
    message: ({ meant, samples }, value) =>
      `${quoted(value, 'A text')} looks like ${quoted(meant, 'one')} that was encoded twice${samples ? `, as do ${samples}` : ''}; it is used as it stands.`,
    suggestion: () =>
      'Stop the mass edit if the letters are wrong. Export the file anew and save it as "CSV UTF-8" once, without opening it in between.',
    example: 'MalmÃ¶',
  },
  DELIMITER_DETECTED: {
    scope: 'warning',
    meaning: 'The columns are not separated by semicolons; what separates them was detected.',
    message: ({ delimiter }) =>
      `The columns are separated by ${delimiter ? `${delimiter}s, not by semicolons` : 'another sign than the semicolon'}.`,
    suggestion: () => 'Nothing needs to be done if the columns came out right.',
    example: 'Email,First name',
  },
  TRAILING_DELIMITERS: {
    scope: 'warning',
    meaning: 'Every line ends in the same delimiters, the header too; they are not read.',
    message: ({ ending }) =>
      `Every line ends in ${ending ? `"${ending}"` : 'the same delimiters'}, the header too; these are not read.`,
    suggestion: () => 'Nothing needs to be done if the last column came out right.',
    example: 'Email,First name;;',
  },
  EXAMPLE_ROW: {
    scope: 'warning',
    meaning: 'The example row of the template was left in the file and is skipped.',
    message: () => 'This is the example row of the template; it is skipped.',
    suggestion: () => 'Nothing needs to be done; the row can be deleted.',
    example: 'example.person@example.com',
  },
  HEADER_AGAIN: {
    scope: 'warning',
    meaning: 'A line below the header repeats the header and is skipped, as in files that were joined.',
    message: () => 'This line repeats the header; it is skipped.',
    suggestion: () => 'Nothing needs to be done; the line can be deleted.',
    example: 'Email;First name (on line 9)',
  },
  EXISTING_CYCLE: {
    scope: 'warning',
    meaning: 'There was a circle of people before, each above the next, and the file does not change it.',
    message: ({ path }) =>
      `These people stood above each other in a circle before, and still do${path ? `: ${path}` : ''}.`,
    suggestion: () => 'Give one of them somebody else, or nobody, so that the circle is open.',
    example: '(a circle that the file does not touch)',
  },
  NO_RANGE: {
    scope: 'warning',
    meaning:
      'The value lies in none of the ranges of its attribute; it is kept, but the person is in no segment of it.',
    message: (_, value) =>
      `${quoted(value, 'The value')} lies in none of the ranges of this attribute, so the person will be in no segment of it.`,
    suggestion: () => 'Check the value, or add a range that holds it.',
    example: '-5 (where the bands begin at 0)',
  },
  RESTORES_DELETED: {
    scope: 'warning',
    meaning: 'The row is about somebody who was deleted within the last 30 days, and brings them back.',
    message: (_, value) => `${quoted(value, 'The user')} was deleted recently and is restored by this row.`,
    suggestion: () => 'Remove the row if the person should stay deleted.',
    example: 'former.colleague@example.com',
  },
  REFERENCE_CLEARED: {
    scope: 'warning',
    meaning: 'Somebody names a person who is deleted, and loses that value.',
    message: ({ person, attribute }) =>
      `${quoted(person, 'Somebody')} loses the value of ${attribute ?? 'an attribute'}, as the person it names is deleted.`,
    suggestion: ({ attribute }) =>
      `Give ${attribute ? `another ${attribute}` : 'another value'} in this file or the next.`,
    example: '(somebody whose manager is deleted)',
  },
  BACKDATE_PARTICIPATION_TRUE: {
    scope: 'warning',
    meaning: 'Taking part cannot be backdated; TRUE is set, from today on.',
    message: () => 'That somebody takes part in surveys cannot be backdated; it is set from today on.',
    suggestion: () => 'Leave the backdate empty.',
    example: 'TRUE (with a backdate)',
  },
  BACKDATE_WITHOUT_VALUE: {
    scope: 'warning',
    meaning: 'There is a backdate, but the cell it dates is empty and clears nothing; the date is ignored.',
    message: () => 'There is a backdate, but no value that it would date; it is ignored.',
    suggestion: () => 'Fill in the value too, write #CLEAR to clear it from that day, or empty the backdate.',
    example: '2026-02-01 (beside an empty cell)',
  },
  DELETION_OFF: {
    scope: 'warning',
    meaning: 'Nobody is deleted by this mass edit, as a refused row may be about anybody.',
    message: ({ line }) =>
      `Nobody is deleted: the row${line === undefined ? ' of somebody' : ` on line ${line}`} is refused and it cannot be told whom it is about.`,
    suggestion: ({ line }) => `Mend the email or external id${onLine(line)} and upload the file again.`,
    example: '(a row without email and external id, with the delete option)',
  },
  KEPT: {
    scope: 'warning',
    meaning: 'Somebody who is not in the file is not deleted, being an administrator or the one who uploaded it.',
    message: ({ person, reason }) =>
      `${quoted(person, 'Somebody')} is not in the file, but is kept: ${reason === 'uploader' ? 'it is the one who uploaded it' : 'administrators are never deleted by a mass edit'}.`,
    suggestion: () =>
      'Nothing needs to be done. An administrator has to become an ordinary user before a file can delete them.',
    example: '(an administrator who is not in the file)',
  },
} satisfies { [C in WarningCode]: CatalogueEntry<FindingDetails[C]> };

type WarningCode =
  | 'UNKNOWN_HEADER'
  | 'UNNAMED_COLUMN'
  | 'DUPLICATE_IDENTICAL'
  | 'SHORT_ROW'
  | 'STRAY_QUOTE'
  | 'CASE_VARIANT'
  | 'PLACEHOLDER'
  | 'INVISIBLE_CHARACTER'
  | 'ENCODING_CONVERTED'
  | 'DOUBLE_ENCODED'
  | 'DELIMITER_DETECTED'
  | 'TRAILING_DELIMITERS'
  | 'EXAMPLE_ROW'
  | 'HEADER_AGAIN'
  | 'EXISTING_CYCLE'
  | 'NO_RANGE'
  | 'RESTORES_DELETED'
  | 'REFERENCE_CLEARED'
  | 'BACKDATE_PARTICIPATION_TRUE'
  | 'BACKDATE_WITHOUT_VALUE'
  | 'DELETION_OFF'
  | 'KEPT';
