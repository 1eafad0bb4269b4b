import { type Finding, finding } from './findings.ts';
import { unguard } from './formula-guard.ts';
import { checkEmail } from './identity.ts';
import { nameFinder } from './nearest-name.ts';
import {
  againKey,
  BACKDATE_SUFFIX,
  backdateHeader,
  headerKey,
  OWN_FIELDS,
  OWN_HEADERS,
  type OwnField,
  ownFieldOf,
  ownLabels,
} from './own-headers.ts';
import { nameKey } from './text.ts';

export type AttributeType = 'choices' | 'dates' | 'numbers' | 'users';
export type AttributeHeader = { id: number; name: string; type: AttributeType };

/** A column of the file that is ours. */
export type Column = {
  /** Place in the row, the first being 0. */
  index: number;
  /** The name by which findings call it: own header or attribute name, whatever the file's spelling. */
  name: string;
  kind: OwnField | AttributeType | 'backdate';
  /** The value's key in a draft: attribute id or own field. A backdate has that of the column it stands beside. */
  key: string;
  /** 0 for own fields. */
  attributeId: number;
  /** Where a row keeps the value: the place of the attribute's column in `values`; NO_PLACE for own fields. */
  place: number;
};
const NO_PLACE = -1;

export type Columns = {
  /** Cells in the header: a row with more has too many, one with fewer is short. */
  width: number;
  /** Our columns in the file's order. */
  list: Column[];
  /** Those among them that hold the values of attributes. */
  values: Column[];
  /** The header has a `_code` column: an error log that is uploaded again. */
  isErrorLog: boolean;
  /** All headers as the file spells them, and as they are compared with a line below. */
  spellings: readonly string[];
  keys: readonly string[];
};

/** Columns, or null where the header makes the file unusable; all that is to say of the header either way. */
export type HeaderReading = { columns: Columns | null; findings: Finding[] };

/**
 * Finds our columns in a header. Letter case, outer spaces and order do not matter; columns that begin with `_` are
 * ours, from an error log, and ignored. What is unknown is ignored with a warning and never becomes an attribute.
 *
 * @param cells the header's cells as the file has them
 * @param attributes the organization's attributes
 * @param at physical line of the header, for the findings; and of another that looks like one, if this one does not
 */
export const readHeaders = (
  cells: readonly string[],
  attributes: readonly AttributeHeader[],
  { line, laterLine }: { line: number; laterLine: number | null } = { line: 1, laterLine: null },
): HeaderReading => {
  const known = knownColumns(attributes);
  const findings: Finding[] = [];
  const list: Omit<Column, 'place'>[] = [];
  const seenAt = new Map<string, number>();
  const unnamed: number[] = [];
  let nearestOf: ReturnType<typeof nearestHeader> | null = null;
  let isErrorLog = false;

  for (const [index, cell] of cells.entries()) {
    const given = unguard(cell).trim();
    const key = headerKey(given);
    if (key === '') {
      unnamed.push(index + 1);
      continue;
    }
    if (key.startsWith('_')) {
      isErrorLog ||= key === '_code';
      continue;
    }
    const column = known.get(key);
    const name = column ? `${column.kind === 'backdate'} ${column.key}` : key;
    const first = seenAt.get(name);
    // Of a header that is longer than any of ours the beginning is kept, which another one may share.
    const isWhole = column !== undefined || given.length < LONGEST_COMPARED;
    if (first !== undefined && isWhole)
      findings.push(finding(line, 'DUPLICATE_HEADER', column?.name ?? given, given, { otherColumn: first }));
    else if (first === undefined) seenAt.set(name, index + 1);
    if (column) list.push({ ...column, index });
    else {
      nearestOf ??= nearestHeader(attributes);
      const nearest = nearestOf(given);
      findings.push(finding(line, 'UNKNOWN_HEADER', given, given, nearest === undefined ? {} : { nearest }));
    }
  }

  if (list.length === 0 && cells.some(isEmail)) return { columns: null, findings: [finding(line, 'NO_HEADER')] };
  if (!list.some(({ kind }) => kind === 'email' || kind === 'externalId'))
    findings.push(finding(line, 'NO_IDENTITY_COLUMN', null, null, laterLine ? { headerLine: laterLine } : {}));
  findings.push(...lonelyBackdates(list, line));
  const [position] = unnamed;
  if (position !== undefined)
    findings.push(finding(line, 'UNNAMED_COLUMN', null, null, { position, count: unnamed.length }));
  if (findings.some(({ code }) => UNUSABLE.has(code))) return { columns: null, findings };
  const spellings = cells.map((cell) => unguard(cell).trim());
  const keys = spellings.map(againKey);
  return { columns: { width: cells.length, ...withPlaces(list), isErrorLog, spellings, keys }, findings };
};

