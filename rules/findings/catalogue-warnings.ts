import { entry, grouped, onLine, quoted } from './catalogue-entry.ts';

/** Warnings about the file, its columns, rows and cells. They are applied all the same. */
export const WARNING_CATALOGUE = {
  /**
   * `nearest`: the known column that is most likely meant; `others`: further ones, joined by `", "`. `taken`: the column that
   * would be meant, if the file did not have it already.
   */
  UNKNOWN_HEADER: entry<{ nearest?: string; others?: string; taken?: string }>({
    scope: 'warning',
    title: 'Unknown column',
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
    samples: [
      ['Departmnet', { nearest: 'Department' }],
      ['Name', { nearest: 'First name', others: 'Last name' }],
      ['Employee ID', { taken: 'External Id' }],
      ['Shoe size'],
    ],
  }),
  /** `position`: of the first such column, the leftmost being 1. `count`: how many. */
  UNNAMED_COLUMN: entry<{ position?: number; count?: number }>({
    scope: 'warning',
    title: 'Column without a header',
    meaning: 'A column has no header and is not read.',
    message: ({ position, count }) =>
      count !== undefined && count > 1
        ? `${count} columns have no header and are not read${position === undefined ? '' : `; the first is column ${position}`}.`
        : `${position === undefined ? 'A column' : `Column ${position}`} has no header and is not read.`,
    suggestion: () => 'Give the column a header if its cells should be read.',
    example: 'Email;;First name',
    samples: [
      [null, { position: 2, count: 1 }],
      [null, { position: 2, count: 3 }],
    ],
  }),
  DUPLICATE_IDENTICAL: entry<{ otherLine?: number }>({
    scope: 'warning',
    title: 'The same row twice',
    meaning: 'Another row says exactly the same of the same user; it is applied once.',
    message: ({ otherLine }) =>
      `The row says the same as the row${otherLine === undefined ? ' before it' : ` on line ${otherLine}`} and is skipped.`,
    suggestion: () => 'Nothing needs to be done.',
    example: '(the same row twice)',
    samples: [['anna@example.com', { otherLine: 7 }]],
  }),
  SHORT_ROW: entry<{ cells?: number; expected?: number }>({
    scope: 'warning',
    title: 'Row with too few cells',
    meaning: 'The row ends before the last column; the cells that are not there leave their values untouched.',
    message: ({ cells, expected }) =>
      `The row ends early${cells === undefined || expected === undefined ? '' : `: it has ${cells} of ${expected} cells`}; the values that are not there stay as they are.`,
    suggestion: () => 'Check that no separator is missing, as all cells behind it would have moved to the left.',
    example: 'anna@example.com;Anna',
    samples: [[null, { cells: 2, expected: 5 }]],
  }),
  STRAY_QUOTE: entry({
    scope: 'warning',
    title: 'Stray quote',
    meaning: 'A quote stands inside a cell that is not in quotes as a whole; it is taken as it is.',
    message: (_, value) =>
      `A quote stands inside a cell of this row${value ? `, ${quoted(value, '')},` : ''} and was taken as part of the text.`,
    suggestion: () => 'Check the cell. A text with quotes is put in quotes as a whole, each inner quote written twice.',
    example: 'Anna "Annie" Berg',
    samples: [['Anna "Annie" Berg']],
  }),
  /** `spelling`: the stored name. */
  CASE_VARIANT: entry<{ spelling?: string }>({
    scope: 'warning',
    title: 'Found in another spelling',
    meaning:
      'The name differs from that of the segment only in upper and lower case, or in the form of letters, quotes, dashes or spaces, and means it.',
    message: ({ spelling }, value) =>
      `${quoted(value, 'The name')} was read as ${quoted(spelling, 'the name that is there already')}.`,
    suggestion: ({ spelling }) => `Write ${quoted(spelling, 'the name as it is there')} to make this notice go away.`,
    example: 'it (where IT is a department)',
    samples: [
      ['it', { spelling: 'IT' }],
      ['GROSSKUNDEN', { spelling: 'Großkunden' }],
    ],
  }),
  /** `leftOut`: the cell is not used, because it is no identity. `required`: the value cannot be cleared. */
  PLACEHOLDER: entry<{ leftOut?: boolean; required?: boolean }>({
    scope: 'warning',
    title: 'Placeholder used as a name',
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
    samples: [['N/A'], ['NULL', { required: true }], ['#REF!', { leftOut: true }]],
  }),
  /** `meant`: the text with its entities as characters. `read`: the segment of that name was found. */
  HTML_ENTITY: entry<{ meant?: string; read?: boolean }>({
    scope: 'warning',
    title: 'HTML in a text',
    meaning:
      'A name or choice holds HTML entities, as web pages write signs and letters. A choice of the plain text is found; else the text is used as it stands.',
    message: ({ meant, read }, value) =>
      read
        ? `${quoted(value, 'The choice')} was read as ${quoted(meant, 'the choice without HTML entities')}.`
        : `${quoted(value, 'The text')} holds HTML entities and looks like ${quoted(meant, 'another text')}.`,
    suggestion: ({ meant }) => `If you mean ${quoted(meant, 'the plain text')}, write it so.`,
    example: 'R&amp;D',
    samples: [
      ['O&#39;Brien', { meant: "O'Brien" }],
      ['R&amp;D', { meant: 'R&D', read: true }],
    ],
  }),
  /** As for CONTROL_CHARACTER. */
  INVISIBLE_CHARACTER: entry<{ character?: string; position?: number }>({
    scope: 'warning',
    title: 'Invisible character kept',
    meaning:
      'A name or text holds a character without width, or one that turns the direction of reading; it is kept. Joiners that a script or an emoji needs are no such characters.',
    message: ({ character, position }) =>
      `The text holds a character that cannot be seen${character ? ` (${character})` : ''}${position === undefined ? '' : ` at position ${position}`}; it is kept.`,
    suggestion: () => 'If it was pasted in by mistake, type the text again: two names that differ in it look alike.',
    example: 'Sales\u200b (with a space of no width at its end)',
    samples: [['Sales\u200b', { character: 'U+200B', position: 6 }]],
  }),
  /** `encoding`: the encoding that was used. `samples`: a few more converted cells, in quotes. */
  ENCODING_CONVERTED: entry<{ encoding?: string; samples?: string }>({
    scope: 'warning',
    title: 'Older encoding converted',
    meaning: 'The file is not UTF-8; it was converted from an older encoding.',
    message: ({ encoding, samples }, value) =>
      `The file was read as ${encoding ?? 'an older encoding'}${value ? `, for example ${quoted(value, '')}` : ''}${samples ? `, ${samples}` : ''}.`,
    suggestion: () => 'If the letters are right, nothing needs to be done. If not, save the file as "CSV UTF-8".',
    example: 'Malmö (saved as Windows-1252)',
    samples: [['Malmö', { encoding: 'Windows-1252 (Western European)', samples: '"Åsa", "Örjan"' }]],
  }),
  /** `meant`: the cell without the second encoding. `samples`: a few more such cells, in quotes. */
  DOUBLE_ENCODED: entry<{ meant?: string; samples?: string }>({
    scope: 'warning',
    title: 'Letters encoded twice',
    meaning: 'Letters beyond a to z were encoded twice before the file came here, and are read as they stand.',
    message: ({ meant, samples }, value) =>
      `${quoted(value, 'A text')} looks like ${quoted(meant, 'one')} that was encoded twice${samples ? `, as do ${samples}` : ''}; it is used as it stands.`,
    suggestion: () =>
      'If the letters are wrong, export the file again, save it as "CSV UTF-8" once, without opening it in between, and upload that file.',
    example: 'MalmÃ¶',
    samples: [['MalmÃ¶', { meant: 'Malmö', samples: '"Ã…sa"' }]],
  }),
  /** `delimiter`: in words ("comma", "tab"). */
  DELIMITER_DETECTED: entry<{ delimiter?: string }>({
    scope: 'warning',
    title: 'Other separator than semicolon',
    meaning: 'The columns are not separated by semicolons; what separates them was detected.',
    message: ({ delimiter }) =>
      `The columns are separated by ${delimiter ? `${delimiter}s, not by semicolons` : 'another sign than the semicolon'}.`,
    suggestion: () => 'Nothing needs to be done if the columns came out right.',
    example: 'Email,First name',
    samples: [[null, { delimiter: 'comma' }]],
  }),
  /** `ending`: the delimiters, a tab as an arrow. */
  TRAILING_DELIMITERS: entry<{ ending?: string }>({
    scope: 'warning',
    title: 'Delimiters at the end of every line',
    meaning: 'Every line ends in the same delimiters, the header too; they are not read.',
    message: ({ ending }) =>
      `Every line ends in ${ending ? `"${ending}"` : 'the same delimiters'}, the header too; these are not read.`,
    suggestion: () => 'Nothing needs to be done if the last column came out right.',
    example: 'Email,First name;;',
    samples: [[null, { ending: ';;' }]],
  }),
  EXAMPLE_ROW: entry({
    scope: 'warning',
    title: 'Example row skipped',
    meaning: 'The example row of the template was left in the file and is skipped.',
    message: () => 'This is the example row of the template; it is skipped.',
    suggestion: () => 'Nothing needs to be done; the row can be deleted.',
    example: 'example.person@example.com',
  }),
  HEADER_AGAIN: entry({
    scope: 'warning',
    title: 'Header repeated and skipped',
    meaning: 'A line below the header repeats the header and is skipped, as in files that were joined.',
    message: () => 'This line repeats the header; it is skipped.',
    suggestion: () => 'Nothing needs to be done; the line can be deleted.',
    example: 'Email;First name (on line 9)',
  }),
  NO_RANGE: entry({
    scope: 'warning',
    title: 'Value outside all ranges',
    meaning:
      'The value lies in none of the ranges of its attribute; it is kept, but the person is in no segment of it.',
    message: (_, value) =>
      `${quoted(value, 'The value')} lies in none of the ranges of this attribute, so the person will be in no segment of it.`,
    suggestion: () => 'Check the value, or add a range that holds it.',
    example: '-5 (where the bands begin at 0)',
    samples: [['-5']],
  }),
  /** `reason`: after today, or before 1900. */
  DATE_IMPLAUSIBLE: entry<{ reason?: 'future' | 'long_ago' }>({
    scope: 'warning',
    title: 'Date of birth is not likely',
    meaning: 'A date of birth lies in the future or before 1900; it is used all the same.',
    message: ({ reason }, value) =>
      `${quoted(value, 'The date')} ${reason === 'future' ? 'is in the future' : reason === 'long_ago' ? 'is before 1900' : 'is in the future or before 1900'}, and was used as a date of birth.`,
    suggestion: () =>
      'Check the year. The year of another calendar, as the Buddhist or the Persian, has to be written as that of the Gregorian one.',
    example: '2523-01-31 (in Date of Birth)',
    samples: [
      ['2523-01-31', { reason: 'future' }],
      ['1358-11-11', { reason: 'long_ago' }],
    ],
  }),
  /** `cells`: how many cells of the column. `line`, `meant`: of the cell that is shown, its line and its code. */
  WORDS_READ: entry<{ cells?: number; line?: number; meant?: string }>({
    scope: 'warning',
    title: 'Names of languages read',
    meaning: 'The column has names or locales of languages where a code is wanted; they were read as those languages.',
    message: ({ cells, line, meant }, value) =>
      `${quoted(value, 'The name of a language')}${onLine(line)} was read as ${meant ?? 'its code'}${cells !== undefined && cells > 1 ? `; ${grouped(cells)} cells of this column were read so, as names or locales of languages` : ''}.`,
    suggestion: () =>
      'Nothing needs to be done if that is right. If another language is meant, write its code, such as sv.',
    example: 'Svenska',
    samples: [['Svenska', { cells: 12, line: 3, meant: 'sv' }]],
  }),
  BACKDATE_PARTICIPATION_TRUE: entry({
    scope: 'warning',
    title: 'Taking part cannot be backdated',
    meaning: 'Taking part cannot be backdated; TRUE is set, from today on.',
    message: () => 'Taking part in surveys cannot be backdated; it is set from today on.',
    suggestion: () => 'Leave the backdate empty.',
    example: 'TRUE (with a backdate)',
    samples: [['2026-02-01']],
  }),
  BACKDATE_WITHOUT_VALUE: entry({
    scope: 'warning',
    title: 'Backdate without a value',
    meaning: 'There is a backdate, but the cell it dates is empty and clears nothing; the date is ignored.',
    message: () => 'There is a backdate, but no value that it would date; it is ignored.',
    suggestion: () => 'Fill in the value too, write #CLEAR to clear it from that day, or empty the backdate.',
    example: '2026-02-01 (beside an empty cell)',
    samples: [['2026-02-01']],
  }),
};
