import { type CatalogueEntry, onLine, quoted, rowsOn } from './catalogue-entry.ts';
import type { FindingDetails } from './findings.ts';

/** Errors of a row as a whole: who it is about, and whom it names. */
export const ROW_CATALOGUE = {
  NO_IDENTITY: {
    scope: 'row',
    meaning: 'The row names nobody: both email and external id are empty.',
    message: ({ total }) =>
      total
        ? 'The line looks like the total at the end of a report, and has neither an email nor an external id.'
        : 'The row has neither an email nor an external id, so it is not clear whom it is about.',
    suggestion: ({ total }) =>
      total
        ? 'Delete the line, if it is not the row of a user. Otherwise fill in Email or External Id.'
        : 'Fill in Email or External Id, or delete the row.',
    example: ';;Anna;Berg',
  },
  ROWS_IN_CELL: {
    scope: 'row',
    meaning: 'A quoted cell holds lines that read as rows of the file, so that these rows are not read.',
    message: ({ firstLine, lastLine }) =>
      `A quote in this row is closed on a later line, so that ${rowsOn(firstLine, lastLine)} in the cell and not in ${firstLine !== undefined && firstLine === lastLine ? 'a row of its own' : 'rows of their own'}.`,
    suggestion: ({ lastLine }) =>
      `Look for a quote that opens in this row and closes${onLine(lastLine)}. Delete both quotes if they are not meant, and upload the file again. If the cell is a text that is meant so, write the text on one line.`,
    example: 'anna@example.com;Anna;"Sales (where the next quote stands some lines below)',
  },
  ROW_IN_ONE_CELL: {
    scope: 'row',
    meaning:
      'All cells of the row stand in one cell: the whole line is quoted, or has another delimiter than the file.',
    message: (_, value) => `All cells of the row stand in one: ${quoted(value, 'the first')}.`,
    suggestion: () =>
      'Delete the quotes around the whole line, or write the line with the same delimiter as the header.',
    example: '"anna@example.com;Anna;Berg"',
  },
  IDENTITY_CONFLICT: {
    scope: 'row',
    meaning: 'The external id is that of one user and the email that of another.',
    message: (_, value) =>
      `The external id ${quoted(value, 'of this row')} belongs to one user and the email to another.`,
    suggestion: () => 'Correct whichever of the two is wrong.',
    example: 'E1;bob@example.com (where E1 is Anna)',
  },
  DUPLICATE_ROW: {
    scope: 'row',
    meaning: 'Another row is about the same user and says something else; neither is applied.',
    message: ({ otherLine }, value) =>
      `Another row${otherLine === undefined ? '' : ` (line ${otherLine})`} is about the same user${value ? `, ${quoted(value, '')},` : ''} and says something else.`,
    suggestion: () => 'Keep one of the two rows and delete the other.',
    example: 'anna@example.com (on two lines, with different departments)',
  },
  EMAIL_CHANGE: {
    scope: 'row',
    meaning: 'The user was found by external id and has another email, which a mass edit cannot change.',
    message: (_, value) =>
      `The user with this external id has another email; ${quoted(value, 'it')} cannot be set by mass edit.`,
    suggestion: () => 'Correct the external id if it is wrong. The email of a user is changed by hand, not by a file.',
    example: 'new.name@example.com',
  },
  EXTERNAL_ID_CHANGE: {
    scope: 'row',
    meaning: 'The user was found by email and has another external id, which a mass edit cannot change.',
    message: (_, value) =>
      `The user with this email has another external id; ${quoted(value, 'it')} cannot be set by mass edit.`,
    suggestion: () => 'Correct the email if it is wrong. The external id of a user is changed by hand, not by a file.',
    example: 'E2',
  },
  LEADING_ZEROS_LOST: {
    scope: 'row',
    meaning: 'The external id lacks the zeros in front that the id of a user has; spreadsheet programs remove them.',
    message: ({ present }, value) =>
      `The external id ${quoted(value, 'of this row')} belongs to nobody, but ${quoted(present, 'the same with zeros in front')} does: a spreadsheet program has probably removed the zeros.`,
    suggestion: ({ present }) =>
      `Write ${quoted(present, 'the whole id')}, in a column that is formatted as text. If it is somebody else, add a row for ${quoted(present, 'the other')} too.`,
    example: '42 (where a user has the external id 0042)',
  },
  EMAIL_TAKEN: {
    scope: 'row',
    meaning: 'Somebody else was given this email after the plan was made.',
    message: (_, value) => `The email ${quoted(value, 'of this row')} belongs to another user by now.`,
    suggestion: () => 'Check whose address it is, correct the row and upload it again.',
    example: 'anna@example.com',
  },
  EXTERNAL_ID_TAKEN: {
    scope: 'row',
    meaning: 'Somebody else was given this external id after the plan was made.',
    message: (_, value) => `The external id ${quoted(value, 'of this row')} belongs to another user by now.`,
    suggestion: () => 'Check whose id it is, correct the row and upload it again.',
    example: 'E1',
  },
  TOO_MANY_CELLS: {
    scope: 'row',
    meaning: 'The row has cells to the right of the last header, and they are not empty.',
    message: ({ cells, expected }, value) =>
      `The row has ${cells === undefined ? 'more cells' : `${cells} cells, more`} than the header${expected === undefined ? '' : ` (${expected})`}${value ? `; the first of them is ${quoted(value, '')}` : ''}.`,
    suggestion: () => 'If a text holds the character that separates the columns, put the text in quotes.',
    example: 'anna@example.com;Anna;Berg;Sales;extra',
  },
  PERSON_NOT_FOUND: {
    scope: 'row',
    meaning: 'Nobody has the email or external id that is named, neither among the users nor in the file.',
    message: (_, value) => `Nobody with the email or external id ${quoted(value, 'that is named')} was found.`,
    suggestion: (_, value) =>
      `Correct the email or external id, or add the person as a row of this file.${/^\d+$/.test(value ?? '') ? ' Look whether a spreadsheet program has removed zeros in front of it.' : ''}`,
    example: 'nobody@example.com',
  },
  PERSON_IS_SELF: {
    scope: 'row',
    meaning: 'The row names its own user, as if somebody were their own manager.',
    message: (_, value) => `The row names its own user, ${quoted(value, 'as if they were above themselves')}.`,
    suggestion: () => 'Name somebody else, or leave the cell empty.',
    example: 'anna@example.com (in the row of anna@example.com)',
  },
  PERSON_DELETED: {
    scope: 'row',
    meaning: 'The row names somebody whom this mass edit would delete.',
    message: ({ person }, value) =>
      `The row names ${quoted(person ?? value, 'somebody')}, who would be deleted by this mass edit.`,
    suggestion: () => 'Name somebody who stays, or add the person to the file so that they stay.',
    example: 'leaver@example.com',
  },
  PERSON_ROW_REFUSED: {
    scope: 'row',
    meaning: 'The row names a new user whose own row is refused.',
    message: ({ otherLine }, value) =>
      `${quoted(value, 'The person that is named')} is not created, as the row${otherLine === undefined ? ' that brings them' : ` on line ${otherLine}`} is refused.`,
    suggestion: ({ otherLine }) =>
      `Mend the row${onLine(otherLine) || ' of that person'}; this one will then go through.`,
    example: 'new.manager@example.com',
  },
  CYCLE: {
    scope: 'row',
    meaning: 'The row would close a circle of people, each above the next.',
    message: ({ path }) => `This would put people above each other in a circle${path ? `: ${path}` : ''}.`,
    suggestion: () => 'Give one of these people somebody else, or nobody, so that the circle is open.',
    example: 'bob@example.com (in the row of cat, who is above bob)',
  },
  CHANGED_SINCE_PLAN: {
    scope: 'row',
    meaning: 'The user was changed by somebody else after the plan was made and is left as they are.',
    message: ({ person }) =>
      person === undefined
        ? 'The user was changed by somebody else after the plan was made, so nothing was done.'
        : `"${person}" was changed by somebody else after the list was made, and is kept.`,
    suggestion: ({ person }) =>
      person === undefined
        ? 'Look at the user as they are now and upload the row again if it still holds.'
        : 'Look at the user as they are now, and upload the file again if they should still be deleted.',
    example: '(a user whom somebody changed by hand meanwhile)',
  },
} satisfies { [C in RowCode]: CatalogueEntry<FindingDetails[C]> };

type RowCode =
  | 'NO_IDENTITY'
  | 'ROWS_IN_CELL'
  | 'ROW_IN_ONE_CELL'
  | 'IDENTITY_CONFLICT'
  | 'DUPLICATE_ROW'
  | 'EMAIL_CHANGE'
  | 'EXTERNAL_ID_CHANGE'
  | 'LEADING_ZEROS_LOST'
  | 'EMAIL_TAKEN'
  | 'EXTERNAL_ID_TAKEN'
  | 'TOO_MANY_CELLS'
  | 'PERSON_NOT_FOUND'
  | 'PERSON_IS_SELF'
  | 'PERSON_DELETED'
  | 'PERSON_ROW_REFUSED'
  | 'CYCLE'
  | 'CHANGED_SINCE_PLAN';
