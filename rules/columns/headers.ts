import { excerpt, type Finding, finding } from '../findings/findings.ts';
import { cellText } from '../values/formula-guard.ts';
import { checkEmail } from '../values/identity.ts';
import { closestSpelling } from '../values/text.ts';
import {
  BACKDATE_SUFFIX,
  BUILT_IN_HEADERS,
  backdateHeader,
  headerKey,
  repeatedHeaderKey,
  USER_FIELDS,
  type UserField,
  userFieldLabels,
  userFieldOf,
} from './built-in-columns.ts';
import { meaningsOf } from './header-meanings.ts';
import { createNameSuggester } from './suggest-name.ts';

export type AttributeType = 'choices' | 'dates' | 'numbers' | 'users';
/** `isBirth`: the standard attribute Date of Birth, even if it was renamed. */
export type AttributeHeader = { id: number; name: string; type: AttributeType; isBirth?: boolean };

/** A known column of the file. */
export type Column = {
  /** The index in the row, from 0. */
  index: number;
  /** The name in findings: built-in header or attribute name, not the spelling of the file. */
  name: string;
  kind: UserField | AttributeType | 'backdate';
  /** The key of the value: attribute id or built-in field. A backdate has the key of its value column. */
  key: string;
  /** 0 for built-in fields. */
  attributeId: number;
  /** The index of the attribute's column in `values`, and of the value in a row; NO_VALUE for built-in fields. */
  valueIndex: number;
  /** The column holds dates of birth. */
  isBirth?: boolean;
};
const NO_VALUE = -1;

export type Columns = {
  /** Cells in the header. A row with more cells has too many; a row with fewer is short. */
  width: number;
  /** The known columns in file order. */
  list: Column[];
  /** The columns of `list` that hold values of attributes. */
  values: Column[];
  /** The header has a `_code` column: the file is an error log that is uploaded again. */
  isErrorLog: boolean;
  /** All headers as the file spells them, and as keys for comparison with a line below. */
  spellings: readonly string[];
  keys: readonly string[];
};

/** An unknown column. No cell of it is read. */
export type UnreadColumn = {
  index: number;
  /** The header as the file spells it, cut; empty if the column has none. */
  header: string;
  /** The known columns that may be meant and that the file does not have yet, the likeliest first. */
  nearest: string[];
};

/**
 * The columns, or null if the header makes the file unusable, and the findings about the header. `unread`: unknown columns,
 * including columns without a filled cell.
 */
export type HeaderMatch = { columns: Columns | null; findings: Finding[]; unread: UnreadColumn[] };

/**
 * Finds the known columns in a header. Letter case, outer spaces and order do not matter. Columns that begin with `_` come
 * from an error log and are ignored. An unknown column is ignored with a warning and never becomes an attribute.
 *
 * @param cells the header's cells as the file has them
 * @param attributes the organization's attributes
 * @param at physical line of the header, for findings; and of a later line that looks like a header, if this one does not
 */
export const matchHeaders = (
  cells: readonly string[],
  attributes: readonly AttributeHeader[],
  { line, laterLine }: { line: number; laterLine: number | null } = { line: 1, laterLine: null },
): HeaderMatch => {
  const known = knownColumns(attributes);
  const findings: Finding[] = [];
  const list: Omit<Column, 'valueIndex'>[] = [];
  const unread: UnreadColumn[] = [];
  const seenAt = new Map<string, number>();
  const unnamed: number[] = [];
  let isErrorLog = false;
  const all = cells.map((cell, index) => {
    const given = cellText(cell).trim();
    const key = headerKey(given);
    return { index, given, key, column: key.startsWith('_') ? undefined : known.get(key, given) };
  });
  const nearestOf = nearestHeaders(attributes, new Set(all.flatMap(({ column }) => column?.name ?? [])));

  for (const { index, given, key, column } of all) {
    if (key === '') {
      unnamed.push(index + 1);
      unread.push({ index, header: '', nearest: [] });
      continue;
    }
    if (key.startsWith('_')) {
      isErrorLog ||= key === '_code';
      continue;
    }
    const name = column ? `${column.kind === 'backdate'} ${column.key}` : key;
    const first = seenAt.get(name);
    // A header longer than any known column is stored cut, and two such headers may begin alike.
    const isWhole = column !== undefined || given.length < LONGEST_COMPARED;
    if (first !== undefined && isWhole)
      findings.push(finding(line, 'DUPLICATE_HEADER', column?.name ?? given, given, { otherColumn: first }));
    else if (first === undefined) seenAt.set(name, index + 1);
    if (column) {
      list.push({ ...column, index });
      continue;
    }
    const header = excerpt(given);
    const { nearest, taken } = nearestOf(header);
    unread.push({ index, header, nearest });
    findings.push(finding(line, 'UNKNOWN_HEADER', given, given, adviceOf(nearest, taken)));
  }

  if (list.length === 0 && cells.some(isEmail))
    return { columns: null, findings: [finding(line, 'NO_HEADER')], unread };
  if (!list.some(({ kind }) => kind === 'email' || kind === 'externalId'))
    findings.push(finding(line, 'NO_IDENTITY_COLUMN', null, null, laterLine ? { headerLine: laterLine } : {}));
  findings.push(...backdatesWithoutColumn(list, line));
  const [position] = unnamed;
  if (position !== undefined)
    findings.push(finding(line, 'UNNAMED_COLUMN', null, null, { position, count: unnamed.length }));
  if (findings.some(({ code }) => UNUSABLE.has(code))) return { columns: null, findings, unread };
  const spellings = all.map(({ given }) => given);
  const columns = {
    width: cells.length,
    ...withValueIndexes(list),
    isErrorLog,
    spellings,
    keys: spellings.map(repeatedHeaderKey),
  };
  return { columns, findings, unread };
};

