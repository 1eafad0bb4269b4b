import { monthsBefore } from './days.ts';
import { error, warning } from './findings.ts';
import { isLossy } from './lost-letters.ts';
import { type DateOrder, dateOrderOf, readDate } from './read-dates.ts';
import type { ModelRecord, ReadFile } from './read-file.ts';
import { type Column, PARTICIPATE } from './read-headers.ts';
import { addNoIdentity, addressesIn, isExample, readIdentity, readInner } from './read-identities.ts';
import { type NumberForm, numberFormOf, readNumber } from './read-numbers.ts';
import {
  hasControl,
  hasInvisible,
  hasNeedlessInvisible,
  isNoIdentity,
  isPlaceholder,
  readBoolean,
  readLanguage,
  withoutHtml,
} from './read-words.ts';
import type { Row } from './row.ts';
import { isFormula, saidIn, trim, withoutGuard } from './text.ts';
import type { Attribute, Day, Limits, Options, Organization } from './types.ts';

type Context = { organization: Organization; options: Options; limits: Limits; file: ReadFile };
type Evidence = { dates: Map<number, DateOrder>; numbers: Map<number, NumberForm>; lossy: Set<number> };

/** Reads every row by itself, without looking anything up. */
export function readRows(context: Context): Row[] {
  const { columns, records } = context.file;
  const evidence: Evidence = { dates: new Map(), numbers: new Map(), lossy: new Set() };
  for (const { index, attribute, of } of columns) {
    const cells = records
      .filter(({ isHeader }) => !isHeader)
      .map((record) => trim(saidIn(record.cells[index] ?? '')))
      .filter((cell) => cell !== '');
    if (isLossy(cells)) evidence.lossy.add(index);
    if (attribute?.type === 'dates' || of !== null) evidence.dates.set(index, dateOrderOf(cells));
    if (attribute?.type === 'numbers') evidence.numbers.set(index, numberFormOf(cells));
  }
  return records.map((record) => readRow(record, context, evidence));
}

function readRow(record: ModelRecord, context: Context, evidence: Evidence): Row {
  const { file } = context;
  const { line, cells } = record;
  const row: Row = {
    ...{
      line,
      cells,
      findings: [],
      verdict: 'ok',
      email: null,
      externalId: null,
      firstName: null,
      lastName: undefined,
    },
    ...{ language: null, participates: null, wishes: {}, backdates: {}, says: '', person: null, restores: false },
    ...{
      conflictsWith: null,
      misspelt: false,
      meant: [],
      doubtful: [],
      otherIdentities: [],
      unread: false,
      mayHideRows: false,
      inner: null,
    },
  };
  if (record.inner) readInner(row, record.inner, file);
  if (record.isHeader) {
    row.findings.push(warning(line, 'HEADER_AGAIN'));
    row.verdict = 'skipped';
    return row;
  }
  if (row.findings.length === 0 && isExample(record, file.columns)) {
    row.findings.push(warning(line, 'EXAMPLE_ROW'));
    row.verdict = 'skipped';
    return row;
  }
  const stray = record.strayQuotes.find((cell) => !isFormula(cell));
  if (stray !== undefined) row.findings.push(warning(line, 'STRAY_QUOTE', null, stray));
  if (file.columns.some(({ index }) => index >= cells.length)) row.findings.push(warning(line, 'SHORT_ROW'));
  const extra = cells.slice(file.width).find((cell) => trim(saidIn(cell)) !== '');
  if (extra !== undefined) {
    row.findings.push(error(line, 'TOO_MANY_CELLS', null, trim(saidIn(extra))));
    // Any cell may be an identity, and the end of one row may be joined to the start of the next.
    const texts = cells.map((cell) => trim(saidIn(cell))).filter((text) => text !== '' && text.length <= 255);
    row.otherIdentities.push(...texts.flatMap((text) => [text, ...addressesIn(text)]));
    row.mayHideRows = cells.length >= 2 * file.width - 1;
  }

  for (const column of file.columns) {
    const given = cells[column.index];
    if (given !== undefined && column.of === null) readCell(row, column, given, context, evidence);
  }
  addNoIdentity(row, file.columns);
  for (const column of file.columns) {
    const given = withoutGuard(cells[column.index] ?? '');
    if (trim(saidIn(given)) !== '' && column.of !== null) readBackdate(row, column, given, context, evidence);
  }
  row.says = JSON.stringify(saidBy(row));
  if (row.findings.some((found) => found.severity === 'error' && !found.code.startsWith('BACKDATE_')))
    row.verdict = 'refused';
  return row;
}

