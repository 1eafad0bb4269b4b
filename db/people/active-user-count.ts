import { type SQL, sql } from 'drizzle-orm';
import type { Counts } from '../../workflows/contract.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';

/**
 * The sum of all changes to the number of active users by writers other than stages. The statement that counts the
 * users must also ask for it. In one snapshot, the difference of two marks is exactly what others changed between two
 * counts.
 */
export const MARK = (organizationId: string): SQL =>
  sql`(select coalesce(sum(change), 0) from live_user_changes where organization_id = ${organizationId})`;

async function countLiveUsers(tx: Transaction, organizationId: string): Promise<{ users: number; mark: number }> {
  return queryOne(
    tx,
    sql`select (select count(*) from users where organization_id = ${organizationId} and deleted_at is null)::int as users,
          ${MARK(organizationId)} as mark`,
  );
}

/**
 * The count of active users at the end, beside the count before. `expected` is the count before, plus `byOthers`, plus
 * the changes that the mass edit reports. `byOthers`: users that others created or restored meanwhile, minus users that
 * others deleted.
 */
export type UsersCounted = { byOthers: number; expected: number; after: number };

/**
 * Counts the active users once more. Null if the plan was not frozen, or if the version that froze it did not count.
 */
export async function countUsersAgain(
  tx: Transaction,
  edit: ClaimedMassEdit,
  { created, restored, deleted }: Counts,
): Promise<UsersCounted | null> {
  const { before, mark: markBefore } = await queryOne<{ before: number; mark: number | null }>(
    tx,
    sql`select of_users as before, users_mark as mark from mass_edits where id = ${edit.id}`,
  );
  if (markBefore === null) return null;
  const { users: after, mark } = await countLiveUsers(tx, edit.organizationId);
  const byOthers = mark - markBefore;
  return { byOthers, expected: before + byOthers + created + restored - deleted, after };
}
