import { sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { queryOne, type Transaction } from '../client.ts';
import { violatedIndex } from '../sql/unique-violation.ts';

/**
 * A range of the users that plan rows create or change: after one id and up to another. `returns`: how many of them
 * take part again.
 */
export type KeyRange = {
  after: number;
  lastId: number;
  taken: number;
  creates: number;
  updates: number;
  returns: number;
};

/** The next key range, with at most `limit` users. */
export async function nextKeyRange(
  tx: Transaction,
  edit: ClaimedMassEdit,
  after: number,
  limit: number,
): Promise<KeyRange> {
  const range = await queryOne<Omit<KeyRange, 'after'>>(
    tx,
    sql`select count(*)::int as taken, coalesce(max(user_id), ${after}) as "lastId",
          count(*) filter (where action = 'create')::int as creates, count(*) filter (where action = 'update')::int as updates,
          count(*) filter (where action = 'update' and participates)::int as returns
        from (select user_id, action, participates from plan_rows where mass_edit_id = ${edit.id} and action in ('create', 'update')
          and user_id > ${after} order by user_id limit ${limit}) p`,
  );
  return { ...range, after };
}

/** The rows of a key range that create users, or that change users, in user id order. */
export const rowsOfKeyRange = (edit: ClaimedMassEdit, { after, lastId }: KeyRange, action: 'create' | 'update') =>
  sql`select * from plan_rows where mass_edit_id = ${edit.id} and action in ('create', 'update')
    and action = ${sql.raw(`'${action}'`)} and user_id > ${after} and user_id <= ${lastId} order by user_id`;

/**
 * Writes without a check first, because other writers are rarely faster. If a unique index refuses the write, rolls
 * back to the savepoint and writes with the check.
 */
export async function optimisticThenChecked(
  tx: Transaction,
  write: (tx: Transaction) => Promise<void>,
  carefully: (tx: Transaction) => Promise<void>,
): Promise<void> {
  try {
    await tx.transaction(write);
  } catch (error) {
    if (violatedIndex(error) === undefined) throw error;
    await carefully(tx);
  }
}
