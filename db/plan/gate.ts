import { sql } from 'drizzle-orm';
import type { GateNumbers } from '../../rules/gate.ts';
import type { Counts } from '../../workflows/contract.ts';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';
import { MARK } from '../people/active-user-count.ts';
import { isListed } from './missing-users.ts';

/** The numbers by which the gate opens, and the mark for counting `users` again; see active-user-count.ts. */
export type PlanNumbers = GateNumbers & { mark: number };

/**
 * Counts the numbers that decide the gate, after the plan's own counts are known. A user who was deleted and restored
 * again does not count as deleted.
 */
export async function planNumbers(
  tx: Transaction,
  edit: ClaimedMassEdit,
  { created, deleted }: Counts,
  answersRemoved: GateNumbers['answersRemoved'],
): Promise<PlanNumbers> {
  const users = await queryOne<Pick<PlanNumbers, 'users' | 'deletedLastDay' | 'mark'>>(
    tx,
    sql`select count(*) filter (where deleted_at is null)::int as users,
          count(*) filter (where deleted_at > now() - interval '24 hours')::int as "deletedLastDay",
          ${MARK(edit.organizationId)} as mark
        from users where organization_id = ${edit.organizationId}`,
  );
  const { newNames } = await queryOne<Pick<PlanNumbers, 'newNames'>>(
    tx,
    sql`select coalesce(new_names, '[]') as "newNames" from mass_edits where id = ${edit.id}`,
  );
  const listed = await queryOne<PlanNumbers['listed']>(
    tx,
    sql`select count(*) filter (where reports > 0)::int as managers, coalesce(sum(reports), 0)::int as reports,
          (select count(distinct t.user_id)::int from tokens t where t.organization_id = ${edit.organizationId}
            and (t.expires_at is null or t.expires_at > now()) and ${isListed(edit, sql`t.user_id`, 'planned')})
            as "tokenHolders"
        from missing_users where mass_edit_id = ${edit.id} and kept is null`,
  );
  const { deleteLimit } = edit;
  return {
    ...users,
    listed,
    ...{ review: edit.review === 'always', created, deletions: deleted, newNames, deleteLimit, answersRemoved },
  };
}
