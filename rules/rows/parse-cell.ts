import type { Column } from '../columns/headers.ts';
import type { TextKind } from '../findings/details.ts';
import { type CheckResult, excerpt } from '../findings/findings.ts';
import { checkBoolean } from '../values/booleans.ts';
import { UNDETERMINED } from '../values/column-format.ts';
import { checkDate } from '../values/dates.ts';
import { cellText, unguard } from '../values/formula-guard.ts';
import { withoutEntities } from '../values/html-entities.ts';
import { checkEmail, checkExternalId, emailsIn, visibleOf } from '../values/identity.ts';
import { checkLanguage } from '../values/language.ts';
import { cellTooLong, tooLong } from '../values/lengths.ts';
import { checkNumber } from '../values/numbers.ts';
import { rangeOfDate, rangeOfNumber } from '../values/ranges.ts';
import { isClearMarker, isErrorWord, isNoIdentity, isPlaceholder } from '../values/special-words.ts';
import { checkText, invisibleIn } from '../values/text.ts';
import { cacheSegment, parseCached, parseSegment } from './parse-segment.ts';
import type { DoubtfulCell, ParsedRow } from './parsed-row.ts';
import { addFinding, addInvalidCell, append, type RowParserState } from './row-parser-state.ts';

/** Parses the cell of a value into the parsed row. An absent cell (short row) leaves its value untouched. */
export const parseCell = (work: RowParserState, column: Column, cell: string | undefined): void => {
  if (cell === undefined) return;
  if (column.kind === 'choices' && parseCached(work, column, cell)) return;
  const given = unguard(cell);
  const text = cellText(cell).trim();
  const { limits } = work.context;
  const long = tooLong(text, TEXT_KINDS[column.kind], limits) ?? cellTooLong(given, limits);
  if (long) {
    refuseLength(work, column, given, long);
    return;
  }
  if (text === '') parseEmpty(work, column);
  else if (isClearMarker(text)) clear(work, column, given);
  else if (isIdentity(column) && isNoIdentity(text)) leaveOut(work, column, given);
  else parseText(work, column, text, given, cell);
};

const parseText = (work: RowParserState, column: Column, text: string, given: string, cell: string): void => {
  const checked = check(work, column, text);
  const long = checked.ok && column.kind === 'numbers' && tooLong(String(checked.value), 'number', work.context.limits);
  // The stored form of `.5` is longer than the cell, and a template must be able to hold it.
  if (long) refuseLength(work, column, given, long);
  else if (!checked.ok) {
    refuse(work, column, given, checked);
    if (column.kind === 'email' || column.kind === 'externalId')
      addMeantIdentity(work.parsed, column.kind, text, checked);
  } else if (typeof checked.value === 'boolean') work.parsed.participates = checked.value;
  else {
    const saidBefore = work.findings.length;
    keep(work, column, checked.value, given);
    const invisible = invisibleIn(checked.value);
    if (invisible) addFinding(work, column.index, 'INVISIBLE_CHARACTER', column.name, given, invisible);
    if (column.kind === 'choices' && work.findings.length === saidBefore)
      cacheSegment(work, column, checked.value, cell);
  }
};

const keep = (work: RowParserState, column: Column, value: string, given: string): void => {
  const { parsed } = work;
  switch (column.kind) {
    case 'email':
    case 'externalId':
      parsed[column.kind] = value;
      addDoubtfulCell(work, column.kind, column, value, given);
      break;
    case 'firstName':
    case 'lastName':
      parsed[column.kind] = value;
      addDoubtfulCell(work, column.kind, column, value, given);
      warnOfName(work, column, value, given);
      break;
    case 'language':
      parsed.language = value;
      break;
    case 'users':
      parsed.references[column.valueIndex] = value;
      break;
    case 'choices':
      parseSegment(work, column, value, given);
      break;
    case 'dates':
    case 'numbers':
      parsed.values[column.valueIndex] = value;
      if (column.isBirth) checkBirth(work, column, value, given);
      checkRange(work, column, value, given);
  }
};

/** Warns of a birth year that may be from another calendar: 1980 is 2523 in Thailand and 1358 in Iran. */
const checkBirth = (work: RowParserState, column: Column, value: string, given: string): void => {
  const reason = value > work.context.today ? 'future' : value < FIRST_BIRTH ? 'long_ago' : null;
  if (reason) addFinding(work, column.index, 'DATE_IMPLAUSIBLE', column.name, given, { reason });
};
/** No user was born earlier: the oldest person ever reached 122 years. */
const FIRST_BIRTH = '1900-01-01';
/** Keeps a cell that may have lost a letter. The comparison with the user decides. */
const addDoubtfulCell = (
  { parsed, context }: RowParserState,
  field: DoubtfulCell['field'],
  { index }: Column,
  value: string,
  given: string,
): void => {
  if (!value.includes('?')) return;
  const { lettersLost } = context.formats[index] ?? UNDETERMINED;
  parsed.doubtfulCells = append(parsed.doubtfulCells, { field, given, inLossyColumn: lettersLost });
};

