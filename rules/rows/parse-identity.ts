import type { Columns } from '../columns/headers.ts';
import { parseRow } from './parse-row.ts';
import type { FileRow, RowContext } from './parsed-row.ts';

/** The identities in the cells of a row. Null: absent or unreadable, or the line is no row: the example row, or the header again. */
export type Identity = { email: string | null; externalId: string | null };

/** Parses only the email and the external id of a row, by the same rules as the whole row. */
export const createIdentityParser = (columns: Columns, limits: RowContext['limits']): ((row: FileRow) => Identity) => {
  const list = columns.list.filter(({ kind }) => kind === 'email' || kind === 'externalId');
  const identities = { ...columns, list, values: [] };
  const context = { ...NOTHING, limits };
  return (row) => {
    const { email, externalId, skipped } = parseRow(row, identities, context);
    return skipped ? NO_IDENTITY : { email, externalId };
  };
};

const NO_IDENTITY: Identity = { email: null, externalId: null };

/** Parses only the references of a row: attribute id → the text of the cell. */
export const createReferenceParser = (
  columns: Columns,
  limits: RowContext['limits'],
): ((row: FileRow) => Record<string, string>) => {
  const list = columns.list.filter(({ kind }) => kind === 'users');
  const names = { ...columns, list };
  const context = { ...NOTHING, limits };
  return (row) => {
    const { references } = parseRow(row, names, context);
    // Copies: a substring of a line keeps the whole line in memory.
    return Object.fromEntries(
      list.flatMap(({ key, valueIndex }) =>
        references[valueIndex] ? [[key, Buffer.from(references[valueIndex]).toString()]] : [],
      ),
    );
  };
};

/** The context of identities and references: only limits matter. */
const NOTHING: Omit<RowContext, 'limits'> = {
  resetEmptyFields: false,
  languages: [],
  today: '',
  timeZone: null,
  segments: { find: () => undefined, add: () => 0 },
  ranges: new Map(),
  formats: [],
};
