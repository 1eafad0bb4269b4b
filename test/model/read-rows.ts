import { monthsBefore } from './days.ts';
import { error, warning } from './findings.ts';
import { isLossy } from './lost-letters.ts';
import type { CsvRecord } from './read-csv.ts';
import { type DateOrder, dateOrderOf, readDate } from './read-dates.ts';
import type { ReadFile } from './read-file.ts';
import { type Column, PARTICIPATE } from './read-headers.ts';
import { type NumberForm, numberFormOf, readNumber } from './read-numbers.ts';
import {
  hasControl,
  hasInvisible,
  hasNeedlessInvisible,
  isEmail,
  isNoIdentity,
  isPlaceholder,
  isScientific,
  meantEmail,
  readBoolean,
  readLanguage,
  withoutHtml,
  withoutInvisible,
} from './read-words.ts';
import { saidIn, trim, withoutGuard } from './text.ts';
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
  /** Whom its email finds, where that is another one than its external id finds. */
  conflictsWith: Person | null;
  /** An identity of it is that of somebody, spelled otherwise. */
  misspelt: boolean;
  /** Whom such identities mean, and those with letters lost, beside the one that the row is about. */
  meant: Person[];
  /** Rows of others may stand in one of its cells. */
  mayHoldRows: boolean;
  /** Names and identities with a question mark: the cell, and whether others of its column have them inside of words. */
  doubtful: { header: string; given: string; lossy: boolean }[];
};
type Context = { organization: Organization; options: Options; limits: Limits; file: ReadFile };
type Evidence = { dates: Map<number, DateOrder>; numbers: Map<number, NumberForm>; lossy: Set<number> };

/** Reads every row by itself. Nothing is looked up yet. */
export function readRows(context: Context): Row[] {
  const { columns, records } = context.file;
  const evidence: Evidence = { dates: new Map(), numbers: new Map(), lossy: new Set() };
  for (const { index, attribute, of } of columns) {
    const cells = records.map((record) => trim(saidIn(record.cells[index] ?? ''))).filter((cell) => cell !== '');
    if (isLossy(cells)) evidence.lossy.add(index);
    if (attribute?.type === 'dates' || of !== null) evidence.dates.set(index, dateOrderOf(cells));
    if (attribute?.type === 'numbers') evidence.numbers.set(index, numberFormOf(cells));
  }
  return records.map((record) => readRow(record, context, evidence));
}

function readRow(record: CsvRecord, context: Context, evidence: Evidence): Row {
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
    ...{ mayHoldRows: false, conflictsWith: null, misspelt: false, meant: [], doubtful: [] },
  };
  if (isExample(record, file.columns)) {
    row.findings.push(warning(line, 'EXAMPLE_ROW'));
    row.verdict = 'skipped';
    return row;
  }
  if (record.strayQuote !== null) row.findings.push(warning(line, 'STRAY_QUOTE', null, record.strayQuote));
  if (file.columns.some(({ index }) => index >= cells.length)) row.findings.push(warning(line, 'SHORT_ROW'));
  const extra = cells.slice(file.width).find((cell) => trim(saidIn(cell)) !== '');
  if (extra !== undefined) row.findings.push(error(line, 'TOO_MANY_CELLS', null, trim(saidIn(extra))));

  for (const column of file.columns) {
    const given = cells[column.index];
    if (given !== undefined && column.of === null) readCell(row, column, given, context, evidence);
  }
  sayOfNoIdentity(row, file.columns);
  for (const column of file.columns) {
    const given = trim(withoutGuard(trim(cells[column.index] ?? '')));
    if (saidIn(given) !== '' && column.of !== null) readBackdate(row, column, given, record, context, evidence);
  }
  row.says = JSON.stringify(saidBy(row));
  if (row.findings.some((found) => found.severity === 'error' && !found.code.startsWith('BACKDATE_')))
    row.verdict = 'refused';
  return row;
}

