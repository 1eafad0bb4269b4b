import type { Column } from '../columns/headers.ts';
import { withoutEntities } from '../values/html-entities.ts';
import type { ParsedRow } from './parsed-row.ts';

/** A value as memberships hold it: id of a segment or of a person, `YYYY-MM-DD`, or canonical decimal text. */
export type StoredValue = number | string;

/** Somebody whom the database has, with all that a row can change. `key`s are what identities are compared by. */
export type ExistingUser = {
  id: number;
  /** As it leaves the service. */
  publicId: string;
  version: number;
  isDeleted: boolean;
  /** `YYYY-MM-DD` in the organization's time zone. */
  deletedOn: string | null;
  email: string | null;
  externalId: string | null;
  emailKey: string | null;
  externalIdKey: string | null;
  firstName: string;
  lastName: string | null;
  language: string;
  participates: boolean;
  /** Today's memberships, by attribute id. */
  values: Record<string, StoredValue>;
  /** The day from which all of them hold, but for those that `sinceOf` names; null where there are none. */
  since: string | null;
  sinceOf: Record<string, string>;
  membershipVersion: number | null;
};

/** The own fields that change; null: stays. An empty last name clears it. */
export type FieldChanges = {
  email: string | null;
  externalId: string | null;
  firstName: string | null;
  lastName: string | null;
  language: string | null;
  participates: boolean | null;
};

/** What somebody new has where the row does not say. */
const NEW_USER = { language: 'en', participates: true };

/** The own fields in which a row differs from a person; of somebody new, all that they are to have. */
export const changedFields = (parsed: ParsedRow, user: ExistingUser | null): FieldChanges => {
  const { email, externalId, firstName, lastName, language, participates } = parsed;
  if (!user) {
    return {
      ...{ email, externalId, firstName, lastName: lastName || null },
      ...{ language: language ?? NEW_USER.language, participates: participates ?? NEW_USER.participates },
    };
  }
  const differs = <T>(given: T | null, present: T): T | null => (given === present ? null : given);
  return {
    // An identity is set where there is none; what contradicts one is refused elsewhere.
    email: user.emailKey === null ? email : null,
    externalId: user.externalIdKey === null ? externalId : null,
    firstName: differs(preferStored(firstName, user.firstName), user.firstName),
    lastName:
      lastName === '' && user.lastName === null ? null : differs(preferStored(lastName, user.lastName), user.lastName),
    language: differs(language, user.language),
    participates: differs(participates, user.participates),
  };
};

/** The stored name, if a name is the same with its HTML entities as characters. */
const preferStored = (given: string | null, stored: string | null): string | null =>
  given?.includes('&') && withoutEntities(given) === stored ? stored : given;

/** Attributes that a row changes, by id: one after the other, with the value from then on; null clears. */
export type ValueChanges = { keys: string[]; values: (StoredValue | null)[] };

/** Notes a change where what is wanted differs from what a person is in; where there is nothing, nothing can be cleared. */
export const addChange = (
  changes: ValueChanges,
  key: string,
  wanted: StoredValue | null,
  current: Record<string, StoredValue> | null,
): void => {
  if (wanted === null ? !(current && key in current) : current?.[key] === wanted) return;
  changes.keys.push(key);
  changes.values.push(wanted);
};

/** Whether the row says anything of an attribute that points at people. */
export const isReferenceGiven = (parsed: ParsedRow, columns: readonly Column[], attributeId: string): boolean =>
  columns.some(({ key, place }) => key === attributeId && parsed.references[place] !== undefined);

/** The changes as JSON: attribute id → value. Put together by hand, as objects with such keys take ten times as long. */
export const changesAsJson = ({ keys, values }: ValueChanges): string | null => {
  if (keys.length === 0) return null;
  const parts = keys.map((key, at) => {
    const value = values[at] ?? null;
    // No text that is kept as a value, a day or a number, has a sign in it that JSON would escape.
    return typeof value === 'string' ? `"${key}":"${value}"` : `"${key}":${value}`;
  });
  return `{${parts.join(',')}}`;
};

/** What the fields that change were before, by their names. */
export const fieldsBefore = (changes: FieldChanges, user: ExistingUser): Record<string, unknown> | null => {
  const before: Record<string, unknown> = {};
  for (const field of FIELDS) if (changes[field] !== null) before[field] = user[field];
  return isEmpty(before) ? null : before;
};

/** What the attributes that change were before; nothing of those that had no value. */
export const valuesBefore = (
  { keys }: ValueChanges,
  current: Record<string, StoredValue>,
): Record<string, StoredValue> | null => {
  const before: Record<string, StoredValue> = {};
  for (const key of keys) {
    const value = current[key];
    if (value !== undefined) before[key] = value;
  }
  return isEmpty(before) ? null : before;
};

export const changesAnything = (changes: FieldChanges): boolean => FIELDS.some((field) => changes[field] !== null);

const FIELDS = ['email', 'externalId', 'firstName', 'lastName', 'language', 'participates'] as const;

/** Whether an object has no key; quicker than to list them. */
export const isEmpty = (object: object): boolean => {
  for (const _ in object) return false;
  return true;
};
