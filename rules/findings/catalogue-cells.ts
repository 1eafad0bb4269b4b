import { NO_VALUE } from './catalogue-dates.ts';
import { entry, grouped, onLine, quoted } from './catalogue-entry.ts';
import type { Contradiction, EmailReason, NumberReason, TextKind } from './details.ts';

/** Errors of single cells, beside dates. They refuse the row. */
export const CELL_CATALOGUE = {
  /** `suggested`: the address inside the text. */
  EMAIL_INVALID: entry<{ reason?: EmailReason; suggested?: string }>({
    scope: 'row',
    title: 'Not an email address',
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
    samples: [
      ['anna.example.com', { reason: 'no_at' }],
      ['anna@example.com, bob@example.com', { reason: 'several' }],
      ['Anna <anna@example.com>', { reason: 'space_in_it', suggested: 'anna@example.com' }],
      ['anna%40example.com', { reason: 'percent', suggested: 'anna@example.com' }],
      ['o&#39;brien@example.com', { reason: 'entity', suggested: "o'brien@example.com" }],
      ['Total: 4', { reason: 'total' }],
    ],
  }),
  /** `field`: the name of the column. `clearing`: the cell would clear a value that cannot be empty. */
  REQUIRED_MISSING: entry<{ field?: string; clearing?: boolean }>({
    scope: 'row',
    title: 'Required value missing',
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
    samples: [
      ['#CLEAR', { field: 'First name', clearing: true }],
      [null, { field: 'First name' }],
    ],
  }),
  /** `languages`: the allowed codes, separated by commas. */
  LANGUAGE_UNKNOWN: entry<{ languages?: string }>({
    scope: 'row',
    title: 'Unknown language',
    meaning: 'The language is not one of those that can be chosen.',
    message: (_, value) => `${quoted(value, 'The cell')} is not a language that can be chosen.`,
    suggestion: ({ languages }) =>
      languages
        ? `Write one of: ${languages}; or the name of one of these languages.`
        : 'Write a language code, such as en or sv.',
    example: 'Klingon',
    samples: [['Klingon', { languages: 'en, sv, da, nb' }]],
  }),
  /** `suggested`: the number, if the cell can mean no other. */
  NUMBER_INVALID: entry<{ reason?: NumberReason; suggested?: string }>({
    scope: 'row',
    title: 'Not a number',
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
    samples: [
      ['12 kr', { reason: 'unit', suggested: '12' }],
      ['80 %', { reason: 'percent' }],
      ['50k', { reason: 'unit' }],
      ['(1234)', { reason: 'minus', suggested: '-1234' }],
      ['1200²', { reason: 'digit', suggested: '1200' }],
      ['Mai 50', { reason: 'date' }],
      ['1.23.4', { reason: 'grouping' }],
      ['many', { reason: 'form' }],
      ['#DIV/0!', { reason: 'error_word' }],
    ],
  }),
  NUMBER_AMBIGUOUS: entry<Contradiction>({
    scope: 'row',
    title: 'Number that can be read in two ways',
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
    samples: [
      ['1,234'],
      ['1.234', { line: 3, cell: '1.234.567' }],
      ['12,5', { line: 2, cell: '12,5', otherLine: 4, otherCell: '12.5' }],
    ],
  }),
  BOOLEAN_INVALID: entry({
    scope: 'row',
    title: 'Neither TRUE nor FALSE',
    meaning: 'The cell is neither TRUE nor FALSE.',
    message: (_, value) => `${quoted(value, 'The cell')} is neither TRUE nor FALSE.`,
    suggestion: () =>
      'Write TRUE or FALSE. Understood too: 1/0, yes/no, and the words for true/false and yes/no in Swedish (sant/falskt, ja/nej), Danish, Norwegian, Finnish, German (wahr/falsch, ja/nein), French, Spanish, Italian, Dutch, Polish and Portuguese.',
    example: 'maybe',
    samples: [['maybe']],
  }),
  /** `kind`: what the cell holds. `length`: in characters; absent if the row was not read to its end. */
  TOO_LONG: entry<{ kind?: TextKind; limit?: number; length?: number }>({
    scope: 'row',
    title: 'Cell too long',
    meaning:
      'The cell has more characters than its column takes: 255 for an external id or a person, 254 for an email, 200 for a name or a choice, 100 for a date, number, language or TRUE/FALSE, 10,000 for any cell.',
    message: ({ kind = 'cell', limit, length }) =>
      `${length === undefined ? 'The cell is too long' : `The cell has ${grouped(length)} characters`}${limit === undefined ? '' : `: ${TEXT_KINDS[kind]} may have ${grouped(limit)} characters at most`}.`,
    suggestion: ({ limit }) =>
      `Shorten the text${limit === undefined ? '' : ` to ${grouped(limit)} characters or fewer`}. If the cell holds several rows, a quote at its beginning is probably not meant.`,
    example: '(an external id of more than 255 characters)',
    samples: [
      ['E1E2E3E4E5', { kind: 'external_id', limit: 255, length: 3_000 }],
      ['Lorem ipsum dolor sit amet', { kind: 'cell', limit: 10_000, length: 12_000 }],
    ],
  }),
  /** `character`: as `U+0007`. `position`: the first being 1. `suggested`: the identity that is meant. */
  CONTROL_CHARACTER: entry<{ character?: string; position?: number; suggested?: string }>({
    scope: 'row',
    title: 'Hidden character',
    meaning: 'The cell holds a character that cannot be seen and does not belong in text.',
    message: ({ character, position }) =>
      `The cell holds an invisible character${character ? ` (${character})` : ''}${position === undefined ? '' : ` at position ${position}`}.`,
    suggestion: ({ suggested }) =>
      suggested
        ? `If you mean ${quoted(suggested, '')}, type it; do not paste it.`
        : 'Delete the cell and type the value again; do not paste it.',
    example: 'Anna\u2407',
    samples: [['Anna\u2407', { character: 'U+0007', position: 5 }]],
  }),
  REPLACEMENT_CHARACTER: entry<{ position?: number }>({
    scope: 'row',
    title: 'Lost letter',
    meaning: 'A letter was lost before the file came here: the cell holds the sign that stands for an unreadable one.',
    message: ({ position }) =>
      `A letter${position === undefined ? '' : ` at position ${position}`} was lost when the file was made: it is a \ufffd.`,
    suggestion: () => 'Type the word again, or export the file again as UTF-8.',
    example: 'J\ufffdrgen',
    samples: [['J\ufffdrgen', { position: 2 }]],
  }),
  SCIENTIFIC_NOTATION: entry({
    scope: 'row',
    title: 'Shortened number',
    meaning: 'The spreadsheet program has shortened a long number, and its last digits are lost.',
    message: (_, value) => `${quoted(value, 'The value')} is a number that was shortened, with digits lost.`,
    suggestion: () => 'Format the column as text before filling it in, type the full value again and save.',
    example: '4.67012E+11',
    samples: [['4.67012E+11']],
  }),
};

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
