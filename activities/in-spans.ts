import { nextSpan, type Span } from '../db/apply-span.ts';
import { type Transaction, transactionsOf } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { rowsToApply } from '../db/plan-freeze.ts';
import { chunkRowsOf, type StageDeps, type Step } from './in-chunks.ts';
import type { Filled } from './tell-planner.ts';

/** What is done to the people of a span; `filled`: the rows that this adds to a table. */
type SpanWork = {
  write: (tx: Transaction, edit: ClaimedEdit, span: Span) => Promise<void>;
  filled?: (span: Span) => Filled;
};

/**
 * Goes through the people whom rows of the plan make or change, in the order of their keys. Spans of new people are written
 * two at a time; one in which somebody is there already, whom others may be changing too, alone.
 */
export const inSpans =
  (deps: StageDeps, { write, filled }: SpanWork): Step =>
  async (edit, at) => {
    const inTransaction = transactionsOf(deps.db, edit.organizationId);
    const total = await inTransaction((tx) => rowsToApply(tx, edit));
    const limit = chunkRowsOf(deps);
    let [after, done] = [at.cursor, at.done];
    return {
      workOut: async () => {
        const span = await inTransaction((tx) => nextSpan(tx, edit, after, limit));
        after = span.lastId;
        done += span.taken;
        return {
          write: (tx) => write(tx, edit, span),
          alone: span.updates > 0,
          ...{ cursor: span.lastId, done, total, finished: span.taken < limit, filled: filled?.(span) ?? {} },
        };
      },
    };
  };
