import { type CatalogueEntry, deletedUser, grouped, onLine, quoted } from './catalogue-entry.ts';
import type { FindingDetails } from './findings.ts';

/** Warnings. The row or file is applied all the same. */
export const WARNING_CATALOGUE = {
  UNKNOWN_HEADER: {
    scope: 'warning',
    meaning: 'The header is no known column, so the column is not read. A file never creates an attribute.',
    message: (_, value) => `The column ${quoted(value, 'with this header')} is not known and is not read.`,
    suggestion: ({ nearest, others, taken }) => {
      if (nearest && others) return `If the column is one of "${nearest}", "${others}", give it that header.`;
      if (nearest) return `If the column is "${nearest}", give it that header.`;
      if (taken) return `The file has the column "${taken}" already. Remove this one if it is not needed.`;
      return (
        'Remove the column if it is not needed. If its values belong to an attribute, give it the name of that attribute; ' +
        'the template has all names. An administrator adds an attribute by POST /v1/organizations/{organizationId}/attributes.'
      );
    },
    example: 'Departmnet',
  },
  UNNAMED_COLUMN: {
    scope: 'warning',
    meaning: 'A column has no header and is not read.',
    message: ({ position, count }) =>
      count !== undefined && count > 1
        ? `${count} columns have no header and are not read${position === undefined ? '' : `; the first is column ${position}`}.`
        : `${position === undefined ? 'A column' : `Column ${position}`} has no header and is not read.`,
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
    meaning:
      'The name differs from that of the segment only in upper and lower case, or in the form of letters, quotes, dashes or spaces, and means it.',
    message: ({ spelling }, value) =>
      `${quoted(value, 'The name')} was read as ${quoted(spelling, 'the name that is there already')}.`,
    suggestion: ({ spelling }) => `Write ${quoted(spelling, 'the name as it is there')} to make this notice go away.`,
    example: 'it (where IT is a department)',
  },
  PLACEHOLDER: {
    scope: 'warning',
    meaning:
      'The name looks like a sign for "nothing", or like what a spreadsheet or program writes if there is no value, but is used as a name. As an email or external id it is left out.',
    message: ({ leftOut }, value) =>
      leftOut
        ? `${quoted(value, 'The cell')} is no email and no external id; the cell was left out.`
        : `${quoted(value, 'The name')} looks like a sign for "nothing", but was used as a name.`,
    suggestion: ({ leftOut, required }) =>
      leftOut
        ? 'Write the email or external id, or leave the cell empty.'
        : required
          ? 'Write the name, or leave the cell empty to keep the present one.'
          : 'Leave the cell empty to keep the present value, or write #CLEAR to clear it.',
    example: 'N/A',
  },
  HTML_ENTITY: {
    scope: 'warning',
    meaning:
      'A name or choice holds HTML entities, as web pages write signs and letters. A choice of the plain text is found; else the text is used as it stands.',
    message: ({ meant, read }, value) =>
      read
        ? `${quoted(value, 'The choice')} was read as ${quoted(meant, 'the choice without HTML entities')}.`
        : `${quoted(value, 'The text')} holds HTML entities and looks like ${quoted(meant, 'another text')}.`,
    suggestion: ({ meant }) => `If you mean ${quoted(meant, 'the plain text')}, write it so.`,
    example: 'R&amp;D',
  },
  INVISIBLE_CHARACTER: {
    scope: 'warning',
    meaning:
      'A name or text holds a character without width, or one that turns the direction of reading; it is kept. Joiners that a script or an emoji needs are no such characters.',
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
      'If the letters are wrong, export the file again, save it as "CSV UTF-8" once, without opening it in between, and upload that file.',
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
    suggestion: () => 'For one of these people, name another person or none, so that the circle is open.',
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
  DATE_IMPLAUSIBLE: {
    scope: 'warning',
    meaning: 'A date of birth lies in the future or before 1900; it is used all the same.',
    message: ({ reason }, value) =>
      `${quoted(value, 'The date')} ${reason === 'future' ? 'is in the future' : reason === 'long_ago' ? 'is before 1900' : 'is in the future or before 1900'}, and was used as a date of birth.`,
    suggestion: () =>
      'Check the year. The year of another calendar, as the Buddhist or the Persian, has to be written as that of the Gregorian one.',
    example: '2523-01-31 (in Date of Birth)',
  },
  WORDS_READ: {
    scope: 'warning',
    meaning: 'The column has names or locales of languages where a code is wanted; they were read as those languages.',
    message: ({ cells, line, meant }, value) =>
      `${quoted(value, 'The name of a language')}${onLine(line)} was read as ${meant ?? 'its code'}${cells !== undefined && cells > 1 ? `; ${grouped(cells)} cells of this column were read so, as names or locales of languages` : ''}.`,
    suggestion: () =>
      'Nothing needs to be done if that is right. If another language is meant, write its code, such as sv.',
    example: 'Svenska',
  },
  RESTORES_DELETED: {
    scope: 'warning',
    meaning: 'The row is about a user who was deleted within the last 30 days, and restores that user.',
    message: (details, value) =>
      details.deletedOn
        ? `The row restores ${deletedUser(details, { user: 'a deleted user', deletedOn: 'deleted on' })}.`
        : `${quoted(value, 'The user')} was deleted recently and is restored by this row.`,
    suggestion: () => 'Remove the row if the person should stay deleted.',
    example: 'former.colleague@example.com',
  },
  TAKES_DELETED_ID: {
    scope: 'warning',
    meaning: 'The row gives a user the email or external id of a user who was deleted within the last 30 days.',
    message: (details, value) =>
      `${quoted(value, 'The identity')} was that of ${deletedUser(details, { user: 'a deleted user', deletedOn: 'deleted on' })}, who cannot come back with it afterwards.`,
    suggestion: () =>
      'Check that the two are not mistaken for each other. If the deleted user is to come back, restore that user first.',
    example: 'E2 (where E2 was Bob Berg, who is deleted)',
  },
  NAME_OF_MISSING: {
    scope: 'warning',
    meaning: 'A new user has the first and last name of a user who is not in the file and would be deleted.',
    message: ({ name, person }) =>
      `The new user ${quoted(name, 'of this row')} has the name of ${quoted(person, 'a user')}, who is not in the file and would be deleted.`,
    suggestion: ({ person }) =>
      `If both are one person, cancel and write ${quoted(person, 'the identity that the user has')} in this row.`,
    example: 'cat.dahl@example.com;Cat;Ceder (where Cat Ceder has another email and is not in the file)',
  },
  REFERENCE_CLEARED: {
    scope: 'warning',
    meaning: 'A user names a person who is deleted, and loses that value.',
    message: ({ person, attribute }) =>
      `${quoted(person, 'A user')} loses the value of ${attribute ?? 'an attribute'}, as the person it names is deleted.`,
    suggestion: ({ attribute }) =>
      `Give ${attribute ? `another ${attribute}` : 'another value'} in this file or the next.`,
    example: '(a user whose manager is deleted)',
  },
  BACKDATE_PARTICIPATION_TRUE: {
    scope: 'warning',
    meaning: 'Taking part cannot be backdated; TRUE is set, from today on.',
    message: () => 'Taking part in surveys cannot be backdated; it is set from today on.',
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
    meaning: 'This mass edit deletes no user, as a refused row may be about any user.',
    message: ({ line }) =>
      `No user is deleted: ${line === undefined ? 'a row' : `the row on line ${line}`} is refused, and it cannot be told which user it is about.`,
    suggestion: ({ line }) => `Mend the email or external id${onLine(line)} and upload the file again.`,
    example: '(a row without email and external id, with the delete option)',
  },
  KEPT: {
    scope: 'warning',
    meaning: 'A user who is not in the file is not deleted, as the user is an administrator or has uploaded the file.',
    message: ({ person, reason }) =>
      `${quoted(person, 'A user')} is not in the file, but is kept: ${reason === 'uploader' ? 'it is the one who uploaded it' : 'administrators are never deleted by a mass edit'}.`,
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
  | 'HTML_ENTITY'
  | 'INVISIBLE_CHARACTER'
  | 'ENCODING_CONVERTED'
  | 'DOUBLE_ENCODED'
  | 'DELIMITER_DETECTED'
  | 'TRAILING_DELIMITERS'
  | 'EXAMPLE_ROW'
  | 'HEADER_AGAIN'
  | 'EXISTING_CYCLE'
  | 'NO_RANGE'
  | 'DATE_IMPLAUSIBLE'
  | 'WORDS_READ'
  | 'RESTORES_DELETED'
  | 'TAKES_DELETED_ID'
  | 'NAME_OF_MISSING'
  | 'REFERENCE_CLEARED'
  | 'BACKDATE_PARTICIPATION_TRUE'
  | 'BACKDATE_WITHOUT_VALUE'
  | 'DELETION_OFF'
  | 'KEPT';
