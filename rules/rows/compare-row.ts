import type { Column } from '../columns/headers.ts';
import { withoutEntities } from '../values/html-entities.ts';
import type { ParsedRow } from './parsed-row.ts';

/** A value as memberships hold it: id of a segment or of a user, `YYYY-MM-DD`, or canonical decimal text. */
export type StoredValue = number | string;

/** A user in the database, with all that a row can change. Identities are compared by their keys. */
export type ExistingUser = {
  id: number;
  /** The id outside of the service. */
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
  /** The first day of all of them, except those in `sinceOf`; null if there are none. */
  since: string | null;
  sinceOf: Record<string, string>;
  membershipVersion: number | null;
};

/** The built-in fields that change; null: no change. An empty last name clears it. */
export type FieldChanges = {
  email: string | null;
  externalId: string | null;
  firstName: string | null;
  lastName: string | null;
  language: string | null;
  participates: boolean | null;
};

/** The defaults of a new user. */
const NEW_USER = { language: 'en', participates: true };

/** The built-in fields in which a row differs from its user. For a new user: all fields. */
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
    // An identity is set only if the user has none. Another check refuses a conflicting identity.
    email: user.emailKey === null ? email : null,
    externalId: user.externalIdKey === null ? externalId : null,
    firstName: differs(preferStored(firstName, user.firstName), user.firstName),
    lastName:
      lastName === '' && user.lastName === null ? null : differs(preferStored(lastName, user.lastName), user.lastName),
    language: differs(language, user.language),
    participates: differs(participates, user.participates),
  };
};

/** The stored name, if the given name is equal to it once HTML entities are characters. */
const preferStored = (given: string | null, stored: string | null): string | null =>
  given?.includes('&') && withoutEntities(given) === stored ? stored : given;

/** The attributes (ids) that a row changes, and their new values; null clears. */
export type ValueChanges = { keys: string[]; values: (StoredValue | null)[] };

/** Adds a change if the wanted value differs from the current one. An absent value cannot be cleared. */
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

/** Whether the row has a cell for a users attribute. */
export const isReferenceGiven = (parsed: ParsedRow, columns: readonly Column[], attributeId: string): boolean =>
  columns.some(({ key, valueIndex }) => key === attributeId && parsed.references[valueIndex] !== undefined);

/**
 * The changes as JSON: attribute id → value. The text is concatenated, because objects with numeric keys take ten times
 * as long.
 */
export const changesAsJson = ({ keys, values }: ValueChanges): string | null => {
  if (keys.length === 0) return null;
  let json = '';
  for (let at = 0; at < keys.length; at++) {
    const value = values[at] ?? null;
    // A text value is a day or a number, so it has no character that JSON would escape.
    json += typeof value === 'string' ? `,"${keys[at]}":"${value}"` : `,"${keys[at]}":${value}`;
  }
  return `{${json.slice(1)}}`;
};

/** The old values of the changed fields, by field name. */
export const fieldsBefore = (changes: FieldChanges, user: ExistingUser): Record<string, unknown> | null => {
  const before: Record<string, unknown> = {};
  for (const field of FIELDS) if (changes[field] !== null) before[field] = user[field];
  return isEmpty(before) ? null : before;
};

/** The old values of the changed attributes, without attributes that had no value. */
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

/** Whether a row changes any built-in field of its user. */
export const changesAnything = (changes: FieldChanges): boolean => FIELDS.some((field) => changes[field] !== null);

const FIELDS = ['email', 'externalId', 'firstName', 'lastName', 'language', 'participates'] as const;

/** Whether an object has no key. Faster than `Object.keys`. */
export const isEmpty = (object: object): boolean => {
  for (const _ in object) return false;
  return true;
};
