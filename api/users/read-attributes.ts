import { checkDate } from '../../activities/rules/dates.ts';
import { MOST_CHARACTERS } from '../../activities/rules/lengths.ts';
import { checkNumber } from '../../activities/rules/numbers.ts';
import { checkText, closestSpelled, isLongerThan, nameKey } from '../../activities/rules/text.ts';
import { type AttributeView, listAttributes } from '../../db/attributes.ts';
import type { Transaction } from '../../db/client.ts';
import type { MembershipChange } from '../../db/memberships.ts';
import type { StoredValue } from '../../db/schema.ts';
import { segmentsNamed } from '../../db/segment-names.ts';
import { findPerson } from '../../db/users.ts';
import { problem } from '../problems.ts';
import { checked, type FieldRules, refuse } from './read-fields.ts';
import type { UserPatchJson } from './user-schema.ts';

export type WantedAttributes = {
  /** By attribute id; null clears. */
  values: MembershipChange;
  /** The people named, by attribute. */
  people: { attribute: AttributeView; person: number }[];
};

/**
 * The attributes of a patch by the ids and values they are stored with, checked as cells of a file are. Unlike in a file
 * a segment has to be there already.
 *
 * @param self the internal key of the person who is changed
 * @throws the problems `attribute_unknown`, `segment_unknown`, `person_not_found`, `person_is_self`, `invalid_value`
 */
export async function readAttributes(
  tx: Transaction,
  patch: NonNullable<UserPatchJson['attributes']>,
  self: number,
  rules: FieldRules,
): Promise<WantedAttributes> {
  const wanted: WantedAttributes = { values: {}, people: [] };
  const given = Object.entries(patch);
  if (given.length === 0) return wanted;
  const attributes = await listAttributes(tx);
  for (const [name, value] of given) {
    const attribute = attributeNamed(attributes, name);
    if (!attribute) return problem('attribute_unknown', 'There is no attribute of this name.', { field: name });
    const key = String(attribute.key);
    if (key in wanted.values) return problem('invalid_value', 'The attribute is named twice.', { field: name });
    wanted.values[key] = value === null ? null : await readValue(tx, attribute, String(value), rules);
    if (attribute.type === 'users' && value !== null) {
      const person = Number(wanted.values[key]);
      if (person === self) problem('person_is_self', `${attribute.name} names the user.`, { field: attribute.name });
      wanted.people.push({ attribute, person });
    }
  }
  return wanted;
}

/** The attribute that a name of any spelling means. */
export function attributeNamed(attributes: readonly AttributeView[], name: string): AttributeView | undefined {
  if (isLongerThan(name, MOST_CHARACTERS.name)) return undefined;
  const key = nameKey(name);
  const alike = attributes.filter((attribute) => nameKey(attribute.name) === key);
  return closestSpelled(
    alike.map((attribute) => ({ attribute, spelling: attribute.name })),
    name,
  )?.attribute;
}

async function readValue(
  tx: Transaction,
  { key, name, type }: AttributeView,
  given: string,
  rules: FieldRules,
): Promise<StoredValue> {
  if (given.trim() === '') refuse(name, 'REQUIRED_MISSING', `${name} is empty. To clear the value, send null.`);
  if (type === 'dates') return checked(name, given, { kind: 'date', ...rules }, (text) => checkDate(text));
  if (type === 'numbers') return checked(name, given, { kind: 'number', ...rules }, (text) => checkNumber(text));
  const text = checked(name, given, { kind: type === 'choices' ? 'segment' : 'person', ...rules }, checkText);
  if (type === 'choices') {
    const segment = closestSpelled(await segmentsNamed(tx, key, text), text);
    return segment?.key ?? problem('segment_unknown', `${name} has no segment of this name.`, { field: name });
  }
  const person = await findPerson(tx, text);
  return person ?? problem('person_not_found', `${name} names nobody: there is no such user.`, { field: name });
}
