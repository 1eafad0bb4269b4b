import { parseArgs } from 'node:util';
import { csvOf, expectedOf, type Scenario } from './data.ts';
import { importByLimit } from './limit.ts';
import { peakOf, peakOfTree } from './memory.ts';
import { importByProduct, newBenched, type Ran } from './ours.ts';
import { machine, type Stack, settle, spread, withProduct } from './stack.ts';

/**
 * `npm run bench -- --rows 100000 --scenario initial|reupload|identical --repeat 5`: imports the same files by the product
 * and by bare COPY with set-based SQL, in turn, on the same PostgreSQL, and prints the ratios. Each side has an
 * organization of its own for each repeat, which `reupload` and `identical` fill first, unmeasured.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    scenario: { type: 'string', default: 'initial' },
    repeat: { type: 'string', default: '5' },
    seed: { type: 'string', default: '1' },
  },
});
const [rows, repeat, seed] = [Number(values.rows), Number(values.repeat), Number(values.seed)];
const scenario = values.scenario as Scenario;
if (!['initial', 'reupload', 'identical'].includes(scenario))
  throw new Error('--scenario is initial, reupload or identical');

await withProduct(async (stack) => {
  console.log(`${rows} rows, ${scenario}, ${repeat} times, seed ${seed}; ${machine()}`);
  const ratios: number[] = [];
  for (let round = 0; round < repeat; round++) ratios.push(await playRound(stack, round));
  console.log(`ours ÷ limit: ${spread(ratios)}`);
});

/** Both sides once, in turn who is first. */
async function playRound(stack: Stack, round: number): Promise<number> {
  const sides = { limit: limitSide, ours: ourSide };
  const order = round % 2 === 0 ? (['limit', 'ours'] as const) : (['ours', 'limit'] as const);
  const seconds = { limit: 0, ours: 0 };
  for (const side of order) seconds[side] = await sides[side](stack);
  console.log(`  ours ÷ limit ${(seconds.ours / seconds.limit).toFixed(2)}`);
  return seconds.ours / seconds.limit;
}

async function limitSide(stack: Stack): Promise<number> {
  const { description, db } = stack;
  const { id } = await newBenched(description.apiUrl, description.operatorToken);
  if (scenario !== 'initial') await importByLimit(db.$client, id, csvOf(rows, 'initial', seed), false);
  await settle(stack);
  const { seconds, steps } = await importByLimit(db.$client, id, csvOf(rows, scenario, seed), scenario === 'reupload');
  console.log(`  limit ${told(seconds, steps)}`);
  return seconds;
}

async function ourSide(stack: Stack): Promise<number> {
  const { description, db } = stack;
  const benched = await newBenched(description.apiUrl, description.operatorToken);
  if (scenario !== 'initial') await importByProduct(db.$client, benched, csvOf(rows, 'initial', seed), false);
  await settle(stack);
  const { result, mebibytes } = await peakOfTree(description.pids.postgres, () =>
    importByProduct(db.$client, benched, csvOf(rows, scenario, seed), scenario === 'reupload'),
  );
  prove(result);
  const { api, worker } = description.pids;
  console.log(
    `  ours  ${told(result.seconds, result.stages)}; MiB: api ${peakOf(api)}, worker ${peakOf(worker)}, PostgreSQL ${mebibytes}`,
  );
  return result.seconds;
}

/** What is compared has to have done the work. */
function prove({ outcome, counts }: Ran): void {
  const expected = expectedOf(rows, scenario, seed);
  const found = { changed: counts.updated, new: counts.created, missing: counts.deleted };
  if (outcome !== 'completed' || JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`${outcome}: ${JSON.stringify(found)} where ${JSON.stringify(expected)} was to come out`);
}

function told(seconds: number, parts: Record<string, number>): string {
  const each = Object.entries(parts).map(([name, of]) => `${name} ${of.toFixed(2)}`);
  return `${seconds.toFixed(2)} s, ${Math.round(rows / seconds)} rows/s (${each.join(', ')})`;
}
