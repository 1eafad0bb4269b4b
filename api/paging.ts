import { Type } from 'typebox';
import { problem } from './problems.ts';

/** As SCIM services publish theirs: enough for a table on a page, little enough to answer at once. */
const MOST = 200;
const USUAL = 50;

/** The query of every list. */
export const PageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 500, description: 'nextCursor of the page before' })),
  // Not optional to the route, as the default is filled in before it is called.
  limit: Type.Integer({ minimum: 1, maximum: MOST, default: USUAL }),
};

/** A page of items; nextCursor is null on the last one. */
export const PageOf = <Item extends Parameters<typeof Type.Array>[0]>(item: Item) =>
  Type.Object({ items: Type.Array(item), nextCursor: Type.Union([Type.String(), Type.Null()]) });

/** The key after which a page begins, which lists give out and take back unread. */
export function readCursor<Key>(cursor: string | undefined): Key | undefined {
  if (cursor === undefined) return undefined;
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString()) as Key;
  } catch {
    return problem('invalid_request', 'The cursor is not one that this list gave out.');
  }
}

/** As `readCursor`, for lists in the order of an internal key. */
export function readKey(cursor: string | undefined): number | undefined {
  const key = readCursor<unknown>(cursor);
  if (key === undefined || Number.isSafeInteger(key)) return key as number | undefined;
  return problem('invalid_request', 'The cursor is not one that this list gave out.');
}

/**
 * Makes a page of rows that were read with one more than asked for, which tells whether there is a next page.
 *
 * @param keyOf what the next page begins after, of the last row of this one
 */
export function pageOf<Row, Item>(
  rows: Row[],
  limit: number,
  keyOf: (row: Row) => unknown,
  itemOf: (row: Row) => Item,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return {
    items: shown.map(itemOf),
    nextCursor: more ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null,
  };
}
