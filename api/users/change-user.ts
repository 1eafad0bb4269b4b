import type { Transaction } from '../../db/client.ts';
import { restoreAnswersOf } from '../../db/people/answers.ts';
import { recordChange, type Values } from '../../db/people/changes.ts';
import { changeMembershipOf, isAbove, type MembershipChange } from '../../db/people/memberships.ts';
import { todayOf } from '../../db/people/organizations.ts';
import { hasOtherAdminToken } from '../../db/people/tokens.ts';
import {
  findUser,
  lockUsers,
  serialize,
  type UserFields,
  type UserRow,
  updateUser,
  usersByKey,
} from '../../db/people/users.ts';
import { throwProblem } from '../problems.ts';
import { parseAttributes, type WantedAttributes } from './parse-attributes.ts';
import { type FieldRules, parseFields } from './parse-fields.ts';
import { usersJson } from './user-json.ts';
import type { UserJson, UserPatchJson } from './user-schema.ts';

export type ChangeInput = {
  organizationId: string;
  /** Public id of the user who is changed. */
  userId: string;
  /** Internal key of the user who changes it. */
  by: number;
  patch: UserPatchJson;
  rules: FieldRules;
};

/**
 * Changes a user by hand, all or nothing, by the rules for rows of a file, and records the change. Writes nothing if no
 * value differs. The old membership is closed in history today. If the user takes part again, the answers that a mass
 * edit removed from reports within 30 days come back. A lower role needs a transaction in the mode `exclusive`.
 *
 * @throws the problems of `parseFields` and `parseAttributes`; `not_found`, `last_admin`, `hierarchy_has_cycle`; a
 *   unique violation if another user has the email or external id
 */
export async function changeUser(tx: Transaction, input: ChangeInput): Promise<UserJson> {
  const { organizationId, patch, rules } = input;
  const found = await findUser(tx, input.userId);
  if (!found || found.deletedAt) return throwProblem('not_found', 'There is no such user.');
  const wanted = await parseAttributes(tx, patch.attributes ?? {}, found.key, rules);
  if (wanted.people.some(({ attribute }) => attribute.hierarchy)) await serialize(tx, organizationId);
  const referenced = wanted.people.map(({ person }) => person);
  const user = await lockUsers(tx, found.key, referenced);
  if (!user || user.deletedAt) return throwProblem('not_found', 'There is no such user.');

  const fields = parseFields(patch, user, rules);
  if (fields.role === 'user' && !(await hasOtherAdminToken(tx, { user: user.key }))) {
    const todo = 'Make another user an admin first, and a token of the role admin for that user.';
    return throwProblem('last_admin', `This is the only admin who has a valid token of the role admin. ${todo}`);
  }
  await refuseReferenced(tx, user.key, wanted);
  const attributes = differing(wanted.values, user);
  const today = await todayOf(tx, organizationId);
  if (Object.keys(fields).length + Object.keys(attributes).length > 0) {
    await updateUser(tx, user.key, fields);
    if (fields.participates) await restoreAnswersOf(tx, { organizationId, key: user.key });
    if (Object.keys(attributes).length > 0) {
      await changeMembershipOf(tx, { organizationId, key: user.key }, attributes, today);
    }
    await recordChange(tx, { organizationId, user: user.key, by: input.by, ...recorded(user, fields, attributes) });
  }
  const [json] = await usersJson(tx, [(await findUser(tx, input.userId)) ?? user], today);
  return json ?? throwProblem('not_found', 'There is no such user.');
}

/** Refuses a referenced user who is deleted, now that the users are locked, or who is below in the same hierarchy. */
async function refuseReferenced(tx: Transaction, self: number, { people }: WantedAttributes): Promise<void> {
  const referenced = await usersByKey(
    tx,
    people.map(({ person }) => person),
  );
  for (const { attribute, person } of people) {
    const field = attribute.name;
    if (referenced.get(person)?.isDeleted ?? true)
      throwProblem('person_not_found', `${field} names a user who is no longer there.`, { field });
    if (!attribute.hierarchy || !(await isAbove(tx, attribute.key, self, person))) continue;
    throwProblem('hierarchy_has_cycle', `${field}: this user stands above the person named already.`, { field });
  }
}

const differing = (wanted: MembershipChange, { values }: UserRow): MembershipChange =>
  Object.fromEntries(Object.entries(wanted).filter(([key, value]) => value !== (values[key] ?? null)));

function recorded(
  user: UserRow,
  fields: Partial<UserFields>,
  attributes: MembershipChange,
): { before: Values; after: Values } {
  const before: Values = {};
  const after: Values = {};
  for (const [field, value] of Object.entries(fields)) {
    before[field] = user[field as keyof UserFields];
    after[field] = value;
  }
  for (const [key, value] of Object.entries(attributes)) {
    before[`@${key}`] = user.values[key] ?? null;
    after[`@${key}`] = value;
  }
  return { before, after };
}
