import { parseArgs } from 'node:util';
import { medianOf, reportGoal, timed } from './measure/percentiles.ts';
import { runSevenEdits, type StageSeconds } from './measure/seven-stages.ts';
import { machine, type Stack, vacuumAndCheckpoint, withProduct } from './product/stack.ts';
import { seedOtherOrganizations } from './workload/seed-organizations.ts';

/**
 * `npm run bench:tenants -- --organizations 1000 --people 1000000 --mass-edits 500 --rows 20000`: what other
 * organizations and their history cost each stage of seven mass edits of a new organization. The same seven run in a
 * fresh product before and after each time; the difference between those two is the machine's. Prints the seconds of
 * each stage in both and the ratio.
 */
const { values } = parseArgs({
  options: {
    organizations: { type: 'string', default: '1000' },
    people: { type: 'string', default: '1000000' },
    'mass-edits': { type: 'string', default: '500' },
    // Of all those mass edits together.
    'plan-rows': { type: 'string', default: '1000000' },
    rows: { type: 'string', default: '20000' },
    repeat: { type: 'string', default: '1' },
    // One more organization, with as many people as all others together.
    'one-large': { type: 'boolean', default: false },
    // Leaves dead rows in the tables.
    aged: { type: 'boolean', default: false },
    // `no`: only autovacuum gives the planner statistics on this data.
    analyze: { type: 'string', default: 'yes' },
  },
});
const [rows, repeat] = [Number(values.rows), Number(values.repeat)];
const others = {
  organizations: Number(values.organizations),
  people: Number(values.people),
  massEdits: Number(values['mass-edits']),
  planRows: Number(values['plan-rows']),
  aged: values.aged,
};
if (values.analyze !== 'yes' && values.analyze !== 'no') throw new Error('--analyze is yes or no');

/** The first mass edits of a stack that has just started are slower. They are not measured. */
const WARMING_ROWS = 200;
/** The ratio of shorter stages is noise. */
const TOLD_FROM_SECONDS = 0.1;
const AT_MOST = 1.5;
const WIDEST = 'backdating: Creating new segments'.length;

console.log(`${JSON.stringify(others)}, ${rows} rows; ${machine()}`);
const empty: StageSeconds[] = [await withProduct(runMassEdits)];
const full: StageSeconds[] = [];
await withProduct(async (stack) => {
  await fill(stack);
  for (let time = 0; time < repeat; time++) {
    full.push(await runMassEdits(stack));
    empty.push(await withProduct(runMassEdits));
  }
});
reportRatios();

async function fill(stack: Stack): Promise<void> {
  const sql = stack.db.$client;
  const { ms } = await timed(async () => {
    await seedOtherOrganizations(sql, others);
    if (values['one-large'])
      await seedOtherOrganizations(sql, { ...others, organizations: 1, massEdits: 0, planRows: 0 });
  });
  console.log(`filled in ${(ms / 1000).toFixed(1)} s`);
  if (values.analyze === 'yes') await vacuumAndCheckpoint(stack);
  else await sql`checkpoint`;
}

async function runMassEdits(stack: Stack): Promise<StageSeconds> {
  if (rows > WARMING_ROWS) await runSevenEdits(stack, WARMING_ROWS);
  const { ms, result } = await timed(() => runSevenEdits(stack, rows));
  console.log(`seven mass edits: ${(ms / 1000).toFixed(1)} s`);
  return result;
}

function reportRatios(): void {
  let worst = { ratio: Number.NaN, stage: 'none' };
  console.log(`${'stage'.padEnd(WIDEST)} ${'empty (first, last)'.padStart(24)} ${'full'.padStart(8)}   ratio`);
  for (const stage of empty[0]?.keys() ?? []) {
    const of = (runs: StageSeconds[]): number[] => runs.map((run) => run.get(stage) ?? Number.NaN);
    const [before, after] = [medianOf(of(empty)), medianOf(of(full))];
    const [first, last] = [of(empty)[0], of(empty).at(-1)].map((seconds) => seconds?.toFixed(2));
    const ratio = after / before;
    const figures = `${before.toFixed(2)} (${first}, ${last})`.padStart(24);
    console.log(`${stage.padEnd(WIDEST)} ${figures} ${after.toFixed(2).padStart(8)} ${ratio.toFixed(2).padStart(7)}`);
    const counts = Math.max(before, after) >= TOLD_FROM_SECONDS;
    if (counts && !(ratio <= worst.ratio)) worst = { ratio, stage };
  }
  reportGoal(`worst ratio, of stages that take ${TOLD_FROM_SECONDS} s: ${worst.stage}`, worst.ratio, AT_MOST, 'times');
}
