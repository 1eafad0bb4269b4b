import { parseArgs } from 'node:util';
import { medianOf, reportGoal } from './measure/percentiles.ts';
import { type Sizes, sizesOf, writeFreshly } from './measure/table-sizes.ts';
import { type BenchOrganization, createBenchOrganization, importViaProduct } from './product/import-via-product.ts';
import { machine, type Stack, withProduct } from './product/stack.ts';
import { csvOf, type Scenario } from './workload/data.ts';
import { createExpectedCounts } from './workload/expected-counts.ts';

/**
 * `npm run bench:bloat -- --rows 100000 --times 20`: an initial import and re-uploads of it. Each re-upload changes
 * other rows, adds users and leaves users out; those are deleted, and most come back with the next re-upload. Measures
 * whether the last import is as fast as the first. Compares the size of each table with that of a fresh table with the
 * same rows.
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '100000' }, times: { type: 'string', default: '20' } },
});
const [rows, times] = [Number(values.rows), Number(values.times)];
/** The tables with current data. The other tables keep history, by design. */
const LIVE = ['users', 'memberships', 'segments', 'segment_aliases', 'attributes'];
/** In a table this small a single page changes the ratio. */
const SMALL_BYTES = 2 ** 20;

/** A single run measures the machine's load more than the tables. */
const AT_EACH_END = 3;

await withProduct(async (stack) => {
  console.log(`${rows} rows, ${times} re-uploads; ${machine()}`);
  const { description, db } = stack;
  const benched = await createBenchOrganization(description.apiUrl, description.operatorToken);
  const users = createExpectedCounts();
  const upload = (scenario: Scenario, seed: number) => uploadAndProve(stack, benched, users, { scenario, seed });
  console.log(`initial: ${(await upload('initial', 1)).toFixed(2)} s`);
  const seconds: number[] = [];
  let first: Sizes = {};
  for (let time = 1; time <= times; time++) {
    seconds.push(await upload('reupload', time));
    console.log(`re-upload ${time}: ${seconds.at(-1)?.toFixed(2)} s`);
    if (time === 1) first = await sizesOf(db.$client);
  }
  const last = await sizesOf(db.$client);
  await writeFreshly(db.$client);
  tell(first, last, await sizesOf(db.$client));
  const some = Math.min(AT_EACH_END, times);
  const slower = medianOf(seconds.slice(-some)) / medianOf(seconds.slice(0, some));
  reportGoal(`median of the last ${some} re-uploads ÷ of the first ${some}`, slower, 1.1, 'times');
});

type Users = ReturnType<typeof createExpectedCounts>;

/** Every count is computed from the lines of this file and of the files before. */
async function uploadAndProve(
  { db }: Stack,
  benched: BenchOrganization,
  users: Users,
  { scenario, seed }: { scenario: Scenario; seed: number },
): Promise<number> {
  const expected = users.next(csvOf(rows, scenario, seed));
  const csv = csvOf(rows, scenario, seed);
  const { seconds, outcome, counts } = await importViaProduct(db.$client, benched, csv, scenario === 'reupload');
  const { created, updated, unchanged, deleted, restored } = counts;
  const found = { created, updated, unchanged, deleted, restored };
  const [there] = await db.$client<{ active: number }[]>`
    select count(*)::int as active from users
    where organization_id = ${benched.id} and deleted_at is null and role <> 'admin'`;
  const seen = JSON.stringify({ ...found, active: there?.active });
  if (outcome !== 'completed' || seen !== JSON.stringify(expected))
    throw new Error(`${outcome}: ${seen} where ${JSON.stringify(expected)} was to come out`);
  return seconds;
}

function tell(first: Sizes, last: Sizes, fresh: Sizes): void {
  console.log(
    'MiB of each table, all + indexes + dead rows: after the first re-upload | after the last | written freshly',
  );
  for (const [name, { bytes }] of Object.entries(last).toSorted(([, a], [, b]) => b.bytes - a.bytes)) {
    const ratio = (bytes / (fresh[name]?.bytes ?? Number.NaN)).toFixed(2);
    console.log(
      `${name}: ${[first, last, fresh].map((sizes) => toldSize(sizes, name)).join(' | ')}; last ÷ fresh ${ratio}`,
    );
  }
  for (const name of LIVE) {
    const [now, then] = [last[name]?.bytes ?? Number.NaN, fresh[name]?.bytes ?? Number.NaN];
    if (!(now < SMALL_BYTES)) reportGoal(`${name}, size ÷ written freshly`, now / then, 1.5, 'times');
  }
}

function toldSize(sizes: Sizes, name: string): string {
  const { bytes, indexBytes, dead } = sizes[name] ?? { bytes: 0, indexBytes: 0, dead: 0 };
  return `${mebibytes(bytes)} + ${mebibytes(indexBytes)} + ${dead}`;
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}
