import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { contendersOf, runRound } from './contenders/contenders.ts';
import { type Curve, growthPlot } from './measure/growth-plot.ts';
import { medianOf } from './measure/percentiles.ts';
import { machine, withProduct } from './product/stack.ts';
import type { BenchmarkCase } from './workload/benchmark-case.ts';

/**
 * `npm run bench:growth -- --rows 100,1000,10000,100000,1000000 --repeat 3 --plot docs/pictures/growth.svg`: initial imports
 * of files of growing size, by the product and by the limit. Prints the median seconds and the microseconds a row, and
 * draws the plot. Without `--plot` nothing is written. The first import warms the worker and is not measured.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100,1000,10000,100000,1000000' },
    repeat: { type: 'string', default: '3' },
    plot: { type: 'string' },
  },
});
const sizes = values.rows.split(',').map(Number);
const repeat = Number(values.repeat);
const SIDES = [
  { side: 'limit', name: 'the limit', color: '#888' },
  { side: 'ours', name: 'mass-edit', color: '#1a5fb4' },
];

await withProduct(async (stack) => {
  console.log(`${sizes.join(', ')} rows, ${repeat} times; ${machine()}`);
  const curves: Curve[] = SIDES.map(({ name, color }) => ({ name, color, points: [] }));
  await runRound(stack, taskOf(sizes[0] ?? 0), contendersOf('limit'), 0);
  for (const rows of sizes) {
    const rounds: Record<string, number>[] = [];
    for (let round = 0; round < repeat; round++)
      rounds.push(await runRound(stack, taskOf(rows), contendersOf('limit'), round));
    for (const [at, { side, name }] of SIDES.entries()) {
      const seconds = medianOf(rounds.map((round) => round[side] ?? Number.NaN));
      curves[at]?.points.push({ rows, seconds });
      console.log(`${rows} rows, ${name}: ${seconds.toFixed(2)} s, ${((seconds * 1e6) / rows).toFixed(0)} µs a row`);
    }
  }
  if (values.plot) await writeFile(values.plot, growthPlot(curves));
});

function taskOf(rows: number): BenchmarkCase {
  return { rows, scenario: 'initial', seed: 1 };
}
