import type { Transaction } from '../../db/client.ts';
import type { UserRow } from '../../db/people/users.ts';
import type { UserJson } from './user-schema.ts';
import { loadValueResolver, type ValueResolver } from './value-resolver.ts';

/**
 * Users as JSON.
 *
 * @param today `YYYY-MM-DD` in the organization's time zone: tenure and age are of that day
 */
export async function usersJson(tx: Transaction, users: UserRow[], today: string): Promise<UserJson[]> {
  const stored = users.flatMap(({ values }) =>
    Object.entries(values).map(([attribute, value]) => ({ attribute: Number(attribute), value })),
  );
  const book = await loadValueResolver(tx, stored);
  return users.map((user) => {
    const { key: _key, values: _values, since: _since, sinceOf: _sinceOf, ...fields } = user;
    return { ...fields, attributes: attributesOf(user, book, today) };
  });
}

function attributesOf({ values, since, sinceOf }: UserRow, book: ValueResolver, today: string): UserJson['attributes'] {
  const shown: UserJson['attributes'] = {};
  for (const attribute of book.attributes) {
    const value = values[attribute.key];
    const shownValue =
      value === undefined || book.isOfDeleted(attribute, value) ? null : book.show(attribute, value, today);
    if (shownValue) shown[attribute.name] = { ...shownValue, since: sinceOf[attribute.key] ?? since ?? today };
  }
  return shown;
}
