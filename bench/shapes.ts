import { parseArgs } from 'node:util';
import { peakWhile } from './measure/peaks.ts';
import { reportGoal } from './measure/percentiles.ts';
import {
  type BenchOrganization,
  createBenchOrganization,
  type ImportResult,
  importViaProduct,
} from './product/import-via-product.ts';
import { machine, type Stack, vacuumAndCheckpoint, withProduct } from './product/stack.ts';
import { fileOf, type Shape, shapesOf } from './workload/hierarchies.ts';

/**
 * `npm run bench:shapes -- --rows 1000000 --shape "a star"`: how long the search for cycles takes if the hierarchy is
 * not an ordinary tree. Each shape (or the named one) is imported into an organization of its own.
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '100000' }, shape: { type: 'string' } },
});
const rows = Number(values.rows);
const shapes = Object.entries(shapesOf(rows)).filter(([name]) => values.shape === undefined || values.shape === name);
if (shapes.length === 0) throw new Error(`--shape is one of: ${Object.keys(shapesOf(rows)).join(', ')}`);

await withProduct(async (stack) => {
  console.log(`${rows} rows; ${machine()}`);
  for (const [name, shape] of shapes) await measure(stack, name, shape);
});

async function measure(stack: Stack, name: string, shape: Shape): Promise<void> {
  const { description, db } = stack;
  const benched = await createBenchOrganization(description.apiUrl, description.operatorToken);
  await vacuumAndCheckpoint(stack);
  const { result, before, most } = await peakWhile(description.pids['large-worker'], () =>
    importViaProduct(db.$client, benched, fileOf(rows, shape), false),
  );
  const found = await prove(stack, benched, shape, result);
  const seconds = result.stages['Cycle detection'] ?? Number.NaN;
  console.log(
    `${name}: ${seconds.toFixed(2)} s of ${result.seconds.toFixed(1)}, ${found} rows refused for a cycle;` +
      ` MiB of the worker: ${before} before, ${most} at most`,
  );
  reportGoal(`${name}, cycle detection`, seconds, 3, 's');
}

/** Every user on a cycle is refused, once and for that reason. All other users are created. */
async function prove(
  { db }: Stack,
  { id }: BenchOrganization,
  shape: Shape,
  { outcome, counts }: ImportResult,
): Promise<number> {
  const [found] = await db.$client<{ findings: number; lines: number }[]>`
    select count(*)::int as findings, count(distinct line)::int as lines from findings
    where organization_id = ${id} and code = 'CYCLE'`;
  const wanted = [shape.onCycles, shape.onCycles, shape.onCycles, rows - shape.onCycles].join(' ');
  const seen = [found?.findings, found?.lines, counts.refused, counts.created].join(' ');
  if (seen !== wanted || outcome !== (shape.onCycles > 0 ? 'completed_with_errors' : 'completed'))
    throw new Error(`${outcome}: findings, lines, refused, created are ${seen} where ${wanted} was to come out`);
  return found?.findings ?? 0;
}
