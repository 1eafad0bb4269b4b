import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import {
  allOf,
  type BackgroundLoad,
  idsByEmail,
  reads,
  repeat,
  startBackgroundLoad,
  writes,
} from './measure/background-load.ts';
import { watchLoop } from './measure/loop-delay.ts';
import { formatSamples, percentileOf, reportGoal, type Sample, timed } from './measure/percentiles.ts';
import { smallEdits } from './measure/small-edits.ts';
import { type StageTimes, stageTimesOf, tellByStage } from './measure/stage-times.ts';
import { callsOf, withOwnToken } from './product/calls.ts';
import {
  type BenchOrganization,
  createBenchOrganization,
  type ImportResult,
  importViaProduct,
} from './product/import-via-product.ts';
import { setProcessEnv } from './product/process-env.ts';
import { machine, type Stack, vacuumAndCheckpoint, withProduct } from './product/stack.ts';
import { csvOf, expectedOf } from './workload/data.ts';
import { SEEDED, seedCsv, seedRows } from './workload/seed-people.ts';
import { withTempFile } from './workload/temp-file.ts';

/**
 * `npm run bench:others -- --rows 1000000 --scenario initial|reupload`: the delay that a large mass edit causes for
 * others. While it runs, users of the same organization are changed by hand and read. Another organization has mass
 * edits of a hundred rows, one after another. These were timed alone before. `reupload` fills the organization first,
 * unmeasured.
 */
const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '100000' },
    scenario: { type: 'string', default: 'initial' },
    seed: { type: 'string', default: '1' },
    // How often a small mass edit is timed alone. An odd number has a median.
    times: { type: 'string', default: '7' },
  },
});
const [rows, seed, times] = [Number(values.rows), Number(values.seed), Number(values.times)];
const { scenario } = values;
if (scenario !== 'initial' && scenario !== 'reupload') throw new Error('--scenario is initial or reupload');

/** The first small mass edits create the segments and warm up the caches. */
const UNMEASURED = 2;
/** How long the background load is measured before: enough for some hundred calls. */
const ALONE_MS = 3_000;
const LATE_READS = 20;
const SMALL = '100 rows of another organization';

// A re-upload has a few rows more than there are users.
setProcessEnv({ MAX_ROWS: String(2 * rows + SEEDED) });
const loop = watchLoop();
try {
  await withProduct(async (stack) => {
    console.log(`${rows} rows, ${scenario}, seed ${seed}; ${machine()}`);
    const { apiUrl, operatorToken } = stack.description;
    const [large, other] = [
      await createBenchOrganization(apiUrl, operatorToken),
      await createBenchOrganization(apiUrl, operatorToken),
    ];
    const small = smallEdits(stack.db.$client, other);
    await inRotation(small, UNMEASURED);
    const alone = await inRotation(small, times);
    console.log(`${SMALL}, alone: ${formatSamples(alone)}`);
    await fill(stack, large);
    await vacuumAndCheckpoint(stack);
    await withTempFile(fileOf(), (csv) => runConcurrently(stack, { large, csv, small, alone }));
    console.log(`${SMALL}, alone afterwards: ${formatSamples(await inRotation(small, times))}`);
    await tellOfNewcomer(stack);
  });
} finally {
  loop.end();
}

async function inRotation(work: () => Promise<Sample>, wanted: number): Promise<Sample[]> {
  const samples: Sample[] = [];
  for (let time = 0; time < wanted; time++) samples.push(await work());
  return samples;
}

/** The users of a newer organization lie behind the users of all others. Its statements must not scan those. */
async function tellOfNewcomer({ description, db }: Stack): Promise<void> {
  const late = await createBenchOrganization(description.apiUrl, description.operatorToken);
  await inRotation(smallEdits(db.$client, late), 1);
  const samples = await inRotation(() => timed(() => callsOf(late)('GET', 'users')), LATE_READS);
  console.log(`read users of an organization that came later: ${formatSamples(samples)}`);
  reportGoal('reads of an organization that came later p50', percentileOf(samples, 50), 100, 'ms');
}

/** Creates the users that are changed meanwhile, and for a re-upload all other users. */
async function fill({ db }: Stack, large: BenchOrganization): Promise<void> {
  const { counts } = await importViaProduct(db.$client, large, seedCsv(), false);
  if (counts.created !== SEEDED) throw new Error(`${counts.created} of ${SEEDED} were made`);
  if (scenario === 'reupload') await importViaProduct(db.$client, large, csvOf(rows, 'initial', seed), false);
}

