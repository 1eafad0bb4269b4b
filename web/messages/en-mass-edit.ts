import type { StageName } from '../mass-edit.ts';
import type { TimeLeft } from '../time-left.ts';
import { countingIn } from './counting.ts';
import { enLatest } from './en-latest.ts';

const { n, count, list } = countingIn('en');
const users = (value: number) => count(value, '# user', '# users');
const changed = (created: number, updated: number) =>
  list([
    [created, 'new'],
    [updated, 'updated'],
  ]);
const rows = (value: number) => count(value, '# row', '# rows');

/** The sentences about a mass edit: under way, at the gate, at its end. */
export const enMassEdit = {
  stage: {
    heading: 'Stages',
    names: {
      Validation: 'Validation',
      'Cycle detection': 'Cycle detection',
      'Creating new segments': 'Creating new segments',
      'Delete users': 'Delete users',
      'Upsert users': 'Upsert users',
      'Attribute mutations': 'Attribute mutations',
      'Backdating changes': 'Backdating changes',
    } satisfies Record<StageName, string>,
    status: { waiting: 'waiting', running: 'running', done: 'done', not_applied: 'not applied', failed: 'failed' },
    of: (done: number, total: number) => `${n(done)} of ${n(total)}`,
    at: (number: number, name: string) => `Stage ${number} of 7: ${name}.`,
    rows: (done: number, total: number) => `${n(done)} of ${rows(total)}.`,
    progress: (done: number, total: number) => `${n(done)} of ${n(total)}.`,
    left: (left: TimeLeft) =>
      ({
        seconds: 'A few seconds left.',
        under_a_minute: 'Less than a minute left.',
        minutes: `About ${count('count' in left ? left.count : 0, '# minute', '# minutes')} left.`,
        hours: `About ${count('count' in left ? left.count : 0, '# hour', '# hours')} left.`,
      })[left.unit],
    leave: 'You can leave this page; the work goes on.',
    stuck: 'Nothing has moved for a minute. The work is safe and goes on by itself as soon as it can.',
    noWorker: 'No worker is running. The upload starts by itself when one is back.',
    workerAway: 'No worker is running. The upload goes on by itself when one is back.',
    stopping: (who: string) => `${who} has asked to stop. It stops at the next safe point.`,
    answered: 'The answer is in. Going on …',
    cancel: 'Cancel upload',
    stop: 'Stop',
    stopHeading: 'Stop this mass edit?',
    stopText: 'What has been applied stays. The rest is not applied.',
    keepGoing: 'Keep going',
  },

  panel: {
    started: (who: string, when: string) => `Uploaded by ${who}, ${when}`,
    original: 'Download the uploaded file',
    notKept: 'The file is not a CSV file and was not kept.',
    mended: 'A mended error log of an earlier upload',
    optionsNone: 'No options',
    created: 'New',
    updated: 'Updated',
    unchanged: 'Unchanged',
    refused: 'Refused',
    skipped: 'Skipped',
    deleted: 'Deleted',
    toDelete: 'To delete',
    restored: 'Restored',
    segments: 'New segments',
    backdated: 'Backdated',
    answersToRemove: 'Answers to take out',
    answersRemoved: 'Answers taken out',
    errors: 'Errors',
    warnings: 'Warnings',
    counts: 'Counts',
  },

  prompt: {
    question: (people: number, of: number) => `Delete ${n(people)} of ${users(of)}?`,
    reviewQuestion: 'Apply these changes?',
    nothing: 'Nothing has been changed yet.',
    deadline: (when: string) => `Answer before ${when}; then it expires and nothing is changed.`,
    open: 'Review and answer',
    later: 'Decide later',
    consequences: 'What happens',
    restore: 'Deleted users disappear everywhere at once. They can be restored for 30 days.',
    references: (people: number) => count(people, '# user loses their manager.', '# users lose their manager.'),
    namesakes: (people: number) =>
      count(
        people,
        '# new user has the name of a user who would be deleted: they may be one person.',
        '# new users have the names of users who would be deleted: they may be the same people.',
      ),
    noOther: 'The file changes no one else.',
    noChange: 'The file changes no one.',
    alsoApplied: (created: number, updated: number) =>
      `The changes of the file are applied too: ${changed(created, updated)}.`,
    applied: (created: number, updated: number) => `The changes of the file are applied: ${changed(created, updated)}.`,
    refusedToo: (value: number) =>
      count(value, '# row has errors and is not applied.', '# rows have errors and are not applied.'),
    who: 'Who would be deleted',
    more: (value: number) => `and ${n(value)} more`,
    kept: 'Who is kept',
    keptWhy: { uploader: 'uploaded this file', admin: 'is an administrator' },
    off: 'This file deletes no users',
    download: 'Download Missing Users',
    checked: (people: number) =>
      count(
        people,
        'I have checked the list and want to delete this user',
        'I have checked the list and want to delete these # users',
      ),
    checkedMissing: 'Tick the box to confirm that you have checked the list.',
    type: (people: number) => `Type ${people} to confirm`,
    typeWhy: 'So many people at once need a second look.',
    typeWrong: (people: number) => `Type the number ${people}.`,
    approve: (people: number) => count(people, 'Delete # user and apply changes', 'Delete # users and apply changes'),
    apply: 'Apply changes',
    skip: 'Apply without deletions',
    cancel: 'Cancel upload',
    whoMay: 'An approver or an administrator has to answer.',
    second: (who: string) => `In this organization someone other than ${who}, who uploaded the file, has to approve.`,
    noSecond: (who: string) =>
      `Your access or your user goes back to ${who}, who uploaded the file, so you do not count as a second person. Someone else has to approve.`,
    answeredBy: (who: string) => `${who} has already answered.`,
    answered: 'This has been answered already.',
    changed: 'The list has changed. Look at it again, then answer.',
    expired: 'The time to answer has run out. Nothing was changed.',
  },

  preview: {
    heading: 'Preview',
    rowsHeading: 'Rows',
    show: {
      all: 'All',
      errors: 'Errors',
      warnings: 'Warnings',
      created: 'New',
      updated: 'Updated',
      deleted: 'Deleted',
      unchanged: 'Unchanged',
    },
    filter: 'Show',
    line: 'Line',
    person: 'Person',
    result: 'Result',
    fields: 'Fields',
    action: {
      create: 'New',
      update: 'Updated',
      unchanged: 'Unchanged',
      refused: 'Refused',
      skipped: 'Skipped',
      delete: 'Deleted',
    },
    restores: 'Restores a deleted user',
    from: 'from',
    to: 'to',
    cleared: 'cleared',
    empty: 'empty',
    none: 'No rows to show.',
    next: 'Next page',
    previous: 'Previous page',
    page: (first: number, last: number, all: number | null) =>
      all === null ? `Rows ${n(first)}–${n(last)}` : `Rows ${n(first)}–${n(last)} of ${n(all)}`,
    scroll: 'Rows, scrolls sideways',
  },

  findings: {
    heading: 'What we found',
    error: 'Error',
    warning: 'Warning',
    times: (value: number) => count(value, '# time', '# times'),
    line: (line: number) => `Line ${n(line)}`,
    file: 'The file',
    mend: 'How to mend it:',
    explain: 'What this means:',
    more: (value: number) => `and ${n(value)} more, in the error log`,
    others: (value: number) => `and ${n(value)} more`,
    notListed: (limit: number, more: number) =>
      `The error log and the lists hold at most ${n(limit)} errors and warnings. ${n(more)} more were only counted.`,
  },

  reading: {
    heading: 'How the file was read',
    encoding: 'Encoding',
    delimiter: 'Columns separated by',
    delimiters: { ';': 'semicolon', ',': 'comma', '\t': 'tab' } as Record<string, string>,
    rows: 'Rows',
    size: 'Size',
    samples: 'Letters that show the encoding is right',
    columns: 'Columns, scrolls sideways',
    column: 'Column in the file',
    means: 'Read as',
    format: 'Format',
    proof: 'Evidence',
    ignored: 'ignored',
    formats: {
      year_first: 'year first',
      day_first: 'day first',
      month_first: 'month first',
      decimal_comma: 'decimal comma',
      decimal_point: 'decimal point',
      words: 'words for yes and no',
      names: 'names of languages',
      contradicting: 'contradicts itself',
      unproved: 'nothing to decide',
    },
    against: 'but',
    at: (line: number, value: string) => `line ${n(line)}: ${value}`,
  },

  result: {
    complete: 'Upload complete',
    withErrors: 'Upload complete with errors',
    noRow: 'No row was applied',
    partlyRead: (ending: string, isComplete: boolean, unread: string) =>
      `${ending}, ${isComplete ? 'but' : 'and'} ${unread}`,
    unread: (columns: number, named: string[]) => {
      const more = columns - named.length;
      const all = named.join(', ') + (more > 0 ? ` and ${n(more)} more` : '');
      return `${count(columns, '# column was', '# columns were')} not read: ${all}.`;
    },
    unnamed: 'a column without a header',
    file: (file: string) => `There is a problem with ${file}`,
    fileText: 'Nothing was changed. Mend the file and upload it again.',
    stopped: (stage: number) => `The upload stopped in stage ${stage} of 7.`,
    stoppedText: 'This is our fault, not that of your file. What was applied before is counted below.',
    stoppedBefore: 'This is our fault, not that of your file. Nothing was changed.',
    stoppedWhy: {
      value_refused: (stage: string) =>
        `The stage “${stage}” could not be done: the database refused a value that our checks had accepted.`,
      no_progress: (stage: string) =>
        `The stage “${stage}” could not be done: it was tried several times and came no further.`,
      not_proved: (stage: string) =>
        `The stage “${stage}” was not done: the stored data was not what had been counted or approved.`,
      timed_out: (stage: string) => `The stage “${stage}” could not be done within twelve hours.`,
      miscounted: () => 'The users were counted before and after, and the numbers do not agree. Tell support.',
      unknown: (stage: string) => `The stage “${stage}” could not be done.`,
    },
    miscounted: 'The upload went wrong: the number of users is not what it must be.',
    usersWere: (before: number, after: number, parts: [number, string][]) =>
      parts.some(([value]) => value > 0)
        ? `${count(before, '# user', '# users')} before, ${n(after)} now: ${list(parts)}.`
        : `${count(before, '# user', '# users')} before, ${n(after)} now.`,
    usersExpected: (expected: number) => `There must be ${n(expected)}.`,
    userParts: {
      created: 'created',
      restored: 'restored',
      deleted: 'deleted',
      othersAdded: 'added by others',
      othersDeleted: 'deleted by others',
    },
    reference: 'Reference for support:',
    cancelled: 'Cancelled',
    cancelledBy: (who: string) => `Cancelled by ${who} before any change.`,
    stoppedBy: (who: string) => `Stopped by ${who}. What was applied before is counted below.`,
    cancelledBefore: 'Cancelled before any change.',
    stoppedSome: 'Stopped. What was applied before is counted below.',
    expired: 'Expired',
    expiredText: (hours: number) => `Not confirmed within ${count(hours, '# hour', '# hours')}. Nothing was changed.`,
    expiredShort: 'Not confirmed in time. Nothing was changed.',
    noChanges: 'No changes were needed.',
    read: (read: number, parts: [number, string][]) =>
      parts.some(([value]) => value > 0) ? `${rows(read)} read: ${list(parts)}.` : `${rows(read)} read.`,
    parts: {
      created: 'created',
      updated: 'updated',
      unchanged: 'unchanged',
      refused: 'refused',
      skipped: 'skipped',
    },
    deleted: (people: number) => count(people, '# user deleted.', '# users deleted.'),
    notApplied: (refused: number, read: number) => {
      if (refused === read) return read === 1 ? 'The row was not applied.' : `None of the ${n(read)} rows was applied.`;
      const others = read - refused;
      return `${n(refused)} of ${rows(read)} ${refused === 1 ? 'was' : 'were'} not applied. The other ${
        others === 1 ? 'one was' : `${n(others)} were`
      }.`;
    },
    someCells: 'All rows were applied, but some of their values were not.',
    approvedBy: (who: string) => `Approved by ${who}.`,
    skippedBy: (who: string) => `${who} chose to apply it without deletions.`,
    ended: (when: string, duration: string) => `Finished ${when}, after ${duration}.`,
    errorLog: 'Download error log',
    template: 'Get a template',
    fixRows: 'Fix the rows in it and upload it again',
  },

  latest: enLatest,
};
