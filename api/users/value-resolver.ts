import type { Transaction } from '../../db/client.ts';
import { type AttributeView, listAttributes } from '../../db/people/attributes.ts';
import { namedRanges, segmentNames } from '../../db/people/segment-names.ts';
import { usersByKey } from '../../db/people/users.ts';
import type { StoredValue } from '../../rules/rows/compare-row.ts';
import { type Range, rangeOfDate, rangeOfNumber } from '../../rules/values/ranges.ts';

/** A stored value as JSON; `segment` is null if it is in none. */
export type ShownValue = { value: number | string; segment: string | null; userId?: string };
/** The names of stored values. */
export type ValueResolver = {
  attributes: AttributeView[];
  /**
   * @param day for ranges of whole years, `YYYY-MM-DD`
   * @returns null for a user who is purged, or a segment that is deleted
   */
  show(attribute: AttributeView, value: StoredValue, day: string): ShownValue | null;
  /** Whether the value points at a deleted user, which only the past may show. */
  isOfDeleted(attribute: AttributeView, value: StoredValue): boolean;
};
type StoredUnder = { attribute: number; value: StoredValue };

/** Looks up all names that some stored values need, in one go. */
export async function loadValueResolver(tx: Transaction, stored: readonly StoredUnder[]): Promise<ValueResolver> {
  const attributes = await listAttributes(tx);
  const types = new Map(attributes.map(({ key, type }) => [key, type]));
  const keysOf = (type: string): number[] => [
    ...new Set(stored.filter(({ attribute }) => types.get(attribute) === type).map(({ value }) => Number(value))),
  ];
  const names = await segmentNames(tx, keysOf('choices'));
  const users = await usersByKey(tx, keysOf('users'));
  const ranges = Map.groupBy(await namedRanges(tx), ({ attribute }) => attribute);

  return {
    attributes,
    isOfDeleted: ({ type }, value) => type === 'users' && (users.get(Number(value))?.isDeleted ?? true),
    show({ key, type }, value, day) {
      if (type === 'choices') {
        const name = names.get(Number(value));
        return name === undefined ? null : { value: name, segment: name };
      }
      if (type === 'users') {
        const user = users.get(Number(value));
        return user ? { value: user.person, segment: user.person, userId: user.id } : null;
      }
      const own: readonly (Range & { name: string })[] = ranges.get(key) ?? [];
      const text = String(value);
      const range = type === 'dates' ? rangeOfDate(own, text, day) : rangeOfNumber(own, text);
      const segment = own.find(({ segmentId }) => segmentId === range?.segmentId)?.name ?? null;
      return { value: type === 'dates' ? text : numberOf(text), segment };
    },
  };
}

/** Canonical decimal text as a JSON number if that keeps every digit; otherwise as it is. */
const numberOf = (text: string): number | string => (String(Number(text)) === text ? Number(text) : text);