function readCell(row: Row, column: Column, given: string, context: Context, evidence: Evidence): void {
  const { header, attribute } = column;
  const shown = withoutGuard(given);
  const cell = trim(saidIn(given));
  const say = (code: string) => row.findings.push(error(row.line, code, header, shown));
  const required = attribute === null && header !== 'Last name';
  if (length(cell) > Math.min(mostOf(column), context.limits.maxCellCharacters))
    return void refuseLength(row, column, shown);
  if (cell === '') {
    if (!context.options.resetEmptyFields || required) return;
    if (attribute) row.wishes[header] = { value: null, given: shown };
    else row.lastName = null;
    return;
  }
  if (cell === '#CLEAR') {
    if (required) say('REQUIRED_MISSING');
    else if (attribute) row.wishes[header] = { value: null, given: shown };
    else row.lastName = null;
    return;
  }
  const isIdentity = header === 'Email' || header === 'External Id';
  if ((isIdentity || attribute?.type === 'users') && isNoIdentity(cell)) {
    if (attribute) row.findings.push(warning(row.line, 'PLACEHOLDER', header, shown));
    return;
  }
  const noteDoubtful = () => {
    if (cell.includes('?')) row.doubtful.push({ header, given: shown, lossy: evidence.lossy.has(column.index) });
  };
  if (isIdentity) {
    if (readIdentity(row, header, cell, shown)) noteDoubtful();
    return;
  }
  const isText = !['Language', PARTICIPATE].includes(header) && !['dates', 'numbers'].includes(attribute?.type ?? '');
  if (isText && hasControl(cell)) return void say('CONTROL_CHARACTER');
  if (isText && cell.includes('\ufffd')) return void say('REPLACEMENT_CHARACTER');
  noteDoubtful();
  if (attribute) {
    readValue(row, attribute, cell, shown, column, evidence);
    if (header === 'Date of Birth') lookAtBirth(row, header, shown, context.organization.today);
    return;
  }
  if (header === 'Language') {
    row.language = readLanguage(cell, context.limits.languages);
    if (row.language === null) say('LANGUAGE_UNKNOWN');
    return;
  }
  if (header === PARTICIPATE) {
    row.participates = readBoolean(cell);
    if (row.participates === null) say('BOOLEAN_INVALID');
    return;
  }
  if (hasNeedlessInvisible(cell)) row.findings.push(warning(row.line, 'INVISIBLE_CHARACTER', header, shown));
  if (isPlaceholder(cell)) row.findings.push(warning(row.line, 'PLACEHOLDER', header, shown));
  if (withoutHtml(cell) !== cell) row.findings.push(warning(row.line, 'HTML_ENTITY', header, shown));
  if (header === 'First name') row.firstName = cell;
  else row.lastName = cell;
}

/** Warns of a birth in the future or before 1900. */
function lookAtBirth(row: Row, name: string, shown: string, today: Day): void {
  const day = row.wishes[name]?.value;
  if (day && (day > today || day < '1900-01-01')) row.findings.push(warning(row.line, 'DATE_IMPLAUSIBLE', name, shown));
}

/** In code points of NFC, as the text is stored. */
const length = (cell: string): number => [...cell.normalize('NFC')].length;

