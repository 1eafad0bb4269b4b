import type { Database } from '../../db/client.ts';
import {
  assertState,
  type BenchmarkCase,
  deletesMissing,
  fileOf,
  fillingOf,
  formatResult,
  type Measured,
} from '../workload/benchmark-case.ts';
import { importInBatches } from './naive-batches.ts';
import { importRowByRow } from './naive-rows.ts';
import { createNaiveTables, dropNaiveTables, naiveState } from './naive-tables.ts';

/** The two ways to write it oneself. */
const WAYS = { rows: importRowByRow, batches: importInBatches };

/**
 * What a person would write in place of the product: csv-parse and Drizzle, over tables of its own in the same database,
 * which are gone afterwards. It checks no more than that a cell can be stored, keeps no history, and what was written
 * before it failed stays.
 *
 * @param settle is called before anything is measured: of tables that are filled when they are, and otherwise before
 *   they are there, as what is analyzed while it is empty is planned for as empty
 */
export async function measureNaive(
  way: keyof typeof WAYS,
  db: Database,
  task: BenchmarkCase,
  settle: () => Promise<void>,
): Promise<Measured> {
  const filling = fillingOf(task);
  if (!filling) await settle();
  await createNaiveTables(db);
  try {
    if (filling) {
      await imported(way, db, filling);
      await settle();
    }
    const began = performance.now();
    const done = await imported(way, db, task);
    const seconds = (performance.now() - began) / 1000;
    assertState(way, { ...(await naiveState(db)), done }, task);
    return { seconds: { [way]: seconds }, line: formatResult(task.rows, seconds, {}) };
  } finally {
    await dropNaiveTables(db);
  }
}

async function imported(way: keyof typeof WAYS, db: Database, task: BenchmarkCase): Promise<number> {
  const { done, errors } = await WAYS[way](db, fileOf(task), deletesMissing(task));
  if (errors.length > 0) throw new Error(`${way}: ${errors.length} rows are wrong, the first is this. ${errors[0]}`);
  return done;
}