/** The stored length of an unknown header. */
const LONGEST_COMPARED = 199;

/** Assigns each attribute its value index. Its backdate has the same index. */
const withValueIndexes = (list: readonly Omit<Column, 'valueIndex'>[]): Pick<Columns, 'list' | 'values'> => {
  const valued = list.filter(({ kind, attributeId }) => kind !== 'backdate' && attributeId > 0);
  const placed = list.map((column) => ({ ...column, valueIndex: valued.findIndex(({ key }) => key === column.key) }));
  return {
    list: placed,
    values: placed.filter(({ kind, valueIndex }) => kind !== 'backdate' && valueIndex !== NO_VALUE),
  };
};

const UNUSABLE: ReadonlySet<string> = new Set(['DUPLICATE_HEADER', 'NO_IDENTITY_COLUMN', 'BACKDATE_WITHOUT_COLUMN']);

type KnownColumn = Omit<Column, 'index' | 'valueIndex'>;

/**
 * All known headers by key. If several have one key, the spelling decides. Else the order is: built-in headers, attributes,
 * other labels of built-in columns, backdates.
 */
const knownColumns = (
  attributes: readonly AttributeHeader[],
): { get(key: string, spelling: string): KnownColumn | undefined } => {
  const own = userFieldLabels().map(([spelling, field]): Spelled => {
    return { spelling, column: { name: BUILT_IN_HEADERS[field], kind: field, key: field, attributeId: 0 } };
  });
  const ofAttributes = attributes.map(({ id, name, type, isBirth }): Spelled => {
    const birth = isBirth ? { isBirth } : {};
    return { spelling: name, column: { name, kind: type, key: String(id), attributeId: id, ...birth } };
  });
  const byKey = Map.groupBy(
    [...own.slice(0, USER_FIELDS.length), ...ofAttributes, ...own.slice(USER_FIELDS.length)],
    ({ spelling }) => headerKey(spelling),
  );
  const named = (key: string, spelling: string) => closestSpelling(byKey.get(key) ?? [], spelling)?.column;
  return {
    get(key, spelling) {
      const direct = named(key, spelling);
      if (direct || !key.endsWith(BACKDATE_SUFFIX)) return direct;
      const beside = named(key.slice(0, -BACKDATE_SUFFIX.length), spelling.slice(0, -BACKDATE_SUFFIX.length));
      if (!beside || (beside.attributeId === 0 && beside.key !== 'participates')) return undefined;
      return { ...beside, name: backdateHeader(beside.name), kind: 'backdate' };
    },
  };
};
type Spelled = { spelling: string; column: KnownColumn };

const backdatesWithoutColumn = (list: readonly Omit<Column, 'valueIndex'>[], line: number): Finding[] => {
  const dated = list.filter(({ kind }) => kind === 'backdate');
  const valued = new Set(list.filter(({ kind }) => kind !== 'backdate').map(({ key }) => key));
  return dated
    .filter(({ key }) => !valued.has(key))
    .map(({ name }) =>
      finding(line, 'BACKDATE_WITHOUT_COLUMN', name, name, { missing: name.slice(0, -BACKDATE_SUFFIX.length) }),
    );
};

/** The columns that an unknown header may mean and that the file does not have yet. If it has all: the first as `taken`. */
type Nearest = { nearest: string[]; taken?: string };

/** Finds the known columns with that header in other systems, or else those with a similar name. */
const nearestHeaders = (
  attributes: readonly AttributeHeader[],
  present: ReadonlySet<string>,
): ((given: string) => Nearest) => {
  let find: ReturnType<typeof createNameSuggester> | null = null;
  const dated = [BUILT_IN_HEADERS.participates, ...attributes.map(({ name }) => name)];
  const names = new Set([
    ...USER_FIELDS.map((field) => BUILT_IN_HEADERS[field]),
    ...dated,
    ...dated.map(backdateHeader),
  ]);
  return (given) => {
    find ??= createNameSuggester([...names, ...userFieldLabels().map(([label]) => label)]);
    // A label in another language is replaced by the name in templates.
    const alike = find(given).map((name) => {
      const field = names.has(name) ? undefined : userFieldOf(headerKey(name));
      return field ? BUILT_IN_HEADERS[field] : name;
    });
    const meant = meaningsOf(given).filter((name) => names.has(name));
    // `Employment status` looks like Employment Date, but has another meaning.
    const all = meant.length > 0 ? meant : [...new Set(alike)];
    const free = all.filter((name) => !present.has(name)).slice(0, MOST_SUGGESTED);
    return free.length === 0 && all[0] !== undefined ? { nearest: free, taken: all[0] } : { nearest: free };
  };
};
/** More than three names do not help. */
const MOST_SUGGESTED = 3;

const adviceOf = ([nearest, ...others]: string[], taken: string | undefined) => ({
  ...(nearest === undefined ? {} : { nearest }),
  ...(others.length > 0 ? { others: others.join('", "') } : {}),
  ...(taken === undefined ? {} : { taken }),
});

const isEmail = (cell: string): boolean => checkEmail(cellText(cell).trim()).ok;
