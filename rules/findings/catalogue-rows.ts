import { deletedUser, entry, onLine, quoted, rowsOn, userRoute } from './catalogue-entry.ts';
import type { DeletedUser, StoredIdentity } from './details.ts';

/** Errors of a row as a whole: its identities, and the users that it names. */
export const ROW_CATALOGUE = {
  /** `word`: the text of the identity cell. `total`: the row is the last line of a report. */
  NO_IDENTITY: entry<{ word?: string; total?: boolean }>({
    scope: 'row',
    title: 'Row without email and external id',
    meaning: 'The row names no user: email and external id are empty, or hold a word for "nothing" or an error.',
    message: ({ word, total }) =>
      total
        ? 'The line looks like the total at the end of a report, and has neither an email nor an external id.'
        : word === undefined
          ? 'The row has neither an email nor an external id, so it is not clear which user the row is about.'
          : `${quoted(word, '')} is no email and no external id, so it is not clear which user the row is about.`,
    suggestion: ({ total }) =>
      total
        ? 'Delete the line, if it is not the row of a user. Otherwise fill in Email or External Id.'
        : 'Fill in Email or External Id. Delete the row only if no user is meant by it.',
    example: ';;Anna;Berg',
    samples: [[null], ['#N/A', { word: '#N/A' }], ['Total: 4', { total: true }]],
  }),
  /** `firstLine`, `lastLine`: of the rows that stand inside the cell. */
  ROWS_IN_CELL: entry<{ firstLine?: number; lastLine?: number }>({
    scope: 'row',
    title: 'Rows inside of a cell',
    meaning: 'A quoted cell holds lines that read as rows of the file, so that these rows are not read.',
    message: ({ firstLine, lastLine }) =>
      `A quote in this row is closed on a later line, so that ${rowsOn(firstLine, lastLine)} in the cell and not in ${firstLine !== undefined && firstLine === lastLine ? 'a row of its own' : 'rows of their own'}.`,
    suggestion: ({ lastLine }) =>
      `Look for a quote that opens in this row and closes${onLine(lastLine)}. Delete both quotes if they are not meant, and upload the file again. If the cell is a text that is meant so, write the text on one line.`,
    example: 'anna@example.com;Anna;"Sales (where the next quote stands some lines below)',
    samples: [['Sales\nbob@example.com;Bob;IT', { firstLine: 3, lastLine: 4 }]],
  }),
  ROW_IN_ONE_CELL: entry({
    scope: 'row',
    title: 'Whole row in one cell',
    meaning:
      'All cells of the row stand in one cell: the whole line is quoted, or has another delimiter than the file.',
    message: (_, value) => `All cells of the row stand in one: ${quoted(value, 'the first')}.`,
    suggestion: () =>
      'Delete the quotes around the whole line, or write the line with the same delimiter as the header.',
    example: '"anna@example.com;Anna;Berg"',
    samples: [['anna@example.com;Anna;Berg']],
  }),
  IDENTITY_CONFLICT: entry({
    scope: 'row',
    title: 'Email and external id of different users',
    meaning: 'The external id is that of one user and the email that of another.',
    message: (_, value) =>
      `The external id ${quoted(value, 'of this row')} belongs to one user and the email to another.`,
    suggestion: () => 'Correct whichever of the two is wrong.',
    example: 'E1;bob@example.com (where E1 is Anna)',
    samples: [['E1']],
  }),
  /** `differ`: the identity in which the rows differ. Then two people share the other identity. */
  DUPLICATE_ROW: entry<{ otherLine?: number; differ?: 'email' | 'externalId' }>({
    scope: 'row',
    title: 'Different rows for one user',
    meaning: 'Another row is about the same user and says something else; neither is applied.',
    message: ({ otherLine, differ }, value) => {
      const other = `Another row${otherLine === undefined ? '' : ` (line ${otherLine})`}`;
      if (differ === undefined)
        return `${other} is about the same user${value ? `, ${quoted(value, '')},` : ''} and says something else.`;
      const [shared, own] = differ === 'externalId' ? ['email', 'external id'] : ['external id', 'email'];
      return `${other} has the same ${shared}${value ? `, ${quoted(value, '')},` : ''} and another ${own}: two people share one ${shared}.`;
    },
    suggestion: ({ differ }) => {
      if (differ === 'externalId') return 'Give one of the two people another email, or none.';
      if (differ === 'email') return 'Give one of the two people another external id, or none.';
      return 'Keep one of the two rows and delete the other.';
    },
    example: 'anna@example.com (on two lines, with different departments)',
    samples: [
      ['anna@example.com', { otherLine: 7 }],
      ['reception@example.com', { otherLine: 7, differ: 'externalId' }],
    ],
  }),
  /** `present`: the stored identity. `user`: the user's id. `deletedOn`: the day, if the user is deleted. */
  EMAIL_CHANGE: entry<StoredIdentity>({
    scope: 'row',
    title: 'Another email than the user has',
    meaning: 'The user was found by external id and has another email, which a mass edit cannot change.',
    message: ({ present, deletedOn }, value) =>
      `The user with this external id${deletedOn ? `, who was deleted on ${deletedOn},` : ''} has ${present ? `the email ${quoted(present, '')}` : 'another email'}; ${quoted(value, 'it')} cannot be set by mass edit.`,
    suggestion: (details) => howToChange(details, 'external id', 'email'),
    example: 'new.name@example.com',
    samples: [['new.name@example.com', { present: 'old.name@example.com' }]],
  }),
  EXTERNAL_ID_CHANGE: entry<StoredIdentity>({
    scope: 'row',
    title: 'Another external id than the user has',
    meaning: 'The user was found by email and has another external id, which a mass edit cannot change.',
    message: ({ present, deletedOn }, value) =>
      `The user with this email${deletedOn ? `, who was deleted on ${deletedOn},` : ''} has ${present ? `the external id ${quoted(present, '')}` : 'another external id'}; ${quoted(value, 'it')} cannot be set by mass edit.`,
    suggestion: (details) => howToChange(details, 'email', 'external id'),
    example: 'E2',
    samples: [
      ['E2', { present: 'E1' }],
      ['E77', { present: 'E2', deletedOn: '2026-02-28' }],
    ],
  }),
  /** `present`: the right spelling; absent if several are possible. `otherLine`: the row of the file that has it. */
  IDENTITY_RESPELLED: entry<{ present?: string; otherLine?: number }>({
    scope: 'row',
    title: 'External id or email spelled otherwise',
    meaning:
      'No user has the external id or email as it is spelled, but a user has it as it was before a spreadsheet or another program changed it.',
    message: ({ present, otherLine }, value) =>
      `No user has ${quoted(value, 'the identity of this row')}, but ${otherLine === undefined ? `${present ? 'a user' : 'more than one user'} has` : `the row on line ${otherLine} has`} ${quoted(present, 'what it can stand for')}: a program has probably changed the spelling.`,
    suggestion: ({ present }) =>
      present
        ? `If you mean ${quoted(present, '')}, write it so${present.includes('@') ? '' : ', in a column that is formatted as text'}.`
        : 'Write the identity as the user has it, in a column that is formatted as text.',
    example: '1001.0 (where a user has the external id 1001)',
    samples: [['1001.0', { present: '1001' }], ['1.000'], ["'0042", { present: '0042', otherLine: 7 }]],
  }),
  RESTORE_NAME_DIFFERS: entry<DeletedUser>({
    scope: 'row',
    title: 'Deleted user with another name',
    meaning:
      'The row has the email or external id of a user who was deleted within the last 30 days, and another first and last name: it is probably about another person.',
    message: (details, value) =>
      `This row would restore ${deletedUser(details, EN)}, and gives the user another first and last name${value ? ` (first name ${quoted(value, '')})` : ''}.`,
    suggestion: ({ name }) =>
      `If the row is about a new person, use an email and external id of their own. If it is the same person, write the name ${quoted(name, 'that the user had')} and change it by a later file.`,
    example: 'E2;Nadia;Noor (where E2 was Bob Berg, who is deleted)',
    samples: [['Nadia', { name: 'Bob Berg', person: 'bob@example.com', deletedOn: '2026-02-28' }]],
  }),
  /** `present`: the external id of the user who is probably meant. */
  LEADING_ZEROS_LOST: entry<{ present?: string }>({
    scope: 'row',
    title: 'Leading zeros lost',
    meaning: 'The external id lacks the zeros in front that the id of a user has; spreadsheet programs remove them.',
    message: ({ present }, value) =>
      `The external id ${quoted(value, 'of this row')} belongs to no user, but ${quoted(present, 'the same with zeros in front')} does: a spreadsheet program has probably removed the zeros.`,
    suggestion: ({ present }) =>
      `Write ${quoted(present, 'the whole id')}, in a column that is formatted as text. If it is another person, add a row for ${quoted(present, 'the other')} too.`,
    example: '42 (where a user has the external id 0042)',
    samples: [['42', { present: '0042' }]],
  }),
  /**
   * `present`: the text that is probably meant. `applied`: the row is applied with the cell as it stands, or, if `read`, with
   * the segment that is meant.
   */
  LETTER_LOST: entry<{ present?: string; applied?: boolean; read?: boolean }>({
    scope: 'row',
    isWarning: ({ applied }) => applied === true,
    title: 'Letter lost, question mark in its place',
    meaning:
      'A question mark stands where a letter was lost, as programs write if their encoding does not have the letter. The row is refused if the user is there: the stored name or identity has another letter, or several cells of the column have such question marks. For a new user and for a choice it is a warning.',
    message: ({ present, applied, read }, value) =>
      read
        ? `${quoted(value, 'The choice')} was read as ${quoted(present, 'the choice that has a letter there')}: a question mark stands where a letter was lost.`
        : `${quoted(value, 'The cell')} has a question mark ${present ? `where ${quoted(present, '')} has a letter` : 'in a word, where a letter was probably lost'}${applied ? '; it is used as it stands' : ''}.`,
    suggestion: ({ present }) =>
      `${present ? `If you mean ${quoted(present, '')}, write it so.` : 'Write the whole word.'} If other letters are lost too, export the file again and save it as "CSV UTF-8".`,
    example: 'Micha? (where the user is called Michał)',
    samples: [
      ['Micha?', { present: 'Michał' }],
      ['Kowalsk?'],
      ['B?rbel', { applied: true }],
      ['F?rs?ljning', { present: 'Försäljning', applied: true, read: true }],
    ],
  }),
  EMAIL_TAKEN: entry({
    scope: 'row',
    title: 'Email taken meanwhile',
    meaning: 'Another user was given this email after the plan was made.',
    message: (_, value) => `The email ${quoted(value, 'of this row')} belongs to another user by now.`,
    suggestion: () => 'Check whose address it is, correct the row and upload it again.',
    example: 'anna@example.com',
    samples: [['anna@example.com']],
  }),
  EXTERNAL_ID_TAKEN: entry({
    scope: 'row',
    title: 'External id taken meanwhile',
    meaning: 'Another user was given this external id after the plan was made.',
    message: (_, value) => `The external id ${quoted(value, 'of this row')} belongs to another user by now.`,
    suggestion: () => 'Check whose id it is, correct the row and upload it again.',
    example: 'E1',
    samples: [['E1']],
  }),
  TOO_MANY_CELLS: entry<{ cells?: number; expected?: number }>({
    scope: 'row',
    title: 'Too many cells in the row',
    meaning: 'The row has cells to the right of the last header, and they are not empty.',
    message: ({ cells, expected }, value) =>
      `The row has ${cells === undefined ? 'more cells' : `${cells} cells, more`} than the header${expected === undefined ? '' : ` (${expected})`}${value ? `; the first of them is ${quoted(value, '')}` : ''}.`,
    suggestion: () => 'If a text holds the character that separates the columns, put the text in quotes.',
    example: 'anna@example.com;Anna;Berg;Sales;extra',
    samples: [['extra', { cells: 5, expected: 4 }]],
  }),
  /** `suggested`: the identity that is meant. */
  PERSON_NOT_FOUND: entry<{ suggested?: string }>({
    scope: 'row',
    title: 'Named person not found',
    meaning: 'Neither a user nor a row of the file has the email or external id that is named.',
    message: (_, value) => `No user with the email or external id ${quoted(value, 'that is named')} was found.`,
    suggestion: ({ suggested }, value) =>
      suggested
        ? `If you mean ${quoted(suggested, '')}, write it so.`
        : `Correct the email or external id, or add the person as a row of this file.${/^\d+$/.test(value ?? '') ? ' Look whether a spreadsheet program has removed zeros in front of it.' : ''}`,
    example: 'nobody@example.com',
    samples: [['nobody@example.com'], ['1001.0', { suggested: '1001' }], ['42']],
  }),
  PERSON_IS_SELF: entry({
    scope: 'cell',
    title: 'User named as their own',
    meaning:
      'The row names its own user, as if a user were their own manager. The cell and its backdate are left out, and a value that the user has stays.',
    message: (_, value) =>
      `The row names its own user, ${quoted(value, 'as if they were above themselves')}; the cell is left out.`,
    suggestion: () => 'Name another user. The user at the top of the tree has an empty cell.',
    example: 'anna@example.com (in the row of anna@example.com)',
    samples: [['anna@example.com']],
  }),
  /** `person`: email or external id of the deleted user. */
  PERSON_DELETED: entry<{ person?: string }>({
    scope: 'row',
    title: 'Named person would be deleted',
    meaning: 'The row names a user that this mass edit would delete.',
    message: ({ person }, value) =>
      `The row names ${quoted(person ?? value, 'a user')}, who would be deleted by this mass edit.`,
    suggestion: () => 'Name a user who stays, or add the person to the file so that they stay.',
    example: 'leaver@example.com',
    samples: [['leaver@example.com', { person: 'leaver@example.com' }]],
  }),
  /** `otherLine`: the row that would have created the user. */
  PERSON_ROW_REFUSED: entry<{ otherLine?: number }>({
    scope: 'row',
    title: 'The row of the named person is refused',
    meaning: 'The row names a new user whose own row is refused.',
    message: ({ otherLine }, value) =>
      `${quoted(value, 'The person that is named')} is not created, as the row${otherLine === undefined ? ' that brings them' : ` on line ${otherLine}`} is refused.`,
    suggestion: ({ otherLine }) =>
      `Mend the row${onLine(otherLine) || ' of that person'}; this one will then go through.`,
    example: 'new.manager@example.com',
    samples: [['new.manager@example.com', { otherLine: 12 }]],
  }),
  /** `path`: as text, `bob (line 2) → cat (existing) → bob`. */
  CYCLE: entry<{ path?: string }>({
    scope: 'row',
    title: 'Circle of people',
    meaning: 'The row would close a circle of people, each above the next.',
    message: ({ path }) => `This would put people above each other in a circle${path ? `: ${path}` : ''}.`,
    suggestion: () => 'For one of these people, name another person or none, so that the circle is open.',
    example: 'bob@example.com (in the row of cat, who is above bob)',
    samples: [['bob@example.com', { path: 'cat@example.com (line 2) → bob@example.com (existing) → cat@example.com' }]],
  }),
  /** `person`: the user on the deletion list; absent if the finding is about a row. */
  CHANGED_SINCE_PLAN: entry<{ person?: string }>({
    scope: 'row',
    title: 'Changed by another user meanwhile',
    meaning: 'The user was changed after the plan was made and is left as they are.',
    message: ({ person }) =>
      person === undefined
        ? 'The user was changed after the plan was made, so nothing was done.'
        : `"${person}" was changed after the list was made, and is kept.`,
    suggestion: ({ person }) =>
      person === undefined
        ? 'Look at the user as they are now and upload the row again if it still holds.'
        : 'Look at the user as they are now, and upload the file again if they should still be deleted.',
    example: '(a user who was changed by hand meanwhile)',
  }),
};

const EN = { user: 'a deleted user', deletedOn: 'deleted on' };

/** Tells how to change an identity, as a file cannot change it. */
const howToChange = (
  { user, deletedOn }: { user?: string; deletedOn?: string },
  found: string,
  changed: string,
): string => {
  const change = `the ${changed} of a user is changed by PATCH ${userRoute(user)}`;
  return deletedOn
    ? `Correct the ${found} if it is wrong. To bring this user back, restore the user first, by POST ${userRoute(user, '/restoration')} or by a row with the stored ${changed}; then ${change}.`
    : `Correct the ${found} if it is wrong. No file can do it: ${change}.`;
};
