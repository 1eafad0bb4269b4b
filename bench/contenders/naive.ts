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

/** The two versions of a self-written import. */
const WAYS = { rows: importRowByRow, batches: importInBatches };

/**
 * A self-written alternative to the product: csv-parse and Drizzle, over tables of its own in the same database, which
 * are dropped afterwards. It only checks that a cell can be stored, and keeps no history. If it fails, the rows written
 * before stay.
 *
 * @param vacuumAndCheckpoint is called before the measurement: after the tables are filled, or else before they exist, because
 *   ANALYZE on an empty table would give plans for an empty table
 */
export async function measureNaive(
  way: keyof typeof WAYS,
  db: Database,
  task: BenchmarkCase,
  vacuumAndCheckpoint: () => Promise<void>,
): Promise<Measured> {
  const filling = fillingOf(task);
  if (!filling) await vacuumAndCheckpoint();
  await createNaiveTables(db);
  try {
    if (filling) {
      await imported(way, db, filling);
      await vacuumAndCheckpoint();
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
