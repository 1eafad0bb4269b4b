import { checkBoolean } from './booleans.ts';
import { isPlaceholder } from './choices.ts';
import { isClearWord } from './clear-word.ts';
import { UNPROVED } from './column-formats.ts';
import { checkDate } from './dates.ts';
import { isErrorWord, isNoIdentity } from './error-words.ts';
import { type Checked, excerpt } from './findings.ts';
import { cellText, unguard } from './formula-guard.ts';
import type { Column } from './headers.ts';
import { withoutEntities } from './html-entities.ts';
import { checkEmail, checkExternalId, emailsIn, visibleOf } from './identity.ts';
import { checkLanguage } from './language.ts';
import { cellTooLong, type TextKind, tooLong } from './lengths.ts';
import { checkNumber } from './numbers.ts';
import { rangeOfDate, rangeOfNumber } from './ranges.ts';
import { readAsBefore, readChoice, rememberChoice } from './read-choice.ts';
import type { DoubtfulCell, RowDraft } from './row-draft.ts';
import { noteBroken, type RowWork, say, withMore } from './row-work.ts';
import { checkText, invisibleIn } from './text.ts';

/** Reads the cell of a value into the draft. An absent cell (the row is short) leaves its value untouched. */
export const readCell = (work: RowWork, column: Column, cell: string | undefined): void => {
  if (cell === undefined) return;
  if (column.kind === 'choices' && readAsBefore(work, column, cell)) return;
  const given = unguard(cell);
  const text = cellText(cell).trim();
  const { limits } = work.context;
  const long = tooLong(text, TEXT_KINDS[column.kind], limits) ?? cellTooLong(given, limits);
  if (long) {
    refuseLength(work, column, given, long);
    return;
  }
  if (text === '') readEmpty(work, column);
  else if (isClearWord(text)) clear(work, column, given);
  else if (isIdentity(column) && isNoIdentity(text)) leaveOut(work, column, given);
  else readText(work, column, text, given, cell);
};

const readText = (work: RowWork, column: Column, text: string, given: string, cell: string): void => {
  const checked = check(work, column, text);
  const long = checked.ok && column.kind === 'numbers' && tooLong(String(checked.value), 'number', work.context.limits);
  // The stored form of `.5` is longer than the cell, and a template has to be able to say it.
  if (long) refuseLength(work, column, given, long);
  else if (!checked.ok) {
    refuse(work, column, given, checked);
    if (column.kind === 'email' || column.kind === 'externalId') keepMeant(work.draft, column.kind, text, checked);
  } else if (typeof checked.value === 'boolean') work.draft.participates = checked.value;
  else {
    const saidBefore = work.found.length;
    keep(work, column, checked.value, given);
    const invisible = invisibleIn(checked.value);
    if (invisible) say(work, column.index, 'INVISIBLE_CHARACTER', column.name, given, invisible);
    if (column.kind === 'choices' && work.found.length === saidBefore)
      rememberChoice(work, column, checked.value, cell);
  }
};

const keep = (work: RowWork, column: Column, value: string, given: string): void => {
  const { draft } = work;
  switch (column.kind) {
    case 'email':
    case 'externalId':
      draft[column.kind] = value;
      noteDoubtful(work, column.kind, column, value, given);
      break;
    case 'firstName':
    case 'lastName':
      draft[column.kind] = value;
      noteDoubtful(work, column.kind, column, value, given);
      sayOfName(work, column, value, given);
      break;
    case 'language':
      draft.language = value;
      break;
    case 'users':
      draft.people[column.place] = value;
      break;
    case 'choices':
      readChoice(work, column, value, given);
      break;
    case 'dates':
    case 'numbers':
      draft.values[column.place] = value;
      if (column.isBirth) checkBirth(work, column, value, given);
      checkRange(work, column, value, given);
  }
};

/** Years of other calendars are read as what they are not: 2523 is 1980 in Thailand, 1358 in Iran. */
const checkBirth = (work: RowWork, column: Column, value: string, given: string): void => {
  const reason = value > work.context.today ? 'future' : value < FIRST_BIRTH ? 'long_ago' : null;
  if (reason) say(work, column.index, 'DATE_IMPLAUSIBLE', column.name, given, { reason });
};
/** No user was born earlier: the oldest people that ever lived reached 122 years. */
const FIRST_BIRTH = '1900-01-01';
/** Whether a letter is lost shows when the row is compared with the user it is about. */
const noteDoubtful = (
  { draft, context }: RowWork,
  field: DoubtfulCell['field'],
  { index }: Column,
  value: string,
  given: string,
): void => {
  if (!value.includes('?')) return;
  const { lettersLost } = context.formats[index] ?? UNPROVED;
  draft.doubtful = withMore(draft.doubtful, { field, given, inLossyColumn: lettersLost });
};

const sayOfName = (work: RowWork, { kind, index, name }: Column, value: string, given: string): void => {
  if (isPlaceholder(value))
    say(work, index, 'PLACEHOLDER', name, given, kind === 'firstName' ? { required: true } : {});
  const meant = withoutEntities(value);
  if (meant !== null) say(work, index, 'HTML_ENTITY', name, given, { meant: excerpt(meant) });
};

