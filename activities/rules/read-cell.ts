import { checkBoolean } from './booleans.ts';
import { isClearWord } from './clear-word.ts';
import { UNPROVED } from './column-formats.ts';
import { checkDate } from './dates.ts';
import type { Checked } from './findings.ts';
import { unguard } from './formula-guard.ts';
import type { Column } from './headers.ts';
import { checkEmail, checkExternalId } from './identity.ts';
import { checkLanguage } from './language.ts';
import { cellTooLong, type TextKind, tooLong } from './lengths.ts';
import { checkNumber } from './numbers.ts';
import { rangeOfDate, rangeOfNumber } from './ranges.ts';
import { readAsBefore, readChoice, rememberChoice } from './read-choice.ts';
import { noteBroken, type RowWork, say } from './row-work.ts';
import { checkText, invisibleIn } from './text.ts';

/** Reads the cell of a value into the draft. An absent cell (the row is short) leaves its value untouched. */
export const readCell = (work: RowWork, column: Column, cell: string | undefined): void => {
  if (cell === undefined) return;
  if (column.kind === 'choices' && readAsBefore(work, column, cell)) return;
  const given = unguard(cell);
  const text = isIdentity(column) ? withoutFormula(given.trim(), cell) : given.trim();
  const { limits } = work.context;
  const long = tooLong(text, TEXT_KINDS[column.kind], limits) ?? cellTooLong(given, limits);
  if (long) {
    refuseLength(work, column, given, long);
    return;
  }
  if (text === '') readEmpty(work, column);
  else if (isClearWord(text)) clear(work, column, given);
  else readText(work, column, text, given, cell);
};

const readText = (work: RowWork, column: Column, text: string, given: string, cell: string): void => {
  const checked = check(work, column, text);
  const long = checked.ok && column.kind === 'numbers' && tooLong(String(checked.value), 'number', work.context.limits);
  // The stored form of `.5` is longer than the cell, and a template has to be able to say it.
  if (long) refuseLength(work, column, given, long);
  else if (!checked.ok) refuse(work, column, given, checked);
  else if (typeof checked.value === 'boolean') work.draft.participates = checked.value;
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
    case 'firstName':
    case 'lastName':
    case 'language':
      draft[column.kind] = value;
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
      checkRange(work, column, value, given);
  }
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
      return checkEmail(text);
    case 'externalId':
      return checkExternalId(text);
    case 'language':
      return checkLanguage(text, context.languages);
    case 'participates':
      return checkBoolean(text);
    case 'dates':
      return checkDate(text, (context.formats[index] ?? UNPROVED).dates);
    case 'numbers':
      return checkNumber(text, (context.formats[index] ?? UNPROVED).numbers);
    case 'users':
      // Names a person by an identity, so that what no identity has cannot find anybody.
      return checkExternalId(text);
    default:
      return checkText(text);
  }
};

const refuse = (work: RowWork, column: Column, given: string, wrong: Extract<Checked<never>, { ok: false }>): void => {
  noteBroken(work, { key: column.kind === 'backdate' ? column.name : column.key, text: given });
  say(work, column.index, wrong.code, column.name, given, wrong.details);
};

/** Refuses the row for a cell or backdate that is too long. */
export const refuseLength = (
  work: RowWork,
  column: Column,
  given: string,
  long: Extract<Checked<never>, { ok: false }>,
): void => {
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

/**
 * What a cell such as `="0042"` shows: exports write ids so, as a formula that is only a text, to keep the zeros. A cell
 * that means these signs themselves is written with the guard.
 */
const withoutFormula = (text: string, cell: string): string =>
  (cell.trimStart().startsWith('=') && TEXT_FORMULA.exec(text)?.[1]?.trim()) || text;
const TEXT_FORMULA = /^="([^"]*)"$/;

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
