import type { Database } from '../db/client.ts';
import { type FilledTable, refreshStatistics } from '../db/statistics.ts';

/** Rows added to each table. */
export type Filled = Partial<Record<FilledTable, number>>;

/** Below this many rows even the worst plan takes no time; above it the planner is told at each fourfold. */
const STATISTICS_FROM_ROWS = 300;
const STATISTICS_GROWTH = 4;
/** What is told last holds for the stages to come; a table that is half as large again needs no other plan. */
const STATISTICS_GROWTH_AT_END = 1.5;

/**
 * Counts the rows that were added to each table, and tells the planner of it at each fourfold and at the end of the step.
 * Each by itself: while one is filled the next is still empty, and what is told of it then is wrong later.
 */
export function statisticsOf(db: Database): (filled: Filled, finished: boolean) => Promise<void> {
  const written: Filled = {};
  const told: Filled = {};
  return async (filled, finished) => {
    const growth = finished ? STATISTICS_GROWTH_AT_END : STATISTICS_GROWTH;
    for (const [table, more] of Object.entries(filled) as [FilledTable, number][]) {
      const rows = (written[table] ?? 0) + more;
      written[table] = rows;
      if (rows < Math.max((told[table] ?? 0) * growth, STATISTICS_FROM_ROWS)) continue;
      told[table] = rows;
      await refreshStatistics(db, table);
    }
  };
}
