import { parseArgs } from 'node:util';
import { demoApi } from '../dev/demo/api.ts';
import { watchLoop } from './measure/loop-delay.ts';
import { peakWhile } from './measure/peaks.ts';
import { formatSamples, percentileOf, reportGoal } from './measure/percentiles.ts';
import { callsOf, newestIn } from './product/calls.ts';
import { type BenchOrganization, createBenchOrganization, importViaProduct } from './product/import-via-product.ts';
import { machine, type Stack, vacuumAndCheckpoint, withProduct } from './product/stack.ts';
import { csvOf } from './workload/data.ts';

/**
 * `npm run bench:downloads -- --rows 1000000`: how soon the long downloads begin and what they cost the API. The
 * downloads are the edit template with all users, the missing users of a file (nearly all users, at a gate that is then
 * declined), and the error log of a file with an error in each row.
 */
const { values } = parseArgs({ options: { rows: { type: 'string', default: '100000' } } });
const rows = Number(values.rows);
/** The only users in the file at the gate. */
const NAMED = Math.min(10, rows - 1);

const NEW_LINE = 10;

const loop = watchLoop();
try {
  await withProduct(async (stack) => {
    console.log(`${rows} rows; ${machine()}`);
    const { description, db } = stack;
    const benched = await createBenchOrganization(description.apiUrl, description.operatorToken);
    const { counts } = await importViaProduct(db.$client, benched, csvOf(rows, 'initial', 1), false);
    if (counts.created !== rows) throw new Error(`${counts.created} of ${rows} were made`);
    await vacuumAndCheckpoint(stack);
    // The administrator is one of them.
    await measure(stack, benched, { what: 'edit template', path: 'templates/edit-users.csv', lines: rows + 1 });
    await measureMissing(stack, benched);
    await measureErrorLog(stack, benched);
  });
} finally {
  loop.end();
}

async function measureMissing(stack: Stack, benched: BenchOrganization): Promise<void> {
  const path = `/v1/organizations/${benched.id}/mass-edits?deleteMissingUsers=true`;
  await demoApi(benched).upload(path, namesOfSome(), 'some.csv');
  const massEdit = await newestIn(stack.db.$client, benched, 'awaiting_approval');
  const list = `mass-edits/${massEdit}/missing-users.csv`;
  await measure(stack, benched, { what: 'missing users', path: list, lines: rows - NAMED });
  await callsOf(benched)('POST', `mass-edits/${massEdit}/cancellation`);
  await newestIn(stack.db.$client, benched, 'ended');
}

function namesOfSome(): string {
  const [piece = ''] = csvOf(rows, 'initial', 1);
  const lines = piece.split('\r\n').slice(0, NAMED + 1);
  return lines.map((line) => `${line.split(';')[0]}\r\n`).join('');
}

async function measureErrorLog(stack: Stack, benched: BenchOrganization): Promise<void> {
  const { counts } = await importViaProduct(stack.db.$client, benched, wrongRows(), false);
  if (counts.refused !== rows) throw new Error(`${counts.refused} of ${rows} were refused`);
  const path = `mass-edits/${await newestIn(stack.db.$client, benched, 'ended')}/error-log.csv`;
  await measure(stack, benched, { what: 'error log', path, lines: rows });
}

/** The same file with an invalid number in the salary of each row: the last column but one. */
function* wrongRows(): Generator<string> {
  for (const piece of csvOf(rows, 'initial', 1)) yield piece.replace(/;\d+;([^;\r\n]*)\r\n/g, ';much;$1\r\n');
}

type Wanted = { what: string; path: string; lines: number };

async function measure(
  { description }: Stack,
  benched: BenchOrganization,
  { what, path, lines }: Wanted,
): Promise<void> {
  const from = Date.now();
  const { result, before, most } = await peakWhile(description.pids.api, () => download(benched, path));
  const delays = await loop.between(from, Date.now());
  if (result.lines !== lines + 1)
    throw new Error(`The ${what} has ${result.lines} lines, and ${lines + 1} were wanted`);
  const { first, seconds, bytes } = result;
  console.log(
    `${what}: first row after ${first.toFixed(0)} ms, ${seconds.toFixed(2)} s, ${(bytes / 2 ** 20).toFixed(1)} MiB;` +
      ` MiB of the API: ${before} before, ${most} at most`,
  );
  console.log(`    event loop delay of the API: ${formatSamples(delays)}`);
  reportGoal(`${what}, first row`, first, 300, 'ms');
  reportGoal(`${what}, growth of the API`, most - before, 64, 'MiB');
  reportGoal(`${what}, event loop delay of the API p99`, percentileOf(delays, 99), 50, 'ms');
}

type Downloaded = { first: number; seconds: number; bytes: number; lines: number };

/** Reads a download to its end and discards it. `first` is the moment when the first row below the headers arrived. */
async function download({ apiUrl, id, token }: BenchOrganization, path: string): Promise<Downloaded> {
  const began = performance.now();
  const response = await fetch(`${apiUrl}/v1/organizations/${id}/${path}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!response.ok || !response.body) throw new Error(`${path}: ${response.status}`);
  const seen = { first: 0, bytes: 0, lines: 0 };
  for await (const chunk of response.body) {
    for (let at = chunk.indexOf(NEW_LINE); at !== -1; at = chunk.indexOf(NEW_LINE, at + 1)) seen.lines++;
    seen.bytes += chunk.length;
    if (seen.first === 0 && seen.lines > 1) seen.first = performance.now() - began;
  }
  return { ...seen, seconds: (performance.now() - began) / 1000 };
}
