import type { Database } from '../../db/client.ts';
import { analyzeIfGrown, type FilledTable } from '../../db/stages/statistics.ts';

/** Rows added to each table. */
export type RowsAdded = Partial<Record<FilledTable, number>>;

/**
 * Below this many rows even the worst plan takes no time. Above it, ANALYZE runs each time a table has grown fourfold.
 */
const ANALYZE_FROM_ROWS = 300;
const ANALYZE_GROWTH = 4;
/** The last statistics serve the later stages. A table that has grown by less than half needs no other query plan. */
const ANALYZE_GROWTH_AT_END = 1.5;

/**
 * Counts the rows added to each table and runs ANALYZE at each fourfold growth and at the end of the step. Each table
 * is analyzed by itself: another table may still be empty then, and its statistics would be wrong later.
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
