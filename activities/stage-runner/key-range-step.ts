import { type KeyRange, nextKeyRange } from '../../db/apply/apply-key-range.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { organizationTransactions, type Transaction } from '../../db/client.ts';
import { rowsToApply } from '../../db/plan/plan-freeze.ts';
import type { RowsAdded } from './analyze-tracker.ts';
import { chunkRowsOf } from './run-stage.ts';
import type { StageDeps, Step } from './stage.ts';

/** How a key range is written; `rowsAdded`: the rows that the write adds to a table. */
type KeyRangeWork = {
  write: (tx: Transaction, edit: ClaimedMassEdit, range: KeyRange) => Promise<void>;
  rowsAdded?: (range: KeyRange) => RowsAdded;
};

/**
 * Applies the plan rows that create or change users, by key range in id order. Key ranges of new users are written two
 * at a time. A key range with an existing user runs exclusively, because other writers may lock that user too.
 */
export const keyRangeStep =
  (deps: StageDeps, { write, rowsAdded }: KeyRangeWork): Step =>
  async (edit, at) => {
    const inTransaction = organizationTransactions(deps.db, edit.organizationId);
    const total = await inTransaction((tx) => rowsToApply(tx, edit));
    const limit = chunkRowsOf(deps);
    let [after, done] = [at.cursor, at.done];
    return {
      prepareNext: async () => {
        const range = await inTransaction((tx) => nextKeyRange(tx, edit, after, limit));
        after = range.lastId;
        done += range.taken;
        return {
          write: (tx) => write(tx, edit, range),
          exclusive: range.updates > 0,
          ...{ cursor: range.lastId, done, total, finished: range.taken < limit, rowsAdded: rowsAdded?.(range) ?? {} },
        };
      },
    };
  };
