import { type CatalogueEntry, grouped, onLine, quoted } from './catalogue-entry.ts';
import type { DateReason, EmailReason, FindingDetails, NumberReason, TextKind } from './findings.ts';

const dateSuggestion = ({ reason, suggested }: FindingDetails['BACKDATE_INVALID']): string => {
  if (!suggested) return 'Write the date as year-month-day, such as 2026-02-28.';
  return reason === 'instant'
    ? `In the time zone of the organization it is ${suggested}. If you mean that day, write it so.`
    : `If you mean ${suggested}, write it so.`;
};

/** Errors of single cells. They refuse the row, except errors of backdates. */
export const CELL_CATALOGUE = {
  EMAIL_INVALID: {
    scope: 'row',
    meaning: 'The email address is not one.',
    message: ({ reason }, value) =>
      `${quoted(value, 'The cell')} is not an email address${reason ? `: ${EMAIL_REASONS[reason]}` : ''}.`,
    suggestion: ({ suggested, reason }) =>
      reason === 'total'
        ? 'Delete the line, if it is not the row of a user.'
        : suggested
          ? `If you mean ${suggested}, write it so.`
          : 'Correct the address, or leave the cell empty if the person has an external id and no email.',
    example: 'anna.example.com',
  },
  REQUIRED_MISSING: {
    scope: 'row',
    meaning: 'A value that every user must have is missing, or the cell asks to clear it.',
    message: ({ field, clearing }) =>
      clearing
        ? `${field ?? 'This value'} cannot be cleared.`
        : `${field ?? 'A value'} is needed for a new user and is missing.`,
    suggestion: ({ field, clearing }) =>
      clearing
        ? 'Write the new value, or leave the cell empty to keep the present one.'
        : `Fill in ${field ?? 'the cell'}.`,
    example: '#CLEAR (in First name)',
  },
  LANGUAGE_UNKNOWN: {
    scope: 'row',
    meaning: 'The language is not one of those that can be chosen.',
    message: (_, value) => `${quoted(value, 'The cell')} is not a language that can be chosen.`,
    suggestion: ({ languages }) =>
      languages
        ? `Write one of: ${languages}; or the name of one of these languages.`
        : 'Write a language code, such as en or sv.',
    example: 'Klingon',
  },
  DATE_INVALID: {
    scope: 'row',
    meaning: 'The cell is not a date, or no such day exists.',
    message: ({ reason }, value) => dateMessage(reason, value),
    suggestion: (details) => (details.reason === 'error_word' ? NO_VALUE : dateSuggestion(details)),
    example: '2026-02-30',
  },
  DATE_AMBIGUOUS: {
    scope: 'row',
    meaning: 'Day and month could be either way round, and no other cell of the column decides it.',
    message: ({ line, cell, otherLine, otherCell, dayFirst, monthFirst }, value) =>
      cell && otherCell
        ? `${quoted(value, 'The date')} cannot be read: ${quoted(cell, 'a cell')}${onLine(line)} has the day first, ${quoted(otherCell, 'another')}${onLine(otherLine)} the month.`
        : `${quoted(value, 'The date')} can be read in two ways${dayFirst && monthFirst ? ` (${dayFirst} or ${monthFirst})` : ''}, and no cell of the column tells which.`,
    suggestion: () => 'Write the dates of this column as year-month-day, such as 2026-02-28.',
    example: '03/04/2026 (where all days of the column are below 13)',
  },
  NUMBER_INVALID: {
    scope: 'row',
    meaning: 'The cell is not a number.',
    message: ({ reason }, value) =>
      reason === 'date'
        ? `${quoted(value, 'The cell')} looks like a date that a spreadsheet made of a number.`
        : `${quoted(value, 'The cell')} is not a number${NUMBER_REASONS[reason ?? 'form']}.`,
    suggestion: ({ reason, suggested }) => {
      if (reason === 'error_word') return NO_VALUE;
      if (reason === 'date')
        return 'Format the column as text, so that the spreadsheet changes nothing, and type the number again, such as 1234.5.';
      return suggested
        ? `If you mean ${suggested}, write it so.`
        : 'Write digits only, with a decimal point if needed, such as 1234.5.';
    },
    example: '12 kr',
  },
  NUMBER_AMBIGUOUS: {
    scope: 'row',
    meaning: 'The comma or point could be decimal or group thousands, and no other cell of the column decides it.',
    message: ({ line, cell, otherLine, otherCell }, value) =>
      cell && otherCell
        ? `${quoted(value, 'The number')} cannot be read: ${quoted(cell, 'a cell')}${onLine(line)} and ${quoted(otherCell, 'another')}${onLine(otherLine)} use comma and point differently.`
        : cell
          ? `${quoted(value, 'The number')} can be read in two ways, as ${quoted(cell, 'a cell')}${onLine(line)} groups thousands by points.`
          : `${quoted(value, 'The number')} can be read in two ways, and no cell of the column tells whether the comma is decimal.`,
    suggestion: () =>
      'Write the numbers of this column without thousands separators and with a decimal point, such as 1234.5.',
    example: '1,234 (alone in its column)',
  },
  BOOLEAN_INVALID: {
    scope: 'row',
    meaning: 'The cell is neither TRUE nor FALSE.',
    message: (_, value) => `${quoted(value, 'The cell')} is neither TRUE nor FALSE.`,
    suggestion: () =>
      'Write TRUE or FALSE. Understood too: 1/0, yes/no, and the words for true/false and yes/no in Swedish (sant/falskt, ja/nej), Danish, Norwegian, Finnish, German (wahr/falsch, ja/nein), French, Spanish, Italian, Dutch, Polish and Portuguese.',
    example: 'maybe',
  },
  TOO_LONG: {
    scope: 'row',
    meaning:
      'The cell has more characters than its column takes: 255 for an external id or a person, 254 for an email, 200 for a name or a choice, 100 for a date, number, language or TRUE/FALSE, 10,000 for any cell.',
    message: ({ kind = 'cell', limit, length }) =>
      `${length === undefined ? 'The cell is too long' : `The cell has ${grouped(length)} characters`}${limit === undefined ? '' : `: ${TEXT_KINDS[kind]} may have ${grouped(limit)} characters at most`}.`,
    suggestion: ({ limit }) =>
      `Shorten the text${limit === undefined ? '' : ` to ${grouped(limit)} characters or fewer`}. If the cell holds several rows, a quote at its beginning is probably not meant.`,
    example: '(an external id of more than 255 characters)',
  },
  CONTROL_CHARACTER: {
    scope: 'row',
    meaning: 'The cell holds a character that cannot be seen and does not belong in text.',
    message: ({ character, position }) =>
      `The cell holds an invisible character${character ? ` (${character})` : ''}${position === undefined ? '' : ` at position ${position}`}.`,
    suggestion: ({ suggested }) =>
      suggested
        ? `If you mean ${quoted(suggested, '')}, type it; do not paste it.`
        : 'Delete the cell and type the value again; do not paste it.',
    example: 'Anna\u2407',
  },
  REPLACEMENT_CHARACTER: {
    scope: 'row',
    meaning: 'A letter was lost before the file came here: the cell holds the sign that stands for an unreadable one.',
    message: ({ position }) =>
      `A letter${position === undefined ? '' : ` at position ${position}`} was lost when the file was made: it is a \ufffd.`,
    suggestion: () => 'Type the word again, or export the file again as UTF-8.',
    example: 'J\ufffdrgen',
  },
  SCIENTIFIC_NOTATION: {
    scope: 'row',
    meaning: 'The spreadsheet program has shortened a long number, and its last digits are lost.',
    message: (_, value) => `${quoted(value, 'The value')} is a number that was shortened, with digits lost.`,
    suggestion: () => 'Format the column as text before filling it in, type the full value again and save.',
    example: '4.67012E+11',
  },
  BACKDATE_INVALID: {
    scope: 'cell',
    meaning: 'The backdate is not a date; the value beside it is set without it.',
    message: ({ reason }, value) =>
      reason === 'ambiguous'
        ? `${quoted(value, 'The backdate')} can be read in two ways, and no cell of the column tells which; the value goes without a backdate.`
        : `${dateMessage(reason, value).slice(0, -1)}; the value goes without a backdate.`,
    suggestion: dateSuggestion,
    example: 'last spring',
  },
  BACKDATE_TOO_OLD: {
    scope: 'cell',
    meaning: 'The backdate lies more than three months back; the value beside it is set without it.',
    message: (_, value) =>
      `${quoted(value, 'The backdate')} is more than three months ago; the value goes without a backdate.`,
    suggestion: ({ oldest }) =>
      oldest ? `Write ${oldest} or a later day.` : 'Write a day within the last three months.',
    example: '2020-01-01',
  },
  BACKDATE_IN_FUTURE: {
    scope: 'cell',
    meaning: 'The backdate has not come yet; the value beside it is set without it.',
    message: (_, value) => `${quoted(value, 'The backdate')} is in the future; the value goes without a backdate.`,
    suggestion: ({ latest }) =>
      `Write ${latest ? `${latest} or an earlier day` : 'today or an earlier day'}, or make the change on that day.`,
    example: '2099-01-01',
  },
  BACKDATE_NEW_USER: {
    scope: 'cell',
    meaning: 'The row creates a user, who has no past to change; the value is set without it.',
    message: () => 'A user who is created by this file cannot be backdated; the value goes without a backdate.',
    suggestion: () => 'Leave the backdate empty for new users.',
    example: '2026-02-01 (for a new user)',
  },
} satisfies { [C in CellCode]: CatalogueEntry<FindingDetails[C]> };

