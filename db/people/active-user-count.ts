import { type SQL, sql } from 'drizzle-orm';
import type { Counts } from '../../workflows/contract.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';

/**
 * The sum of what all writers but stages have added to the number of live users. It has to be asked by the statement that
 * counts the users: in one snapshot, the difference of two marks is exactly what others changed between the two counts.
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
 * The live users at the end beside those before: there must be `expected`, which is those before, and `byOthers` (users that
 * others made or restored meanwhile, less those that others deleted), and what the mass edit says that it did.
 */
export type UsersCounted = { byOthers: number; expected: number; after: number };

/** Counts the live users once more; null if the plan was not frozen, or was frozen by a version that did not count. */
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