/** The maximum length of a cell in this column. */
function mostOf({ header, attribute, of }: Column): number {
  if (of !== null) return 100;
  if (attribute) return { choices: 200, users: 255, dates: 100, numbers: 100 }[attribute.type];
  return { Email: 254, 'External Id': 255, 'First name': 200, 'Last name': 200 }[header] ?? 100;
}

function refuseLength(row: Row, { header }: Column, shown: string): void {
  row.unread ||= header === 'Email' || header === 'External Id';
  row.findings.push(error(row.line, 'TOO_LONG', header, shown));
}

function readValue(
  row: Row,
  attribute: Attribute,
  cell: string,
  shown: string,
  column: Column,
  evidence: Evidence,
): void {
  const { name, type } = attribute;
  const say = (code: string) => row.findings.push(error(row.line, code, name, shown));
  if (type === 'dates') {
    const day = readDate(cell, evidence.dates.get(column.index)!);
    if (day === 'invalid') say('DATE_INVALID');
    else if (day === 'ambiguous') say('DATE_AMBIGUOUS');
    else row.wishes[name] = { value: day, given: shown };
    return;
  }
  if (type === 'numbers') {
    const number = readNumber(cell, evidence.numbers.get(column.index)!);
    if (number === 'invalid') say('NUMBER_INVALID');
    else if (number === 'ambiguous') say('NUMBER_AMBIGUOUS');
    else if (number === 'scientific') say('SCIENTIFIC_NOTATION');
    else row.wishes[name] = { value: number, given: shown };
    return;
  }
  if (type === 'users' && (hasInvisible(cell) || /[\r\n\t]/.test(cell))) return void say('CONTROL_CHARACTER');
  if (type === 'choices' && hasNeedlessInvisible(cell))
    row.findings.push(warning(row.line, 'INVISIBLE_CHARACTER', name, shown));
  if (type === 'choices' && isPlaceholder(cell)) row.findings.push(warning(row.line, 'PLACEHOLDER', name, shown));
  // A reference is shown as it was read.
  row.wishes[name] = type === 'users' ? { value: cell, given: cell.normalize('NFC') } : { value: cell, given: shown };
}

/** Whether the row creates a user is not known yet. */
function readBackdate(row: Row, column: Column, given: string, { organization }: Context, evidence: Evidence): void {
  const { header, of, index } = column;
  if (of === null) return;
  const cell = trim(saidIn(given));
  if (length(cell) > mostOf(column)) return void refuseLength(row, column, given);
  const { today } = organization;
  const say = (code: string) => row.findings.push(error(row.line, code, header, given));
  const day = readDate(cell, evidence.dates.get(index)!);
  if (day === 'invalid' || day === 'ambiguous') return void say('BACKDATE_INVALID');
  if (day > today) return void say('BACKDATE_IN_FUTURE');
  if (day < monthsBefore(today, 3)) return void say('BACKDATE_TOO_OLD');
  const warn = (code: string) => row.findings.push(warning(row.line, code, header, given));
  const isSet = of === PARTICIPATE ? row.participates !== null : row.wishes[of] !== undefined;
  // If the cell itself has an error, there is nothing to add. A cell that is left out counts as empty.
  const isWrong = row.findings.some(({ severity, column }) => severity === 'error' && column === of);
  if (of === PARTICIPATE && row.participates === true) warn('BACKDATE_PARTICIPATION_TRUE');
  else if (isSet) row.backdates[of] = day;
  else if (!isWrong) warn('BACKDATE_WITHOUT_VALUE');
}

/** The contents that two rows about one user must share to be identical. */
function saidBy(row: Row): unknown {
  const { email, externalId, firstName, lastName, language, participates, wishes, backdates, findings } = row;
  const values = Object.entries(wishes).map(([name, { value }]) => [name, value]);
  const wrong = findings.filter(({ severity }) => severity === 'error').map(({ code, value }) => [code, value]);
  const keys = [email?.toLowerCase(), externalId?.toLowerCase()];
  return [keys, firstName, lastName ?? null, lastName === null, language, participates, values, backdates, wrong];
}
