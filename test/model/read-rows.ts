import { monthsBefore } from './days.ts';
import { error, warning } from './findings.ts';
import type { CsvRecord } from './read-csv.ts';
import { type DateOrder, dateOrderOf, readDate } from './read-dates.ts';
import type { ModelRecord, ReadFile } from './read-file.ts';
import { type Column, PARTICIPATE } from './read-headers.ts';
import type { Inner } from './read-lines.ts';
import { type NumberForm, numberFormOf, readNumber } from './read-numbers.ts';
import {
  hasControl,
  hasInvisible,
  isEmail,
  isPlaceholder,
  isScientific,
  readBoolean,
  readLanguage,
} from './read-words.ts';
import { trim, withoutGuard } from './text.ts';
import type { Attribute, Day, Finding, Limits, Options, Organization, Person, Value } from './types.ts';

/** What a cell of an attribute asks for: null clears. `given` is the cell, for findings. */
export type Wish = { value: Value | null; given: string };
export type Row = {
  line: number;
  /** As they stand in the file. */
  cells: string[];
  findings: Finding[];
  verdict: 'ok' | 'refused' | 'skipped';
  /** As the row gives them; null where it gives none that could be one. */
  email: string | null;
  externalId: string | null;
  firstName: string | null;
  /** Undefined: untouched. Null: cleared. */
  lastName: string | null | undefined;
  language: string | null;
  participates: boolean | null;
  /** By attribute. Of choices and users still the name that was given. */
  wishes: Record<string, Wish>;
  /** By the header of the value. */
  backdates: Record<string, Day>;
  /** All that the row says, for comparing it with another row about the same person. */
  says: string;
  /** Whom the row is about: somebody who is there or was deleted lately; null: somebody new. */
  person: Person | null;
  restores: boolean;
  /** Users that lines inside of its cells name are present; if they name any, these lines are rows. */
  alsoNames: string[];
  /** Lines that are rows if users have these names, with the cell they stand in. */
  inner: { column: string | null; value: string | null; names: Inner['names'] } | null;
};
type Context = { organization: Organization; options: Options; limits: Limits; file: ReadFile };
type Evidence = { dates: Map<number, DateOrder>; numbers: Map<number, NumberForm> };