/** An identity that is a word for nothing is left out beside another identity, and else it is not known who is meant. */
function sayOfNoIdentity({ line, cells, findings }: Row, columns: Column[]): void {
  const given = columns
    .filter(({ header }) => header === 'Email' || header === 'External Id')
    .map(({ header, index }) => ({ header, cell: cells[index] ?? '' }))
    .map(({ header, cell }) => ({ header, shown: withoutGuard(cell), said: trim(saidIn(cell)) }))
    .filter(({ said }) => said !== '');
  const [first] = given;
  const words = given.filter(({ said }) => isNoIdentity(said));
  if (!first) findings.push(error(line, 'NO_IDENTITY'));
  else if (words.length === given.length) findings.push(error(line, 'NO_IDENTITY', first.header, first.shown));
  else for (const { header, shown } of words) findings.push(warning(line, 'PLACEHOLDER', header, shown));
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
  const isText = !['Language', PARTICIPATE].includes(header) && !['dates', 'numbers'].includes(attribute?.type ?? '');
  if (isText && hasControl(cell)) return void say('CONTROL_CHARACTER');
  if (isText && cell.includes('\ufffd')) return void say('REPLACEMENT_CHARACTER');
  const noteDoubtful = () => {
    if (cell.includes('?')) row.doubtful.push({ header, given: shown, lossy: evidence.lossy.has(column.index) });
  };
  if (!isIdentity) noteDoubtful();
  if (attribute) {
    readValue(row, attribute, cell, shown, column, evidence);
    if (header === 'Date of Birth') lookAtBirth(row, header, shown, context.organization.today);
    return;
  }
  if (isIdentity) {
    const meant = header === 'Email' ? meantEmail(cell) : withoutInvisible(cell);
    if (hasInvisible(cell) || (header === 'Email' && !isEmail(cell))) {
      // The row is about whom the cell means all the same.
      if (header === 'Email') row.email = meant;
      else row.externalId = meant;
      return void say(hasInvisible(cell) ? 'CONTROL_CHARACTER' : 'EMAIL_INVALID');
    }
    if (header === 'External Id' && isScientific(cell)) return void say('SCIENTIFIC_NOTATION');
    noteDoubtful();
    if (header === 'Email') row.email = cell.normalize('NFC');
    else row.externalId = cell.normalize('NFC');
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

/** A birth in the future, or before 1900, is not likely. */
function lookAtBirth(row: Row, name: string, shown: string, today: Day): void {
  const day = row.wishes[name]?.value;
  if (day && (day > today || day < '1900-01-01')) row.findings.push(warning(row.line, 'DATE_IMPLAUSIBLE', name, shown));
}

/** In code points of NFC, as the text is stored. */
const length = (cell: string): number => [...cell.normalize('NFC')].length;

/** How many characters a cell of this column may have. */
function mostOf({ header, attribute, of }: Column): number {
  if (of !== null) return 100;
  if (attribute) return { choices: 200, users: 255, dates: 100, numbers: 100 }[attribute.type];
  return { Email: 254, 'External Id': 255, 'First name': 200, 'Last name': 200 }[header] ?? 100;
}

/** A cell with line breaks may have swallowed rows, and then no user can be called missing. */
function refuseLength(row: Row, { header }: Column, shown: string): void {
  row.findings.push(error(row.line, 'TOO_LONG', header, shown));
  if (/[\r\n]/.test(shown)) row.mayHoldRows = true;
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
  if (type === 'users' && hasInvisible(cell)) return void say('CONTROL_CHARACTER');
  if (type === 'choices' && hasNeedlessInvisible(cell))
    row.findings.push(warning(row.line, 'INVISIBLE_CHARACTER', name, shown));
  if (type === 'choices' && isPlaceholder(cell)) row.findings.push(warning(row.line, 'PLACEHOLDER', name, shown));
  // Whom a cell names is shown as it was read.
  row.wishes[name] = { value: cell, given: type === 'users' ? cell : shown };
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
  const cell = trim(saidIn(given));
  if (length(cell) > mostOf(column)) return void refuseLength(row, column, given);
  const { today } = organization;
  const say = (code: string) => row.findings.push(error(row.line, code, header, given));
  const day = readDate(cell, evidence.dates.get(index)!);
  if (day === 'invalid' || day === 'ambiguous') return void say('BACKDATE_INVALID');
  if (day > today) return void say('BACKDATE_IN_FUTURE');
  if (day < monthsBefore(today, 3)) return void say('BACKDATE_TOO_OLD');
  const dated = file.columns.find((column) => column.header === of);
  const beside = trim(saidIn(record.cells[dated?.index ?? -1] ?? ''));
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
    return column ? trim(saidIn(cells[column.index] ?? '')).toLowerCase() : '';
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
