import { countingIn } from './counting.ts';
import { enGate } from './en-gate.ts';
import { enMassEdit } from './en-mass-edit.ts';

const { count } = countingIn('en');

const NO_ANSWER = 'The service could not be reached. Try again in a moment.';

/** Every sentence of the page in English. The compiler checks that the other languages have the same entries. */
export const en = {
  name: 'English',
  title: 'Mass edit users',
  language: 'Language',
  loading: 'Loading …',
  skip: 'Skip to the content',
  close: 'Close',
  tabTitle: { running: (stage: number) => `(${stage}/7)`, asks: 'Answer needed:', done: 'Done:', error: 'Error:' },
  notHere: 'There is nothing at this address, or it belongs to another organization.',
  toOwnPage: 'Go to the mass edits of your organization',
  back: 'All mass edits',

  signIn: {
    heading: 'Sign in',
    again: 'Your session has ended',
    againText: 'Sign in again to go on where you were. Nothing that is under way has stopped.',
    text: 'Paste the access token or the sign-in link that your administrator gave you.',
    token: 'Access token',
    submit: 'Sign in',
    out: 'Sign out',
    empty: 'Paste your access token.',
    wrong: 'This token is not valid. It may have expired or been withdrawn.',
    tooMany: 'Too many attempts to sign in. Check the token, wait a minute and try again.',
    link: 'This link has been used, has been withdrawn or is older than ten minutes. Run npm start again, or ask for a new link.',
    unreachable: NO_ANSWER,
    inVain: 'The link did not sign you in',
    change: 'Change to another user?',
    question: (from: string, as: string, to: string, next: string) =>
      `You are signed in to ${from} as ${as}. Go to ${to} as ${next}?`,
    stranger: 'If you did not expect this link, stay signed in as you are.',
    stay: 'Stay signed in',
    go: 'Change user',
  },

  offline: (time: string) => `Connection lost. The work goes on; trying again. This is what was known at ${time}.`,
  offlineIdle: 'Connection lost. Trying again.',
  noAnswer: NO_ANSWER,
  refused: (reason: string) => `That was not possible. ${reason}`,
  tryAgain: 'Try again',

  templates: {
    heading: 'Templates',
    text: 'Start from a file that has the right columns.',
    create: 'Create new users',
    createHint: 'The columns and one example row.',
    edit: 'Edit existing users',
    editHint: 'Everyone, with their current data. Change what you want to change; rows may be added.',
    backdating: 'Include backdating fields',
    backdatingHint: 'A date beside each attribute: from then on, survey answers count in the new segment.',
    download: 'Download',
  },

  instructions: {
    heading: 'Instructions',
    steps: [
      'Download a template and open it in your spreadsheet program.',
      'Fill in one row for each person. Email or External Id tells who it is.',
      'Save it as “CSV UTF-8”.',
      'Upload it. It is checked first, and everything that is wrong is listed at once.',
      'Before anyone is deleted, you see the list and decide.',
    ],
    more: 'More about columns, dates and special values',
    details: [
      'A column that is not in the file stays as it is for everyone. Columns may stand in any order.',
      'An empty cell is ignored, unless you choose to reset empty fields. The word #CLEAR clears one cell either way.',
      'Dates are safest as 2026-02-28. Other ways of writing them are read where the column proves what is meant.',
      'A new name in a column of choices, such as a department, creates a new segment.',
      'A manager is named by email or external id, and may stand in any row of the file.',
      'An email or external id that someone already has cannot be changed here.',
      'Backdating reaches three months back. Comments stay in the segment they were given in.',
      'At the end you can download an error log: the rows that had problems, to be mended and uploaded again.',
    ],
  },

  upload: {
    heading: 'Upload',
    choose: 'Choose a CSV file or drop it here',
    drop: 'Drop the file here',
    other: 'Choose another file',
    paste: 'You can also paste a file, or rows from a spreadsheet.',
    pasted: 'pasted.csv',
    limits: (size: string, most: number) => `Up to ${size} and ${count(most, '# row', '# rows')}.`,
    options: 'Options',
    reset: 'Reset empty fields/attributes (Use with care)',
    resetHint: 'Empty cells in the file will clear the value.',
    remove: 'Delete users that are not in the file (Use with Extreme care)',
    removeHint: 'Users missing from the file are listed before anything is deleted.',
    neither: 'Empty fields are ignored and no users will be deleted.',
    review: 'Review before applying',
    reviewHint: 'See every change first, and then decide.',
    submit: 'Upload',
    cancel: 'Cancel the upload',
    sending: (file: string, sent: string, all: string) =>
      `Uploading ${file}: ${sent} of ${all}. Keep this page open until the upload is done.`,
    received: (file: string) => `${file} has arrived. Starting …`,
    viewer: 'You can look at everything here. Uploading takes the role editor, approver or admin.',
    busy: 'A bulk import job is already in progress. Please wait for it to complete',
    busyBy: (who: string, when: string, stage: number) => `Started by ${who} ${when}, stage ${stage} of 7.`,
    show: 'Show it',
    another: 'Upload another file',
    again: 'Upload again',
  },

  trouble: {
    heading: 'There is a problem',
    none: 'Choose a CSV file first.',
    many: 'Choose one file. Several cannot be uploaded at once.',
    empty: (file: string) => `${file} is empty. Check that the right sheet was saved.`,
    too_large: (file: string, size: string, most: string) =>
      `${file} is too large: ${size}, and ${most} is the most. Split it into several files and upload one after another.`,
    spreadsheet: (file: string) =>
      `${file} is a spreadsheet, not a CSV file. Open it, choose “File”, “Save as” and the type “CSV UTF-8”, and upload that file.`,
    not_csv: (file: string) =>
      `${file} is not a CSV file. Export the people from your HR system or spreadsheet as CSV, and upload that file.`,
    unreadable: (file: string) => `${file} cannot be read. If it is a folder or was moved, choose the file itself.`,
    cut_off: 'The connection broke before the whole file had arrived. Nothing was started. Try again.',
    file_changed: (file: string) => `${file} was changed or moved after you chose it. Choose it again.`,
    not_ready: 'The service cannot start anything just now. Nothing was started, and your file is still chosen.',
    unreachable: 'The service could not be reached. Nothing was started, and your file is still chosen.',
  },

  ...enMassEdit,
  ...enGate,
};

export type Words = typeof en;
