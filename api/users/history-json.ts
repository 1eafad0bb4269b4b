import { type ChangeRow, changesOf } from '../../db/changes.ts';
import type { Transaction } from '../../db/client.ts';
import { type MembershipRow, membershipsOf } from '../../db/memberships.ts';
import type { StoredValue } from '../../db/schema.ts';
import type { HistoryJson } from './user-schema.ts';
import { openValueBook, type ValueBook } from './value-book.ts';

/**
 * What a person was in, from when to when, and every change that was recorded of them, in the order of time.
 *
 * @param key internal, of the person; @param today `YYYY-MM-DD` in the organization's time zone
 */
export async function historyJson(tx: Transaction, key: number, today: string): Promise<HistoryJson> {
  const memberships = await membershipsOf(tx, key);
  const fields = (await changesOf(tx, key)).flatMap(fieldsOf);
  const stored = fields.flatMap(({ attribute, isBackdate, before, after }) =>
    attribute === null || isBackdate ? [] : [before, after].filter(isStored).map((value) => ({ attribute, value })),
  );
  const book = await openValueBook(tx, [...memberships, ...stored]);
  return {
    memberships: memberships.flatMap((membership) => membershipJson(membership, book, today)),
    changes: fields.map((field) => changeJson(field, book)),
  };
}

function membershipJson(row: MembershipRow, book: ValueBook, today: string): HistoryJson['memberships'] {
  const attribute = book.attributes.find(({ key }) => key === row.attribute);
  if (!attribute) return [];
  // A range of whole years is that of the day on which the membership ended, or of today.
  const shown = book.show(attribute, row.value, row.to ?? today);
  const { segment = null, value = null } = shown ?? {};
  return [{ attribute: attribute.name, segment, value, from: row.from, to: row.to }];
}

/** One field of a change. `attribute` null: an own field, `deleted`, or the backdate of participation. */
type ChangedField = Omit<ChangeRow, 'before' | 'after'> & {
  field: string;
  attribute: number | null;
  isBackdate: boolean;
  before: unknown;
  after: unknown;
};

function fieldsOf({ before, after, ...change }: ChangeRow): ChangedField[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].map((field) => {
    const isBackdate = field.endsWith(BACKDATE);
    const named = isBackdate ? field.slice(0, -BACKDATE.length) : field;
    const attribute = named.startsWith('@') ? Number(named.slice(1)) : null;
    return { ...change, field, attribute, isBackdate, before: before[field] ?? null, after: after[field] ?? null };
  });
}

const BACKDATE = ' backdate';
const isStored = (value: unknown): value is StoredValue => typeof value === 'string' || typeof value === 'number';

function changeJson(change: ChangedField, book: ValueBook): HistoryJson['changes'][number] {
  const { at, massEditId, line, by, isBackdate, before, after } = change;
  const attribute = book.attributes.find(({ key }) => key === change.attribute);
  const rest = { at, massEditId, line, by };
  if (!attribute) return { ...rest, field: change.field, before, after };
  const field = isBackdate ? attribute.name + BACKDATE : attribute.name;
  const shown = (value: unknown) =>
    isBackdate || !isStored(value) ? value : (book.show(attribute, value, at.slice(0, 10))?.value ?? null);
  return { ...rest, field, before: shown(before), after: shown(after) };
}
