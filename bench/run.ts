import { parseArgs } from 'node:util';
import { contendersOf, ratiosOf, runRound } from './contenders/contenders.ts';
import { machine, spread, withProduct } from './product/stack.ts';
import type { Scenario } from './workload/data.ts';

/**
 * `npm run bench -- --rows 100000 --scenario initial|reupload|identical --repeat 5 --against limit,rows,batches`:
 * imports the same files by the product and by each contender, one after another on the same PostgreSQL, and prints the
 * ratios. The contenders are bare COPY with set-based SQL (`limit`), self-written imports (`rows`, `batches`), and
 * django-import-export (`django`, `django-bulk`; needs Python 3.10 or newer and installs it on first use). Each has
 * tables or an organization of its own for each repeat. `reupload` and `identical` fill them first, unmeasured.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    scenario: { type: 'string', default: 'initial' },
    repeat: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
    against: { type: 'string', default: 'limit' },
  },
});
const [rows, repeat, seed] = [Number(values.rows), Number(values.repeat), Number(values.seed)];
const scenario = values.scenario as Scenario;
if (!['initial', 'reupload', 'identical'].includes(scenario))
  throw new Error('--scenario is initial, reupload or identical');
const sides = contendersOf(values.against);

await withProduct(async (stack) => {
  console.log(`${rows} rows, ${scenario}, ${repeat} times, seed ${seed}; ${machine()}`);
  const rounds: Record<string, number>[] = [];
  for (let round = 0; round < repeat; round++)
    rounds.push(ratiosOf(await runRound(stack, { rows, scenario, seed }, sides, round)));
  const names = new Set(rounds.flatMap((ratios) => Object.keys(ratios)));
  for (const name of names) console.log(`${name}: ${spread(rounds.flatMap((ratios) => ratios[name] ?? []))}`);
});
