import type { Database } from '../../db/client.ts';
import { analyzeIfGrown, type FilledTable } from '../../db/stages/statistics.ts';

/** Rows added to each table. */
export type RowsAdded = Partial<Record<FilledTable, number>>;

/** Below this many rows even the worst plan takes no time; above it the planner is told at each fourfold. */
const ANALYZE_FROM_ROWS = 300;
const ANALYZE_GROWTH = 4;
/** What is told last holds for the stages to come; a table that is half as large again needs no other plan. */
const ANALYZE_GROWTH_AT_END = 1.5;

/**
 * Counts the rows that were added to each table, and tells the planner of it at each fourfold and at the end of the step.
 * Each by itself: while one is filled the next is still empty, and what is told of it then is wrong later.
 */
export function createAnalyzeTracker(db: Database): (rowsAdded: RowsAdded, finished: boolean) => Promise<void> {
  const written: RowsAdded = {};
  const analyzed: RowsAdded = {};
  return async (rowsAdded, finished) => {
    const growth = finished ? ANALYZE_GROWTH_AT_END : ANALYZE_GROWTH;
    for (const [table, more] of Object.entries(rowsAdded) as [FilledTable, number][]) {
      const rows = (written[table] ?? 0) + more;
      written[table] = rows;
      if (rows < Math.max((analyzed[table] ?? 0) * growth, ANALYZE_FROM_ROWS)) continue;
      analyzed[table] = rows;
      await analyzeIfGrown(db, table);
    }
  };
}
