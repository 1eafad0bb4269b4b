import type { Transaction } from '../../db/client.ts';
import { listAttributes } from '../../db/people/attributes.ts';
import { recordChange } from '../../db/people/changes.ts';
import { changeMembershipOf } from '../../db/people/memberships.ts';
import { todayOf } from '../../db/people/organizations.ts';
import { endTokensOf } from '../../db/people/tokens.ts';
import { findUser, lockUsers, restoreUser as restore, serialize, usersByKey } from '../../db/people/users.ts';
import { throwProblem } from '../problems.ts';
import { usersJson } from './user-json.ts';
import type { UserJson } from './user-schema.ts';

/**
 * Restores a user who was deleted within 30 days, with the values that the user had. A reference to a user who was
 * deleted since is dropped. Tokens and sessions ended with the deletion and do not come back. Records the change.
 *
 * @param by internal key of the user who restores
 * @throws the problems `not_found` (also if the user is purged), `not_deleted`; a unique violation if another user has
 *   the email or external id by now
 */
export async function restoreUser(
  tx: Transaction,
  { organizationId, userId, by }: { organizationId: string; userId: string; by: number },
): Promise<UserJson> {
  await serialize(tx, organizationId);
  const found = await findUser(tx, userId);
  const user = found && (await lockUsers(tx, found.key));
  if (!user) return throwProblem('not_found', 'There is no such user, or their 30 days are over.');
  if (!user.deletedAt) return throwProblem('not_deleted', 'This user is not deleted.');

  const today = await todayOf(tx, organizationId);
  const referenceAttributes = (await listAttributes(tx)).flatMap(({ type, key }) => {
    const person = user.values[key];
    return type === 'users' && person !== undefined ? [{ key, person: Number(person) }] : [];
  });
  const users = await usersByKey(
    tx,
    referenceAttributes.map(({ person }) => person),
  );
  const lost = referenceAttributes.filter(({ person }) => users.get(person)?.isDeleted ?? true);
  if (lost.length > 0) {
    const cleared = Object.fromEntries(lost.map(({ key }) => [String(key), null]));
    await changeMembershipOf(tx, { organizationId, key: user.key }, cleared, today);
  }
  await restore(tx, user.key);
  // An earlier version kept tokens after the deletion.
  await endTokensOf(tx, user.key);
  await recordChange(tx, {
    organizationId,
    user: user.key,
    by,
    before: { deleted: true, ...Object.fromEntries(lost.map(({ key, person }) => [`@${key}`, person])) },
    after: { deleted: false, ...Object.fromEntries(lost.map(({ key }) => [`@${key}`, null])) },
  });
  const [json] = await usersJson(tx, [(await findUser(tx, userId)) ?? user], today);
  return json ?? throwProblem('not_found', 'There is no such user.');
}
