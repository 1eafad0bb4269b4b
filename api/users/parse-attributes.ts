import type { Transaction } from '../../db/client.ts';
import { type AttributeView, listAttributes } from '../../db/people/attributes.ts';
import type { MembershipChange } from '../../db/people/memberships.ts';
import { segmentsNamed } from '../../db/people/segment-names.ts';
import { findActiveUser } from '../../db/people/users.ts';
import type { StoredValue } from '../../rules/rows/compare-row.ts';
import { checkDate } from '../../rules/values/dates.ts';
import { MOST_CHARACTERS } from '../../rules/values/lengths.ts';
import { checkNumber } from '../../rules/values/numbers.ts';
import { checkText, closestSpelling, isLongerThan, nameKey } from '../../rules/values/text.ts';
import { throwProblem } from '../problems.ts';
import { checked, type FieldRules, refuse } from './parse-fields.ts';
import type { UserPatchJson } from './user-schema.ts';

export type WantedAttributes = {
  /** By attribute id; null clears. */
  values: MembershipChange;
  /** The referenced users, by attribute. */
  people: { attribute: AttributeView; person: number }[];
};

/**
 * The attributes of a patch, by the ids and values that are stored, checked as cells of a file are. Unlike in a file, a
 * segment must exist already.
 *
 * @param self the internal key of the user who is changed
 * @throws the problems `attribute_unknown`, `segment_unknown`, `person_not_found`, `person_is_self`, `invalid_value`
 */
export async function parseAttributes(
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
    if (!attribute) return throwProblem('attribute_unknown', 'There is no attribute of this name.', { field: name });
    const key = String(attribute.key);
    if (key in wanted.values) return throwProblem('invalid_value', 'The attribute is named twice.', { field: name });
    wanted.values[key] = value === null ? null : await parseValue(tx, attribute, String(value), rules);
    if (attribute.type === 'users' && value !== null) {
      const person = Number(wanted.values[key]);
      if (person === self)
        throwProblem('person_is_self', `${attribute.name} names the user.`, { field: attribute.name });
      wanted.people.push({ attribute, person });
    }
  }
  return wanted;
}

/** The attribute of a name in any spelling. */
export function attributeNamed(attributes: readonly AttributeView[], name: string): AttributeView | undefined {
  if (isLongerThan(name, MOST_CHARACTERS.name)) return undefined;
  const key = nameKey(name);
  const alike = attributes.filter((attribute) => nameKey(attribute.name) === key);
  return closestSpelling(
    alike.map((attribute) => ({ attribute, spelling: attribute.name })),
    name,
  )?.attribute;
}

async function parseValue(
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
    const segment = closestSpelling(await segmentsNamed(tx, key, text), text);
    return segment?.key ?? throwProblem('segment_unknown', `${name} has no segment of this name.`, { field: name });
  }
  const user = await findActiveUser(tx, text);
  return user ?? throwProblem('person_not_found', `${name} names no user of this organization.`, { field: name });
}
