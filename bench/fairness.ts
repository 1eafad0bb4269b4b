import { parseArgs } from 'node:util';
import { allOf, repeat, startBackgroundLoad } from './measure/background-load.ts';
import { formatSamples, percentileOf, reportGoal, type Sample } from './measure/percentiles.ts';
import { smallEdits } from './measure/small-edits.ts';
import { type BenchOrganization, createBenchOrganization, importViaProduct } from './product/import-via-product.ts';
import { setProcessEnv } from './product/process-env.ts';
import { machine, type Stack, vacuumAndCheckpoint, withProduct } from './product/stack.ts';
import { csvOf } from './workload/data.ts';
import { withTempFile } from './workload/temp-file.ts';

/**
 * `npm run bench:fairness`: the time of a mass edit of 100 rows while mass edits of other organizations run, as a
 * multiple of its time without them. Then the order in which mass edits of many sizes end if they are uploaded at once.
 * `--beside 1x200000,5x40000,5x200000` sets the others, `--at-once 20x100,10x2000,6x10000,4x40000` the many.
 */
const { values } = parseArgs({
  options: {
    beside: { type: 'string', default: '1x200000,5x40000,5x200000' },
    'at-once': { type: 'string', default: '20x100,10x2000,6x10000,4x40000' },
    seed: { type: 'string', default: '1' },
    // How often a small mass edit is timed alone. An odd number has a median.
    times: { type: 'string', default: '11' },
  },
});
const seed = Number(values.seed);
const times = Number(values.times);
const besides = groupsIn(values.beside);
const atOnce = groupsIn(values['at-once']);

/** This number of mass edits with this number of rows, each in an organization of its own. */
type Group = { many: number; rows: number };
/** The first small mass edits create the segments and fill the caches. */
const UNMEASURED = 2;
const AT_MOST = 2;
/** Many mass edits are polled at once, and the polling must not slow them. */
const LOOK_EVERY_MS = 200;

setProcessEnv({ MAX_ROWS: String(Math.max(...[...besides, ...atOnce].map(({ rows }) => rows))) });
await withProduct(async (stack) => {
  console.log(`seed ${seed}; ${machine()}`);
  const small = smallEdits(stack.db.$client, await organization(stack));
  await inRotation(small, UNMEASURED);
  for (const beside of besides) await tellBeside(stack, beside, small);
  if (atOnce.length > 0) await tellAtOnce(stack);
});

/** Parses `5x40000,1x100` into groups. An empty text gives none. */
function groupsIn(text: string): Group[] {
  return text
    .split(',')
    .filter(Boolean)
    .map((group) => {
      const [many, rows] = group.split('x').map(Number);
      if (!many || !rows) throw new Error(`${group} is not a number of mass edits and of rows, such as 5x40000`);
      return { many, rows };
    });
}

function organization({ description }: Stack): Promise<BenchOrganization> {
  return createBenchOrganization(description.apiUrl, description.operatorToken);
}

async function inRotation(work: () => Promise<Sample>, wanted: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let time = 0; time < wanted; time++) samples.push(await work());
  return samples;
}

/** Measures alone first, then beside the others for as long as they run. */
async function tellBeside(stack: Stack, { many, rows }: Group, small: () => Promise<Sample>): Promise<void> {
  await vacuumAndCheckpoint(stack);
  const alone = await inRotation(small, times);
  const others = await Promise.all(Array.from({ length: many }, () => organization(stack)));
  const what = `100 rows beside ${many} × ${rows}`;
  await withTempFile(csvOf(rows, 'initial', seed), async (csv) => {
    const watched = startBackgroundLoad(repeat(what, small), 0);
    const seconds = await Promise.all(others.map((other) => carryOut(stack, other, csv, rows))).finally(watched.stop);
    if (watched.failures.length > 0) throw new Error(watched.failures[0]);
    const meanwhile = allOf(watched);
    console.log(`${what}: alone ${formatSamples(alone)}; meanwhile ${formatSamples(meanwhile)}`);
    console.log(`the others: ${seconds.map((each) => each.toFixed(1)).join(', ')} s`);
    const of = (percent: number) => percentileOf(meanwhile, percent) / percentileOf(alone, 50);
    console.log(`${what} ÷ alone: p50 ${of(50).toFixed(2)}, p90 ${of(90).toFixed(2)}, max ${of(100).toFixed(2)}`);
    reportGoal(`${what} ÷ alone, medians`, of(50), AT_MOST, 'times');
  });
}

/**
 * Uploads a file, and returns the seconds until its mass edit has ended. Throws if it did not create all its people.
 */
async function carryOut(stack: Stack, other: BenchOrganization, csv: Iterable<string>, rows: number): Promise<number> {
  const { seconds, outcome, counts } = await importViaProduct(
    stack.db.$client,
    other,
    csv,
    false,
    false,
    LOOK_EVERY_MS,
  );
  if (outcome !== 'completed' || counts.created !== rows)
    throw new Error(`A mass edit of ${rows} rows ${outcome}: ${JSON.stringify(counts)}`);
  return seconds;
}

type Ended = { rows: number; seconds: number };

/** All are uploaded at the same time, the largest first: in that order a queue would end them. */
async function tellAtOnce(stack: Stack): Promise<void> {
  await vacuumAndCheckpoint(stack);
  const wanted = atOnce.flatMap(({ many, rows }) => Array.from({ length: many }, () => rows)).toSorted((a, b) => b - a);
  const files = new Map(atOnce.map(({ rows }) => [rows, [...csvOf(rows, 'initial', seed)]]));
  const made: { rows: number; other: BenchOrganization }[] = [];
  for (const rows of wanted) made.push({ rows, other: await organization(stack) });
  const ended: Ended[] = await Promise.all(
    made.map(async ({ rows, other }) => ({ rows, seconds: await carryOut(stack, other, files.get(rows) ?? [], rows) })),
  );
  console.log(`${ended.length} at once: ${Math.max(...ended.map(({ seconds }) => seconds)).toFixed(1)} s`);
  for (const rows of files.keys()) {
    const samples = ended.filter((one) => one.rows === rows).map(({ seconds }) => ({ at: 0, ms: seconds * 1000 }));
    console.log(`of ${rows} rows: ${formatSamples(samples)}`);
  }
  const smallest = Math.min(...files.keys());
  const [all, ofSmallest] = [overtaken(ended, () => true), overtaken(ended, ({ rows }) => rows === smallest)];
  console.log(`a smaller one ended after a larger one in ${(100 * all).toFixed(1)} % of all pairs`);
  reportGoal(`${smallest} rows that end after a larger one`, 100 * ofSmallest, 5, '% of pairs');
}

/** Among all pairs of a requested mass edit and a larger one, the share in which the larger one ended first. */
function overtaken(ended: Ended[], isAsked: (one: Ended) => boolean): number {
  const asked = ended.filter(isAsked);
  const pairs = asked.flatMap((one) => ended.filter(({ rows }) => rows > one.rows).map((larger) => ({ one, larger })));
  return pairs.filter(({ one, larger }) => larger.seconds < one.seconds).length / Math.max(pairs.length, 1);
}