/** As many characters as are kept of a header that is none of ours. */
const LONGEST_COMPARED = 199;

/** Gives each attribute its place, which its backdate shares. */
const withPlaces = (list: readonly Omit<Column, 'place'>[]): Pick<Columns, 'list' | 'values'> => {
  const valued = list.filter(({ kind, attributeId }) => kind !== 'backdate' && attributeId > 0);
  const placed = list.map((column) => ({ ...column, place: valued.findIndex(({ key }) => key === column.key) }));
  return { list: placed, values: placed.filter(({ kind, place }) => kind !== 'backdate' && place !== NO_PLACE) };
};

const UNUSABLE: ReadonlySet<string> = new Set(['DUPLICATE_HEADER', 'NO_IDENTITY_COLUMN', 'BACKDATE_WITHOUT_COLUMN']);

type KnownColumn = Omit<Column, 'index' | 'place'>;

/** Every header there can be, by key. Own headers go before attributes of the same name, and both before backdates. */
const knownColumns = (attributes: readonly AttributeHeader[]): { get(key: string): KnownColumn | undefined } => {
  const byName = new Map<string, KnownColumn>();
  for (const { id, name, type } of attributes) {
    byName.set(headerKey(name), { name, kind: type, key: String(id), attributeId: id });
  }
  const named = (key: string) => {
    const field = ownFieldOf(key);
    const isOwnName = field !== undefined && key === nameKey(OWN_HEADERS[field]);
    const attribute = byName.get(key);
    if (field === undefined || (attribute && !isOwnName)) return attribute;
    return { name: OWN_HEADERS[field], kind: field, key: field, attributeId: 0 };
  };
  return {
    get(key) {
      const direct = named(key);
      if (direct || !key.endsWith(BACKDATE_SUFFIX)) return direct;
      const beside = named(key.slice(0, -BACKDATE_SUFFIX.length));
      if (!beside || (beside.attributeId === 0 && beside.key !== 'participates')) return undefined;
      return { ...beside, name: backdateHeader(beside.name), kind: 'backdate' };
    },
  };
};

const lonelyBackdates = (list: readonly Omit<Column, 'place'>[], line: number): Finding[] => {
  const dated = list.filter(({ kind }) => kind === 'backdate');
  const valued = new Set(list.filter(({ kind }) => kind !== 'backdate').map(({ key }) => key));
  return dated
    .filter(({ key }) => !valued.has(key))
    .map(({ name }) =>
      finding(line, 'BACKDATE_WITHOUT_COLUMN', name, name, { missing: name.slice(0, -BACKDATE_SUFFIX.length) }),
    );
};

/** Finds the known header that looks most like an unknown one. */
const nearestHeader = (attributes: readonly AttributeHeader[]): ((given: string) => string | undefined) => {
  const dated = [OWN_HEADERS.participates, ...attributes.map(({ name }) => name)];
  const names = [...OWN_FIELDS.map((field) => OWN_HEADERS[field]), ...dated, ...dated.map(backdateHeader)];
  const nearestOf = nameFinder([...names, ...ownLabels()]);
  return (given) => {
    const found = nearestOf(given);
    // A label in another language is told by the name that the templates use.
    const field = found === undefined || names.includes(found) ? undefined : ownFieldOf(found);
    return field ? OWN_HEADERS[field] : found;
  };
};

const isEmail = (cell: string): boolean => checkEmail(unguard(cell).trim()).ok;
