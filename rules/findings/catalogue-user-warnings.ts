import { deletedUser, entry, onLine, quoted } from './catalogue-entry.ts';
import type { DeletedUser } from './details.ts';

/** Warnings about users that the file deletes, keeps, restores or leaves without a reference. */
export const USER_WARNING_CATALOGUE = {
  /** `path`: as for CYCLE. */
  EXISTING_CYCLE: entry<{ path?: string }>({
    scope: 'warning',
    title: 'Circle of people that was there before',
    meaning: 'There was a circle of people before, each above the next, and the file does not change it.',
    message: ({ path }) =>
      `These people stood above each other in a circle before, and still do${path ? `: ${path}` : ''}.`,
    suggestion: () => 'For one of these people, name another person or none, so that the circle is open.',
    example: '(a circle that the file does not touch)',
    samples: [[null, { path: 'bob@example.com (line 2) → cat@example.com (existing) → bob@example.com' }]],
  }),
  RESTORES_DELETED: entry<DeletedUser>({
    scope: 'warning',
    title: 'Deleted user comes back',
    meaning: 'The row is about a user who was deleted within the last 30 days, and restores that user.',
    message: (details, value) =>
      details.deletedOn
        ? `The row restores ${deletedUser(details, { user: 'a deleted user', deletedOn: 'deleted on' })}.`
        : `${quoted(value, 'The user')} was deleted recently and is restored by this row.`,
    suggestion: () => 'Remove the row if the person should stay deleted.',
    example: 'former.colleague@example.com',
    samples: [
      [
        'former.colleague@example.com',
        { name: 'Bob Berg', person: 'former.colleague@example.com', deletedOn: '2026-02-28' },
      ],
    ],
  }),
  TAKES_DELETED_ID: entry<DeletedUser>({
    scope: 'warning',
    title: 'Identity of a deleted user',
    meaning: 'The row gives a user the email or external id of a user who was deleted within the last 30 days.',
    message: (details, value) =>
      `${quoted(value, 'The identity')} was that of ${deletedUser(details, { user: 'a deleted user', deletedOn: 'deleted on' })}, who cannot come back with it afterwards.`,
    suggestion: () =>
      'Check that the two are not mistaken for each other. If the deleted user is to come back, restore that user first.',
    example: 'E2 (where E2 was Bob Berg, who is deleted)',
    samples: [['E2', { name: 'Bob Berg', person: 'bob@example.com', deletedOn: '2026-02-28' }]],
  }),
  /** `name`: of the new user. `person`: the missing user who has the name. */
  NAME_OF_MISSING: entry<{ name?: string; person?: string }>({
    scope: 'warning',
    title: 'New user with the name of a missing one',
    meaning: 'A new user has the first and last name of a user who is not in the file and would be deleted.',
    message: ({ name, person }) =>
      `The new user ${quoted(name, 'of this row')} has the name of ${quoted(person, 'a user')}, who is not in the file and would be deleted.`,
    suggestion: ({ person }) =>
      `If both are one person, cancel and write ${quoted(person, 'the identity that the user has')} in this row.`,
    example: 'cat.dahl@example.com;Cat;Ceder (where Cat Ceder has another email and is not in the file)',
    samples: [[null, { name: 'Cat Ceder', person: 'cat@example.com' }]],
  }),
  /** `person`: the user who loses the value. `attribute`: the attribute of that value. */
  REFERENCE_CLEARED: entry<{ person?: string; attribute?: string }>({
    scope: 'warning',
    title: 'Loses a person who is deleted',
    meaning: 'A user names a person who is deleted, and loses that value.',
    message: ({ person, attribute }) =>
      `${quoted(person, 'A user')} loses the value of ${attribute ?? 'an attribute'}, as the person it names is deleted.`,
    suggestion: ({ attribute }) =>
      `Give ${attribute ? `another ${attribute}` : 'another value'} in this file or the next.`,
    example: '(a user whose manager is deleted)',
    samples: [[null, { person: 'cat@example.com', attribute: 'Manager' }]],
  }),
  /** `line`: of the refused row that has no readable identity. */
  DELETION_OFF: entry<{ line?: number }>({
    scope: 'warning',
    title: 'No users are deleted',
    meaning: 'This mass edit deletes no user, as a refused row may be about any user.',
    message: ({ line }) =>
      `No user is deleted: ${line === undefined ? 'a row' : `the row on line ${line}`} is refused, and it cannot be told which user it is about.`,
    suggestion: ({ line }) => `Mend the email or external id${onLine(line)} and upload the file again.`,
    example: '(a row without email and external id, with the delete option)',
    samples: [[null, { line: 14 }]],
  }),
  KEPT: entry<{ person?: string; reason?: 'uploader' | 'admin' }>({
    scope: 'warning',
    title: 'Not deleted',
    meaning: 'A user who is not in the file is not deleted, as the user is an administrator or has uploaded the file.',
    message: ({ person, reason }) =>
      `${quoted(person, 'A user')} is not in the file, but is kept: ${reason === 'uploader' ? 'it is the one who uploaded it' : 'administrators are never deleted by a mass edit'}.`,
    suggestion: () =>
      'Nothing needs to be done. An administrator has to become an ordinary user before a file can delete them.',
    example: '(an administrator who is not in the file)',
    samples: [
      [null, { person: 'admin@example.com', reason: 'admin' }],
      [null, { person: 'anna@example.com', reason: 'uploader' }],
    ],
  }),
};
