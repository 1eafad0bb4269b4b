import { peakOf, peakOfTree } from '../measure/memory.ts';
import { createBenchOrganization, type ImportResult, importViaProduct } from '../product/import-via-product.ts';
import { type Stack, vacuumAndCheckpoint } from '../product/stack.ts';
import {
  type BenchmarkCase,
  deletesMissing,
  fileOf,
  fillingOf,
  formatResult,
  type Measured,
} from '../workload/benchmark-case.ts';
import { expectedOf } from '../workload/data.ts';
import { measureDjango } from './django.ts';
import { measureNaive } from './naive.ts';
import { importBySqlLowerBound } from './sql-lower-bound.ts';

/** The contenders by their name in `--against`. Each starts from its own state. */
const CONTENDERS = {
  limit: lowerBoundContender,
  rows: (stack: Stack, task: BenchmarkCase) => measureNaive('rows', stack.db, task, () => vacuumAndCheckpoint(stack)),
  batches: (stack: Stack, task: BenchmarkCase) =>
    measureNaive('batches', stack.db, task, () => vacuumAndCheckpoint(stack)),
  django: (stack: Stack, task: BenchmarkCase) => measureDjango('django', stack, task),
  'django-bulk': (stack: Stack, task: BenchmarkCase) => measureDjango('django-bulk', stack, task),
};
const ALL_CONTENDERS = { ...CONTENDERS, ours: productContender };
type ContenderName = keyof typeof ALL_CONTENDERS;

/** The contenders that `--against` lists, and the product. Throws if the name of a contender is unknown. */
export function contendersOf(against: string): ContenderName[] {
  const names = against.split(',').map((name) => {
    if (!isContender(name)) throw new Error(`--against lists some of ${Object.keys(CONTENDERS).join(', ')}`);
    return name;
  });
  return [...new Set(names), 'ours'];
}

/** Runs each contender once, with another one first in each round. Returns the seconds of this round by their names. */
export async function runRound(
  stack: Stack,
  task: BenchmarkCase,
  sides: ContenderName[],
  round: number,
): Promise<Record<string, number>> {
  const seconds: Record<string, number> = {};
  for (const side of rotate(sides, round)) {
    const measured = await ALL_CONTENDERS[side](stack, task);
    Object.assign(seconds, measured.seconds);
    console.log(`  ${side.padEnd(WIDEST)} ${measured.line}`);
  }
  for (const [name, ratio] of Object.entries(ratiosOf(seconds))) console.log(`  ${name} ${ratio.toFixed(2)}`);
  return seconds;
}

/** The first position rotates. */
export const rotate = <T>(sides: T[], round: number): T[] => {
  const first = round % sides.length;
  return [...sides.slice(first), ...sides.slice(0, first)];
};

/** The product is divided by the limit, and the alternatives are divided by the product. */
export function ratiosOf(seconds: Record<string, number>): Record<string, number> {
  const { ours = Number.NaN, limit, ...others } = seconds;
  return {
    ...(limit !== undefined && { 'ours ÷ limit': ours / limit }),
    ...Object.fromEntries(Object.entries(others).map(([name, of]) => [`${name} ÷ ours`, of / ours])),
  };
}

const WIDEST = Math.max(...Object.keys(ALL_CONTENDERS).map((name) => name.length));
const isContender = (name: string): name is keyof typeof CONTENDERS => name in CONTENDERS;

async function lowerBoundContender(stack: Stack, task: BenchmarkCase): Promise<Measured> {
  const { description, db } = stack;
  const { id } = await createBenchOrganization(description.apiUrl, description.operatorToken);
  const filling = fillingOf(task);
  if (filling) await importBySqlLowerBound(db.$client, id, fileOf(filling), false);
  await vacuumAndCheckpoint(stack);
  const { seconds, steps } = await importBySqlLowerBound(db.$client, id, fileOf(task), deletesMissing(task));
  return { seconds: { limit: seconds }, line: formatResult(task.rows, seconds, steps) };
}

async function productContender(stack: Stack, task: BenchmarkCase): Promise<Measured> {
  const { description, db } = stack;
  const benched = await createBenchOrganization(description.apiUrl, description.operatorToken);
  const filling = fillingOf(task);
  if (filling) await importViaProduct(db.$client, benched, fileOf(filling), false);
  await vacuumAndCheckpoint(stack);
  const { result, mebibytes } = await peakOfTree(description.pids.postgres, () =>
    importViaProduct(db.$client, benched, fileOf(task), deletesMissing(task)),
  );
  prove(result, task);
  const { api, worker, 'large-worker': large } = description.pids;
  const memory = `MiB: api ${peakOf(api)}, worker ${peakOf(worker)}, large-worker ${peakOf(large)}, PostgreSQL ${mebibytes}`;
  return {
    seconds: { ours: result.seconds },
    line: `${formatResult(task.rows, result.seconds, result.stages)}; ${memory}`,
  };
}

/** Each contender must have done the work. The product reports its counts by row. */
function prove({ outcome, counts }: ImportResult, { rows, scenario, seed }: BenchmarkCase): void {
  const expected = expectedOf(rows, scenario, seed);
  const found = { changed: counts.updated, new: counts.created, missing: counts.deleted };
  if (outcome !== 'completed' || JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`${outcome}: ${JSON.stringify(found)} where ${JSON.stringify(expected)} was to come out`);
}
