import type { Transaction } from '../../db/client.ts';
import { type ChangePosition, type ChangeRow, changesAfter } from '../../db/people/changes.ts';
import { type MembershipPosition, type MembershipRow, membershipsAfter } from '../../db/people/memberships.ts';
import { MAX_SHOWN_CHARACTERS } from '../../db/sql/shown-length.ts';
import type { StoredValue } from '../../rules/rows/compare-row.ts';
import { pageOf } from '../paging.ts';
import type { HistoryJson } from './user-schema.ts';
import { loadValueResolver, type ValueResolver } from './value-resolver.ts';

/** The position at which a page of a history ended. All memberships come before all changes. */
export type HistoryPosition = { membership: MembershipPosition } | { change: ChangePosition };
type HistoryRow = { membership: MembershipRow; change: null } | { membership: null; change: ChangeRow };

/**
 * The memberships of a user, from when to when, and every changed field, each in the order of time. The pages are of
 * one list, which has the memberships first.
 *
 * @param key internal key of the user
 * @param today `YYYY-MM-DD` in the organization's time zone
 */
export async function historyJson(
  tx: Transaction,
  key: number,
  today: string,
  { after, limit }: { after: HistoryPosition | null; limit: number },
): Promise<HistoryJson> {
  const { items, nextCursor } = await pageOf<HistoryRow, HistoryItem, HistoryPosition>({
    limit,
    after: after ?? { membership: { from: '', attribute: 0 } },
    read: (position, most) => historyAfter(tx, key, position, most),
    keyOf: ({ membership, change }) =>
      membership
        ? { membership: { from: membership.from, attribute: membership.attribute } }
        : { change: change.position },
    itemsOf: async (rows) => {
      const book = await loadValueResolver(tx, rows.flatMap(storedIn));
      return rows.map(({ membership, change }) =>
        membership ? { membership: membershipJson(membership, book, today) } : { change: changeJson(change, book) },
      );
    },
  });
  return {
    memberships: items.flatMap((item) => ('membership' in item ? item.membership : [])),
    changes: items.flatMap((item) => ('change' in item ? [item.change] : [])),
    nextCursor,
  };
}

type HistoryItem = { membership: HistoryJson['memberships'] } | { change: HistoryJson['changes'][number] };

/** Whether a cursor is one of a history. */
export function isHistoryPosition(given: unknown): given is HistoryPosition {
  if (typeof given !== 'object' || given === null) return false;
  if ('membership' in given) {
    const position = given.membership;
    if (typeof position !== 'object' || position === null || !('from' in position) || !('attribute' in position))
      return false;
    return isText(position.from) && Number.isSafeInteger(position.attribute);
  }
  if (!('change' in given) || !Array.isArray(given.change)) return false;
  const [field, ...numbers] = given.change.toReversed();
  return isText(field) && numbers.length === 4 && numbers.every(Number.isSafeInteger);
}

/** Whether PostgreSQL accepts it as a text. */
const isText = (given: unknown): given is string => typeof given === 'string' && !given.includes('\0');

async function historyAfter(
  tx: Transaction,
  key: number,
  position: HistoryPosition,
  limit: number,
): Promise<HistoryRow[]> {
  const memberships = 'membership' in position ? await membershipsAfter(tx, key, position.membership, limit) : [];
  const rest = limit - memberships.length;
  const changes =
    rest > 0 ? await changesAfter(tx, key, 'change' in position ? position.change : BEFORE_ALL_CHANGES, rest) : [];
  return [
    ...memberships.map((membership) => ({ membership, change: null })),
    ...changes.map((change) => ({ membership: null, change })),
  ];
}
const BEFORE_ALL_CHANGES: ChangePosition = [Number.MIN_SAFE_INTEGER, 0, 0, 0, ''];

function storedIn({ membership, change }: HistoryRow): { attribute: number; value: StoredValue }[] {
  if (membership) return [membership];
  const { attribute, isBackdate } = parseField(change.field);
  if (attribute === null || isBackdate) return [];
  return [change.before, change.after].filter(isStored).map((value) => ({ attribute, value }));
}

function membershipJson(row: MembershipRow, book: ValueResolver, today: string): HistoryJson['memberships'] {
  const attribute = book.attributes.find(({ key }) => key === row.attribute);
  if (!attribute) return [];
  // A range of whole years is that of the day on which the membership ended, or of today.
  const shown = book.show(attribute, row.value, row.to ?? today);
  const { segment = null, value = null } = shown ?? {};
  return [{ attribute: attribute.name, segment, value, from: row.from, to: row.to }];
}

/** The parts of a field's name. `attribute` null: a built-in field, `deleted`, or the backdate of participation. */
function parseField(field: string): { attribute: number | null; isBackdate: boolean } {
  const isBackdate = field.endsWith(BACKDATE);
  const name = isBackdate ? field.slice(0, -BACKDATE.length) : field;
  return { attribute: name.startsWith('@') ? Number(name.slice(1)) : null, isBackdate };
}

const BACKDATE = ' backdate';
const isStored = (value: unknown): value is StoredValue => typeof value === 'string' || typeof value === 'number';

function changeJson(change: ChangeRow, book: ValueResolver): HistoryJson['changes'][number] {
  const { at, massEditId, line, by } = change;
  const parsed = parseField(change.field);
  const attribute = book.attributes.find(({ key }) => key === parsed.attribute);
  const field = attribute ? attribute.name + (parsed.isBackdate ? BACKDATE : '') : change.field;
  const shown = (value: unknown) => {
    const isNamed = attribute && !parsed.isBackdate && isStored(value);
    const text = isNamed ? book.show(attribute, value, at.slice(0, 10))?.value : value;
    return typeof text === 'string' ? text.slice(0, MAX_SHOWN_CHARACTERS) : (text ?? null);
  };
  return { at, massEditId, line, by, field, before: shown(change.before), after: shown(change.after) };
}
