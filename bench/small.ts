import { parseArgs } from 'node:util';
import { demoApi, fieldIn, textIn } from '../dev/demo/api.ts';
import { formatSamples, percentileOf, reportGoal, type Sample, timed } from './measure/percentiles.ts';
import { type BenchOrganization, createBenchOrganization } from './product/import-via-product.ts';
import { machine, type Stack, withProduct } from './product/stack.ts';
import { changedFile, otherPeopleFile, smallFile } from './workload/small-files.ts';

/**
 * `npm run bench:small -- --rows 100,1000 --times 14`: the time of small mass edits from the upload to `ended`, one
 * after another over HTTP, measured by a program that polls every 20 ms. Three kinds: all rows create a user, all rows
 * are as in the file before, all rows change a user.
 */
const { values } = parseArgs({
  options: { rows: { type: 'string', default: '100,1000' }, times: { type: 'string', default: '14' } },
});
const times = Number(values.times);

/** The first mass edits create the segments and fill the caches. */
const UNMEASURED = 3;
const LOOK_EVERY_MS = 20;
const AT_MOST_MS: Record<number, number> = { 100: 250, 1000: 450 };

/** The file of each run, and the count that shows that the run did its work. */
const KINDS = {
  created: otherPeopleFile,
  unchanged: smallFile,
  updated: changedFile,
};

await withProduct(async (stack) => {
  console.log(`${times} times each; ${machine()}`);
  for (const rows of values.rows.split(',').map(Number)) await tellSize(stack, rows);
});

async function tellSize({ description }: Stack, rows: number): Promise<void> {
  const organization = await createBenchOrganization(description.apiUrl, description.operatorToken);
  // So many users that a file that creates `rows` of them opens no gate (`many_created`).
  await carryOut(organization, otherPeopleFile(3 * rows, 0), { created: 3 * rows });
  await carryOut(organization, smallFile(rows), { created: rows });
  for (const [count, fileOf] of Object.entries(KINDS)) {
    const samples: Sample[] = [];
    for (let run = 1; run <= UNMEASURED + times; run++) {
      const csv = fileOf(rows, run);
      const sample = await timed(() => carryOut(organization, csv, { [count]: rows }));
      if (run > UNMEASURED) samples.push(sample);
    }
    const what = `${rows} rows, all ${count}`;
    console.log(`${what}: ${formatSamples(samples)}`);
    const atMost = AT_MOST_MS[rows];
    if (atMost !== undefined) reportGoal(`${what}, median`, percentileOf(samples, 50), atMost, 'ms');
  }
}

/** Uploads a file and looks until its mass edit has ended. Throws if it did not do the expected work. */
async function carryOut(
  { apiUrl, id, token }: BenchOrganization,
  csv: string,
  expected: Record<string, number>,
): Promise<void> {
  const api = demoApi({ apiUrl, token });
  const massEdit = await api.upload(`/v1/organizations/${id}/mass-edits`, csv, 'small.csv');
  for (;;) {
    const now = await api.get(massEdit);
    const state = textIn(now, 'state');
    if (state === 'ended') return prove(now, expected);
    if (state === 'awaiting_approval') throw new Error('A small mass edit waits for an answer');
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}

function prove(ended: unknown, expected: Record<string, number>): void {
  const counts = fieldIn(ended, 'counts');
  const [outcome, ...found] = [textIn(ended, 'outcome'), ...Object.keys(expected).map((name) => fieldIn(counts, name))];
  if (outcome !== 'completed' || found.join() !== Object.values(expected).join())
    throw new Error(`A small mass edit ${outcome}: ${JSON.stringify(counts)}`);
}