const EMAIL_REASONS: Record<EmailReason, string> = {
  no_at: 'it has no @',
  total: 'the line looks like the total at the end of a report',
  several_ats: 'it has more than one @',
  several: 'there is more than one address',
  space_in_it: 'it has a space, comma or semicolon in it',
  nothing_before: 'nothing stands before the @',
  nothing_after: 'nothing stands after the @',
  sign_before: 'a sign before the @ does not belong there',
  long_before: 'more than 64 characters stand before the @',
  not_a_domain: 'what stands after the @ is not a domain',
  no_dot: 'what stands after the @ has no dot',
  quoted: 'it begins with a quote',
  percent: 'it is written as in a web address, where %40 stands for @ and %2B for +',
  too_long: 'it has more than 254 characters',
  entity: 'it has HTML entities in it, as web pages write signs',
};

const TEXT_KINDS: Record<TextKind, string> = {
  external_id: 'an external id',
  email: 'an email',
  person: 'an email or external id',
  name: 'a name',
  segment: 'a choice',
  date: 'a date',
  number: 'a number',
  boolean: 'TRUE or FALSE',
  language: 'a language',
  cell: 'a cell',
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

const NUMBER_REASONS: Record<NumberReason, string> = {
  percent: ': it has a percent sign',
  unit: ': it has a currency, a unit or another word beside the digits',
  minus: ': there is no minus sign in front of it',
  grouping: ': its commas, points or spaces stand in odd places',
  digit: ': it has a digit of another kind than 0 to 9',
  date: '',
  form: '',
  error_word: ': a spreadsheet or program writes it if there is no value',
};

const NO_VALUE = 'Write the value, leave the cell empty to keep the present one, or write #CLEAR to clear it.';

const dateMessage = (reason: DateReason | 'ambiguous' | undefined, value: string | null): string =>
  `${quoted(value, 'The cell')} ${reason && reason !== 'ambiguous' ? DATE_REASONS[reason] : DATE_REASONS.form}.`;

type CellCode =
  | 'EMAIL_INVALID'
  | 'REQUIRED_MISSING'
  | 'LANGUAGE_UNKNOWN'
  | 'DATE_INVALID'
  | 'DATE_AMBIGUOUS'
  | 'NUMBER_INVALID'
  | 'NUMBER_AMBIGUOUS'
  | 'BOOLEAN_INVALID'
  | 'TOO_LONG'
  | 'CONTROL_CHARACTER'
  | 'REPLACEMENT_CHARACTER'
  | 'SCIENTIFIC_NOTATION'
  | 'BACKDATE_INVALID'
  | 'BACKDATE_TOO_OLD'
  | 'BACKDATE_IN_FUTURE'
  | 'BACKDATE_NEW_USER';