const checkRange = (work: RowWork, column: Column, value: string, given: string): void => {
  const { ranges, today } = work.context;
  const some = ranges.get(column.attributeId);
  if (!some || some.length === 0) return;
  const range = column.kind === 'dates' ? rangeOfDate(some, value, today) : rangeOfNumber(some, value);
  if (!range) say(work, column.index, 'NO_RANGE', column.name, given);
};

const check = ({ context }: RowWork, { kind, index }: Column, text: string): Checked<string> | Checked<boolean> => {
  switch (kind) {
    case 'email':
      return orEntities(text, checkEmail(text));
    case 'externalId':
      return checkExternalId(text);
    case 'language':
      return checkLanguage(text, context.languages);
    case 'participates':
      return checkBoolean(text);
    case 'dates':
      return orErrorWord(text, checkDate(text, (context.formats[index] ?? UNPROVED).dates, context.timeZone));
    case 'numbers':
      return orErrorWord(text, checkNumber(text, (context.formats[index] ?? UNPROVED).numbers));
    case 'users':
      // Names a person by an identity, so that what no identity has cannot find anybody.
      return checkExternalId(text);
    default:
      return checkText(text);
  }
};

/** An error of a spreadsheet is told so, and what it is made of is no suggestion: `#DIV/0!` is not 0. */
const orErrorWord = (text: string, checked: Checked<string>): Checked<string> =>
  checked.ok || !isErrorWord(text) ? checked : { ...checked, details: { reason: 'error_word' } };

/** An address with HTML entities: the plain address is suggested, and the user who has it is in the file. */
const orEntities = (text: string, checked: Checked<string>): Checked<string> => {
  const plain = checked.ok ? null : withoutEntities(text);
  return plain !== null && checkEmail(plain).ok
    ? { ok: false, code: 'EMAIL_INVALID', details: { reason: 'entity', suggested: plain } }
    : checked;
};

const refuse = (work: RowWork, column: Column, given: string, wrong: Extract<Checked<never>, { ok: false }>): void => {
  noteBroken(work, { key: column.kind === 'backdate' ? column.name : column.key, text: given });
  say(work, column.index, wrong.code, column.name, given, wrong.details);
};

/**
 * Keeps the user that a refused identity means: the row is about that user, so the user is in the file. Of a cell that can mean
 * several, each counts as present.
 */
const keepMeant = (
  draft: RowDraft,
  kind: 'email' | 'externalId',
  text: string,
  { details }: Extract<Checked<never>, { ok: false }>,
): void => {
  if (typeof details.suggested === 'string') draft[kind] = details.suggested;
  else draft.hasUnreadIdentity = true;
  const named = [text, visibleOf(text), ...emailsIn(text)].filter((name) => checkExternalId(name).ok);
  draft.alsoNames = [...draft.alsoNames, ...named];
};

/** Leaves out what is no identity. Of the row's own, interpret-row.ts tells when both are read. */
const leaveOut = (work: RowWork, column: Column, given: string): void => {
  if (column.kind === 'users') say(work, column.index, 'PLACEHOLDER', column.name, given, { leftOut: true });
  else work.noIdentity = [...(work.noIdentity ?? []), { column, given }];
};

/** Refuses the row for a cell or backdate that is too long. */
export const refuseLength = (
  work: RowWork,
  column: Column,
  given: string,
  long: Extract<Checked<never>, { ok: false }>,
): void => {
  if (column.kind === 'email' || column.kind === 'externalId') work.draft.hasUnreadIdentity = true;
  refuse(work, column, given, long);
};

const TEXT_KINDS: Readonly<Record<Column['kind'], Exclude<TextKind, 'cell'>>> = {
  email: 'email',
  externalId: 'external_id',
  firstName: 'name',
  lastName: 'name',
  language: 'language',
  participates: 'boolean',
  choices: 'segment',
  dates: 'date',
  numbers: 'number',
  users: 'person',
  backdate: 'date',
};

/** Cells that tell people apart: the row's own, and those that name another person. */
const isIdentity = ({ kind }: Column): boolean => kind === 'externalId' || kind === 'email' || kind === 'users';

/** An empty cell clears only where that was asked for, and never what a user must have. */
const readEmpty = (work: RowWork, column: Column): void => {
  if (work.context.resetEmptyFields) clearValue(work, column);
};

const clear = (work: RowWork, column: Column, given: string): void => {
  if (clearValue(work, column)) return;
  refuse(work, column, given, { ok: false, code: 'REQUIRED_MISSING', details: { field: column.name, clearing: true } });
};

/** Clears the value if it may be empty; says whether it may. */
const clearValue = ({ draft }: RowWork, { kind, place }: Column): boolean => {
  switch (kind) {
    case 'lastName':
      draft.lastName = '';
      return true;
    case 'users':
      draft.people[place] = '';
      return true;
    case 'choices':
    case 'dates':
    case 'numbers':
      draft.values[place] = null;
      return true;
    default:
      return false;
  }
};