/** Reads every row by itself. Nothing is looked up yet. */
export function readRows(context: Context): Row[] {
  const { columns, records } = context.file;
  const evidence: Evidence = { dates: new Map(), numbers: new Map() };
  for (const { index, attribute, of } of columns) {
    const cells = records
      .filter(({ isHeader }) => !isHeader)
      .map((record) => trim(record.cells[index] ?? ''))
      .filter((cell) => cell !== '');
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
    alsoNames: [],
    inner: null,
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
  if (record.strayQuote !== null) row.findings.push(warning(line, 'STRAY_QUOTE', null, record.strayQuote));
  if (file.columns.some(({ index }) => index >= cells.length)) row.findings.push(warning(line, 'SHORT_ROW'));
  const extra = cells.slice(file.width).find((cell) => trim(cell) !== '');
  if (extra !== undefined) row.findings.push(error(line, 'TOO_MANY_CELLS', null, extra));

  for (const column of file.columns) {
    const given = cells[column.index];
    if (given !== undefined && column.of === null) readCell(row, column, given, context, evidence);
  }
  const identities = file.columns.filter(({ header }) => header === 'Email' || header === 'External Id');
  if (identities.every(({ index }) => trim(cells[index] ?? '') === '')) row.findings.push(error(line, 'NO_IDENTITY'));
  for (const column of file.columns) {
    const given = trim(cells[column.index] ?? '');
    if (given !== '' && column.of !== null) readBackdate(row, column, given, record, context, evidence);
  }
  row.says = JSON.stringify(saidBy(row));
  if (row.findings.some((found) => found.severity === 'error' && !found.code.startsWith('BACKDATE_')))
    row.verdict = 'refused';
  return row;
}

/** The rows that a quote has taken into a cell. */
function readInner(row: Row, { column, rows, names }: Inner, { columns, spelled }: ReadFile): void {
  const name = columns.find(({ index }) => index === column)?.header ?? (trim(spelled[column] ?? '') || null);
  const value = row.cells[column] ?? null;
  row.alsoNames = names.map(({ text }) => text);
  if (rows.length === 0) row.inner = { column: name, value, names };
  else {
    const details = { firstLine: Math.min(...rows), lastLine: Math.max(...rows) };
    row.findings.push(error(row.line, 'ROWS_IN_CELL', name, value, details));
  }
}

function readCell(row: Row, column: Column, given: string, context: Context, evidence: Evidence): void {
  const { header, attribute } = column;
  const shown = withoutGuard(given);
  const cell = trim(withoutGuard(trim(given)));
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
  const isText = !['Language', PARTICIPATE].includes(header) && !['dates', 'numbers'].includes(attribute?.type ?? '');
  if (isText && hasControl(cell)) return void say('CONTROL_CHARACTER');
  if (isText && cell.includes('\ufffd')) return void say('REPLACEMENT_CHARACTER');
  if (attribute) {
    readValue(row, attribute, cell, shown, column, evidence);
    return;
  }
  if (header === 'Email' || header === 'External Id') {
    const breaks = header === 'External Id' && /[\r\n\t]/.test(cell);
    if (hasInvisible(cell) || breaks) return void say('CONTROL_CHARACTER');
    if (header === 'Email' && !isEmail(cell)) return void say('EMAIL_INVALID');
    if (header === 'External Id' && isScientific(cell)) return void say('SCIENTIFIC_NOTATION');
    if (header === 'Email') row.email = cell.normalize('NFC');
    else row.externalId = cell;
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
  if (hasInvisible(cell)) row.findings.push(warning(row.line, 'INVISIBLE_CHARACTER', header, shown));
  if (header === 'First name') row.firstName = cell;
  else row.lastName = cell;
}

/** In code points of NFC, as the text is stored. */
const length = (cell: string): number => [...cell.normalize('NFC')].length;

/** How many characters a cell of this column may have. */
function mostOf({ header, attribute, of }: Column): number {
  if (of !== null) return 100;
  if (attribute) return { choices: 200, users: 255, dates: 100, numbers: 100 }[attribute.type];
  return { Email: 254, 'External Id': 255, 'First name': 200, 'Last name': 200 }[header] ?? 100;
}

function refuseLength(row: Row, { header }: Column, shown: string): void {
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
  if (type === 'choices' && hasInvisible(cell))
    row.findings.push(warning(row.line, 'INVISIBLE_CHARACTER', name, shown));
  if (type === 'choices' && isPlaceholder(cell)) row.findings.push(warning(row.line, 'PLACEHOLDER', name, shown));
  row.wishes[name] = { value: cell, given: shown };
}

/** That the row creates somebody is known only later. */
function readBackdate(
  row: Row,
  column: Column,
  given: string,
  record: CsvRecord,
  { file, organization }: Context,
  evidence: Evidence,
): void {
  const { header, of, index } = column;
  if (of === null) return;
  if (length(given) > mostOf(column)) return void refuseLength(row, column, given);
  const { today } = organization;
  const say = (code: string) => row.findings.push(error(row.line, code, header, given));
  const day = readDate(given, evidence.dates.get(index)!);
  if (day === 'invalid' || day === 'ambiguous') return void say('BACKDATE_INVALID');
  if (day > today) return void say('BACKDATE_IN_FUTURE');
  if (day < monthsBefore(today, 3)) return void say('BACKDATE_TOO_OLD');
  const dated = file.columns.find((column) => column.header === of);
  const beside = trim(record.cells[dated?.index ?? -1] ?? '');
  const clears = row.wishes[of]?.value === null;
  const warn = (code: string) => row.findings.push(warning(row.line, code, header, given));
  if (beside === '' && !clears) warn('BACKDATE_WITHOUT_VALUE');
  else if (of === PARTICIPATE && row.participates === true) warn('BACKDATE_PARTICIPATION_TRUE');
  else if (row.wishes[of] !== undefined || (of === PARTICIPATE && row.participates !== null)) row.backdates[of] = day;
}

/** The template's example, left in: each identity that the row has is the example's. */
function isExample({ cells }: CsvRecord, columns: Column[]): boolean {
  const identityOf = (name: string) => {
    const column = columns.find(({ header }) => header === name);
    return column ? trim(cells[column.index] ?? '').toLowerCase() : '';
  };
  const [email, externalId] = [identityOf('Email'), identityOf('External Id')];
  if (email === '' && externalId === '') return false;
  return (
    (email === '' || email === 'example.person@example.com') && (externalId === '' || externalId === 'example-row')
  );
}

/** What two rows about one person have to share to be identical. */
function saidBy(row: Row): unknown {
  const { email, externalId, firstName, lastName, language, participates, wishes, backdates, findings } = row;
  const values = Object.entries(wishes).map(([name, { value }]) => [name, value]);
  const wrong = findings.filter(({ severity }) => severity === 'error').map(({ code, value }) => [code, value]);
  const keys = [email?.toLowerCase(), externalId?.toLowerCase()];
  return [keys, firstName, lastName ?? null, lastName === null, language, participates, values, backdates, wrong];
}
