import type { Columns } from '../columns/headers.ts';
import { parseRow } from './parse-row.ts';
import type { FileRow, RowContext } from './parsed-row.ts';

/** Whom a row is about, as far as its own cells say: what could not be read is null, the example row says nobody. */
export type Identity = { email: string | null; externalId: string | null };

/** Reads the cells that tell people apart, and no others; by the same rules as the whole row. */
export const createIdentityParser = (
  columns: Columns,
  limits: RowContext['limits'],
): ((row: FileRow) => Identity & { isExample: boolean }) => {
  const list = columns.list.filter(({ kind }) => kind === 'email' || kind === 'externalId');
  const identities = { ...columns, list, values: [] };
  const context = { ...NOTHING, limits };
  return (row) => {
    const { email, externalId, skipped } = parseRow(row, identities, context);
    return { email, externalId, isExample: skipped };
  };
};

/** Whom a row names, by attribute id, as it spells them; of its other cells nothing is looked at. */
export const createReferenceParser = (
  columns: Columns,
  limits: RowContext['limits'],
): ((row: FileRow) => Record<string, string>) => {
  const list = columns.list.filter(({ kind }) => kind === 'users');
  const names = { ...columns, list };
  const context = { ...NOTHING, limits };
  return (row) => {
    const { references } = parseRow(row, names, context);
    // Copies: what is cut out of a line keeps all of it in memory.
    return Object.fromEntries(
      list.flatMap(({ key, place }) => (references[place] ? [[key, Buffer.from(references[place]).toString()]] : [])),
    );
  };
};

/** What identities and names are read by: nothing but limits. */
const NOTHING: Omit<RowContext, 'limits'> = {
  resetEmptyFields: false,
  languages: [],
  today: '',
  timeZone: null,
  segments: { find: () => undefined, add: () => 0 },
  ranges: new Map(),
  formats: [],
};