const warnOfName = (work: RowParserState, { kind, index, name }: Column, value: string, given: string): void => {
  if (isPlaceholder(value))
    addFinding(work, index, 'PLACEHOLDER', name, given, kind === 'firstName' ? { required: true } : {});
  const meant = withoutEntities(value);
  if (meant !== null) addFinding(work, index, 'HTML_ENTITY', name, given, { meant: excerpt(meant) });
};

const checkRange = (work: RowParserState, column: Column, value: string, given: string): void => {
  const { ranges, today } = work.context;
  const some = ranges.get(column.attributeId);
  if (!some || some.length === 0) return;
  const range = column.kind === 'dates' ? rangeOfDate(some, value, today) : rangeOfNumber(some, value);
  if (!range) addFinding(work, column.index, 'NO_RANGE', column.name, given);
};

const check = (
  { context }: RowParserState,
  { kind, index }: Column,
  text: string,
): CheckResult<string> | CheckResult<boolean> => {
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
      return orErrorWord(text, checkDate(text, (context.formats[index] ?? UNDETERMINED).dates, context.timeZone));
    case 'numbers':
      return orErrorWord(text, checkNumber(text, (context.formats[index] ?? UNDETERMINED).numbers));
    case 'users':
      // The cell names a user by an identity, so it follows the rules of identities.
      return checkExternalId(text);
    default:
      return checkText(text);
  }
};

/** Reports a spreadsheet error as an error word, without a suggestion made from its characters: `#DIV/0!` is not 0. */
const orErrorWord = (text: string, checked: CheckResult<string>): CheckResult<string> =>
  checked.ok || !isErrorWord(text) ? checked : { ...checked, details: { reason: 'error_word' } };

/** For an address with HTML entities, suggests the plain address. The user who has it counts as present. */
const orEntities = (text: string, checked: CheckResult<string>): CheckResult<string> => {
  const plain = checked.ok ? null : withoutEntities(text);
  return plain !== null && checkEmail(plain).ok
    ? { ok: false, code: 'EMAIL_INVALID', details: { reason: 'entity', suggested: plain } }
    : checked;
};

const refuse = (
  work: RowParserState,
  column: Column,
  given: string,
  wrong: Extract<CheckResult<never>, { ok: false }>,
): void => {
  addInvalidCell(work, { key: column.kind === 'backdate' ? column.name : column.key, text: given });
  addFinding(work, column.index, wrong.code, column.name, given, wrong.details);
};

/**
 * Keeps the identities that a refused identity may mean. The row is about that user, so the user is in the file. If the
 * cell can mean several users, each counts as present.
 */
const addMeantIdentity = (
  parsed: ParsedRow,
  kind: 'email' | 'externalId',
  text: string,
  { details }: Extract<CheckResult<never>, { ok: false }>,
): void => {
  if (typeof details.suggested === 'string') parsed[kind] = details.suggested;
  else parsed.hasUnreadIdentity = true;
  const named = [text, visibleOf(text), ...emailsIn(text)].filter((name) => checkExternalId(name).ok);
  parsed.otherIdentities = [...parsed.otherIdentities, ...named];
};

/** Ignores a cell that is no identity. For the row's own identities, parse-row.ts decides after both are parsed. */
const leaveOut = (work: RowParserState, column: Column, given: string): void => {
  if (column.kind === 'users') addFinding(work, column.index, 'PLACEHOLDER', column.name, given, { leftOut: true });
  else work.noIdentity = [...(work.noIdentity ?? []), { column, given }];
};

/** Refuses the row for a cell or backdate that is too long. */
export const refuseLength = (
  work: RowParserState,
  column: Column,
  given: string,
  long: Extract<CheckResult<never>, { ok: false }>,
): void => {
  if (column.kind === 'email' || column.kind === 'externalId') work.parsed.hasUnreadIdentity = true;
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

/** Whether the cells are identities: those of the row's user, or a reference to another user. */
const isIdentity = ({ kind }: Column): boolean => kind === 'externalId' || kind === 'email' || kind === 'users';

/** An empty cell clears its value only if the option is set, and never a required value. */
const parseEmpty = (work: RowParserState, column: Column): void => {
  if (work.context.resetEmptyFields) clearValue(work, column);
};

const clear = (work: RowParserState, column: Column, given: string): void => {
  if (clearValue(work, column)) return;
  refuse(work, column, given, { ok: false, code: 'REQUIRED_MISSING', details: { field: column.name, clearing: true } });
};

/** Clears the value if it may be empty; returns whether it may. */
const clearValue = ({ parsed }: RowParserState, { kind, valueIndex }: Column): boolean => {
  switch (kind) {
    case 'lastName':
      parsed.lastName = '';
      return true;
    case 'users':
      parsed.references[valueIndex] = '';
      return true;
    case 'choices':
    case 'dates':
    case 'numbers':
      parsed.values[valueIndex] = null;
      return true;
    default:
      return false;
  }
};
