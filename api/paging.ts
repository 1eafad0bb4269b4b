import { Type } from 'typebox';
import { throwProblem } from './problems.ts';
import { nullableText } from './schema-parts.ts';

/** The usual limit of SCIM services: enough for a table on a page, and small enough to answer at once. */
export const MAX_LIMIT = 200;
const DEFAULT_LIMIT = 50;

/** An answer of this size takes a second on a slow line. With 20 requests at once, an organization holds 20 MB. */
const PAGE_BYTES = 1_000_000;
/** The bytes around the items: the names of the members, and a cursor. */
const ENVELOPE_BYTES = 1_000;
/** Rows in one read. The first read of a usual page is the only one. */
const STEP = 64;
/** Values in the rows of one read, at most 255 characters each: 1 to 4 MB. */
const STEP_VALUES = 4_000;

/** The query of every list. */
export const PageQuery = {
  cursor: Type.Optional(Type.String({ maxLength: 500, description: 'nextCursor of the page before' })),
  // Not optional for the route, because the default is filled in before the call.
  limit: limitOf(DEFAULT_LIMIT),
};

/** The query of a list that had no pages in earlier versions. Without `limit`, a page is as long as a page can be. */
export const LongPageQuery = {
  ...PageQuery,
  limit: limitOf(MAX_LIMIT),
};

function limitOf(usual: number) {
  const description = 'A page ends after so many items, or after 1 MB if that comes first';
  return Type.Integer({ minimum: 1, maximum: MAX_LIMIT, default: usual, description });
}

/** nextCursor is null on the last page. */
export const NextCursor = nullableText('Where the next page begins; null: this is the last one');

/** A page of items. */
export const PageOf = <Item extends Parameters<typeof Type.Array>[0]>(item: Item) =>
  Type.Object({ items: Type.Array(item), nextCursor: NextCursor });

export type Page<Item> = { items: Item[]; nextCursor: string | null };

/** A list in the order of a key, for `pageOf`. */
export type List<Row, Item, Key> = {
  /** The most items on a page. */
  limit: number;
  /** The key after which the page begins. */
  after: Key;
  /** Returns at most `limit` rows after a key; fewer mean that there are no more. */
  read: (after: Key, limit: number) => Promise<Row[]>;
  keyOf: (row: Row) => Key;
  /** Returns one item for each row. */
  itemsOf: (rows: Row[]) => Item[] | Promise<Item[]>;
  /** Rows in one read, if rows may be large; see `stepOf`. */
  step?: number;
};

/**
 * Makes a page of a list. All lists use it, so that each has a limit. The page ends after `limit` items, or before it
 * would be larger than 1 MB of JSON; a single larger item is a page of its own. Reads a few rows at a time, so that few
 * rows are read that the page has no room for.
 */
export async function pageOf<Row, Item, Key>(list: List<Row, Item, Key>): Promise<Page<Item>> {
  const { limit, read, keyOf, itemsOf, step = STEP } = list;
  const items: Item[] = [];
  let after = list.after;
  let bytes = ENVELOPE_BYTES;
  for (;;) {
    // One row more than the page has room for shows whether there is a next page.
    const wanted = Math.min(step, limit - items.length + 1);
    const rows = await read(after, wanted);
    const made = await itemsOf(rows);
    for (const [index, item] of made.entries()) {
      bytes += Buffer.byteLength(JSON.stringify(item)) + 1;
      if (items.length === limit || (items.length > 0 && bytes > PAGE_BYTES))
        return { items, nextCursor: encodeCursor(after) };
      items.push(item);
      after = keyOf(rows[index] as Row);
    }
    if (rows.length < wanted) return { items, nextCursor: null };
  }
}

/** Rows in one read if each may hold so many values. */
export const stepOf = (values: number): number => Math.min(STEP, Math.max(4, Math.floor(STEP_VALUES / (values + 1))));

/** The start of a page; each list has its own cursor format. Refuses (`invalid_request`) an invalid cursor. */
export function parseCursor<Position>(
  cursor: string | undefined,
  isPosition: (given: unknown) => given is Position,
): Position | null {
  if (cursor === undefined) return null;
  const position = decodeCursor(cursor);
  return isPosition(position)
    ? position
    : throwProblem('invalid_request', 'The cursor is not one that this list gave out.');
}

/** As `parseCursor`, for lists in the order of an internal key or a line. */
export const readKey = (cursor: string | undefined): number | null => parseCursor(cursor, isKey);

const isKey = (given: unknown): given is number => Number.isSafeInteger(given);

function decodeCursor(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    return undefined;
  }
}

const encodeCursor = (key: unknown): string => Buffer.from(JSON.stringify(key)).toString('base64url');
