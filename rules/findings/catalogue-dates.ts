import { entry, onLine, quoted } from './catalogue-entry.ts';
import type { Contradiction, DateReason } from './details.ts';

const dateSuggestion = ({ reason, suggested }: { reason?: string; suggested?: string }): string => {
  if (!suggested) return 'Write the date as year-month-day, such as 2026-02-28.';
  return reason === 'instant'
    ? `In the time zone of the organization it is ${suggested}. If you mean that day, write it so.`
    : `If you mean ${suggested}, write it so.`;
};

/** Errors of dates. They refuse the row, except errors of backdates. */
export const DATE_CATALOGUE = {
  /** `suggested`: the date, `YYYY-MM-DD`, if the cell can mean no other. */
  DATE_INVALID: entry<{ reason?: DateReason; suggested?: string }>({
    scope: 'row',
    title: 'Not a date',
    meaning: 'The cell is not a date, or no such day exists.',
    message: ({ reason }, value) => dateMessage(reason, value),
    suggestion: (details) => (details.reason === 'error_word' ? NO_VALUE : dateSuggestion(details)),
    example: '2026-02-30',
    samples: [
      ['2026-02-30', { reason: 'no_such_day' }],
      ['45292', { reason: 'serial', suggested: '2024-01-01' }],
      ['31/12/25', { reason: 'two_digit_year' }],
      ['1980', { reason: 'year_alone' }],
      ['2026-02-28 09:30', { reason: 'time' }],
      ['1980-01-30T23:00:00Z', { reason: 'instant', suggested: '1980-01-31' }],
      ['1980-01-3¹', { reason: 'digit' }],
      ['in May', { reason: 'form' }],
      ['#N/A', { reason: 'error_word' }],
    ],
  }),
  /** Two cells that contradict each other, or none. `dayFirst`, `monthFirst`: the dates that the cell may mean. */
  DATE_AMBIGUOUS: entry<Contradiction & { dayFirst?: string; monthFirst?: string }>({
    scope: 'row',
    title: 'Date that can be read in two ways',
    meaning: 'Day and month could be either way round, and no other cell of the column decides it.',
    message: ({ line, cell, otherLine, otherCell, dayFirst, monthFirst }, value) =>
      cell && otherCell
        ? `${quoted(value, 'The date')} cannot be read: ${quoted(cell, 'a cell')}${onLine(line)} has the day first, ${quoted(otherCell, 'another')}${onLine(otherLine)} the month.`
        : `${quoted(value, 'The date')} can be read in two ways${dayFirst && monthFirst ? ` (${dayFirst} or ${monthFirst})` : ''}, and no cell of the column tells which.`,
    suggestion: () => 'Write the dates of this column as year-month-day, such as 2026-02-28.',
    example: '03/04/2026 (where all days of the column are below 13)',
    samples: [
      ['03/04/2026', { dayFirst: '2026-04-03', monthFirst: '2026-03-04' }],
      ['31/12/2025', { line: 2, cell: '31/12/2025', otherLine: 5, otherCell: '12/31/2025' }],
    ],
  }),
  BACKDATE_INVALID: entry<{ reason?: DateReason | 'ambiguous'; suggested?: string }>({
    scope: 'cell',
    title: 'Backdate is not a date',
    meaning: 'The backdate is not a date; the value beside it is set without it.',
    message: ({ reason }, value) =>
      reason === 'ambiguous'
        ? `${quoted(value, 'The backdate')} can be read in two ways, and no cell of the column tells which; the value goes without a backdate.`
        : `${dateMessage(reason, value).slice(0, -1)}; the value goes without a backdate.`,
    suggestion: dateSuggestion,
    example: 'last spring',
    samples: [
      ['last spring', { reason: 'form' }],
      ['03/04/2026', { reason: 'ambiguous' }],
    ],
  }),
  /** `oldest`: the first day that is allowed. */
  BACKDATE_TOO_OLD: entry<{ oldest?: string }>({
    scope: 'cell',
    title: 'Backdate too far back',
    meaning: 'The backdate lies more than three months back; the value beside it is set without it.',
    message: (_, value) =>
      `${quoted(value, 'The backdate')} is more than three months ago; the value goes without a backdate.`,
    suggestion: ({ oldest }) =>
      oldest ? `Write ${oldest} or a later day.` : 'Write a day within the last three months.',
    example: '2020-01-01',
    samples: [['2020-01-01', { oldest: '2026-02-28' }]],
  }),
  /** `latest`: the last day that is allowed. */
  BACKDATE_IN_FUTURE: entry<{ latest?: string }>({
    scope: 'cell',
    title: 'Backdate in the future',
    meaning: 'The backdate has not come yet; the value beside it is set without it.',
    message: (_, value) => `${quoted(value, 'The backdate')} is in the future; the value goes without a backdate.`,
    suggestion: ({ latest }) =>
      `Write ${latest ? `${latest} or an earlier day` : 'today or an earlier day'}, or make the change on that day.`,
    example: '2099-01-01',
    samples: [['2099-01-01', { latest: '2026-05-28' }]],
  }),
  BACKDATE_NEW_USER: entry({
    scope: 'cell',
    title: 'Backdate for a new user',
    meaning: 'The row creates a user, who has no past to change; the value is set without it.',
    message: () => 'A user who is created by this file cannot be backdated; the value goes without a backdate.',
    suggestion: () => 'Leave the backdate empty for new users.',
    example: '2026-02-01 (for a new user)',
    samples: [['2026-02-01']],
  }),
};

const DATE_REASONS: Record<DateReason, string> = {
  no_such_day: 'is a day that does not exist',
  serial: "is a spreadsheet's inner number for a day, not a date",
  two_digit_year: 'has a year of two digits, which may mean two centuries',
  year_alone: 'is a year without month and day',
  time: 'is a date with a time of day',
  instant: 'is a moment with a time zone, which is another day elsewhere, and not a date',
  digit: 'has a digit of another kind than 0 to 9',
  form: 'is not a date',
  error_word: 'is what a spreadsheet or program writes if there is no date',
};

const dateMessage = (reason: DateReason | 'ambiguous' | undefined, value: string | null): string =>
  `${quoted(value, 'The cell')} ${reason && reason !== 'ambiguous' ? DATE_REASONS[reason] : DATE_REASONS.form}.`;

/** What to do about the word that a program writes if there is no value. */
export const NO_VALUE = 'Write the value, leave the cell empty to keep the present one, or write #CLEAR to clear it.';