type ConcurrentRun = { large: BenchOrganization; csv: Iterable<string>; small: () => Promise<Sample>; alone: Sample[] };

async function runConcurrently(stack: Stack, { large, csv, small, alone }: ConcurrentRun): Promise<void> {
  const sql = stack.db.$client;
  const ids = await idsByEmail(callsOf(large), SEEDED);
  const email = 'seed.9@example.com';
  const writing = writes(callsOf(await withOwnToken(large, 'writer')), ids);
  const reading = reads(callsOf(await withOwnToken(large, 'reader')), ids.get(email) ?? '', email);
  const before = [startBackgroundLoad(writing), startBackgroundLoad(reading)];
  await pause(ALONE_MS);
  await Promise.all(before.map((other) => other.stop()));
  for (const [place, what] of ['changes by hand', 'reads'].entries())
    console.log(`${what}, alone: ${formatSamples(allOf(before[place]))}`);

  const own = monitorEventLoopDelay();
  own.enable();
  const from = Date.now();
  const [writer, reader, elsewhere] = [
    startBackgroundLoad(writing),
    startBackgroundLoad(reading),
    startBackgroundLoad(repeat(SMALL, small), 0),
  ];
  const others = [writer, reader, elsewhere];
  const ran = await importViaProduct(sql, large, csv, scenario === 'reupload').finally(() =>
    Promise.all(others.map((other) => other.stop())),
  );
  const late = [own.percentile(99), own.max].map((nanoseconds) => (nanoseconds / 1e6).toFixed(1));
  console.log(
    `the mass edit: ${ran.seconds.toFixed(1)} s; this program itself was late: p99 ${late[0]}, max ${late[1]} ms`,
  );
  const delays = await loop.between(from, Date.now());
  tell({ writer, reader, elsewhere, delays, alone }, await stageTimesOf(sql, large.id));
  await prove(stack, large, ran, { all: [...before, ...others], writers: [before[0], writer] });
}

function* fileOf(): Generator<string> {
  yield* csvOf(rows, scenario === 'reupload' ? 'reupload' : 'initial', seed);
  if (scenario === 'reupload') yield* seedRows();
}

type Seen = {
  writer: BackgroundLoad;
  reader: BackgroundLoad;
  elsewhere: BackgroundLoad;
  delays: Sample[];
  alone: Sample[];
};

function tell({ writer, reader, elsewhere, delays, alone }: Seen, stages: StageTimes): void {
  const edits = allOf(elsewhere);
  for (const { samples } of [writer, reader]) {
    for (const [kind, ofKind] of samples) tellByStage(kind, ofKind, stages, 1);
  }
  tellByStage('changes by hand', allOf(writer), stages);
  tellByStage('reads', allOf(reader), stages);
  tellByStage(SMALL, edits, stages);
  tellByStage('event loop delay of the API', delays, stages);
  reportGoal('changes by hand p99', percentileOf(allOf(writer), 99), 100, 'ms');
  reportGoal('reads p99', percentileOf(allOf(reader), 99), 100, 'ms');
  reportGoal(`${SMALL} ÷ alone, medians`, percentileOf(edits, 50) / percentileOf(alone, 50), 2, 'times');
  reportGoal('event loop delay of the API p99', percentileOf(delays, 99), 50, 'ms');
}

/** All of them must have done their work: the mass edit, and each change by hand as a recorded change. */
async function prove(
  { db }: Stack,
  { id }: BenchOrganization,
  ran: ImportResult,
  others: { all: BackgroundLoad[]; writers: (BackgroundLoad | undefined)[] },
): Promise<void> {
  const failures = others.all.flatMap((other) => other.failures);
  if (failures.length > 0) throw new Error(`${failures.length} calls failed, the first: ${failures[0]}`);
  const expected = expectedOf(rows, scenario === 'reupload' ? 'reupload' : 'initial', seed);
  const found = { changed: ran.counts.updated, new: ran.counts.created, missing: ran.counts.deleted };
  if (ran.outcome !== 'completed' || JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`${ran.outcome}: ${JSON.stringify(found)} where ${JSON.stringify(expected)} was to come out`);
  const [recorded] = await db.$client<{ changes: number }[]>`
    select count(*)::int as changes from changes where organization_id = ${id} and mass_edit_id is null`;
  const written = others.writers.flatMap(allOf).length;
  if (recorded?.changes !== written) throw new Error(`${recorded?.changes} changes are recorded of ${written}`);
}
