/**
 * The fault harness: `node test/faults/run.ts --events 100 --seed 7 --mix kills,links`. A mix may give a number for
 * each kind (`kills:20,links:5`). Exits with 1 if anything was wrong. The seeds of wrong rounds are stored in
 * seeds.json and run first from then on.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { FAILPOINTS, runFaults, type Summary } from './run-faults.ts';
import { type Kind, type Mix, mixOf } from './schedule.ts';

/** Some of each kind and every failpoint, in less than six minutes. Every change must pass it. */
const USUAL = [
  ...['kills:20', `failpoints:${FAILPOINTS.length}`, 'sleepers:6', 'postgres:6', 'temporal:2', 'api:14'],
  ...['links:6', 'commits:4', 'locks:1', 'tampering:6', 'disk:2'],
].join();
const SEEDS = join(import.meta.dirname, 'seeds.json');

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '80' },
    seed: { type: 'string', default: '1' },
    mix: { type: 'string', default: USUAL },
    mutation: { type: 'string' },
    'fail-at': { type: 'string' },
    'until-wrong': { type: 'boolean', default: false },
  },
});
// Remaining processes end with this process.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));

const { mutation } = values;
const seed = Number(values.seed);
const kept: { rounds: number[] } = JSON.parse(readFileSync(SEEDS, 'utf8'));
const begun = Date.now();
const mix = mixOf(values.mix, Number(values.events));
const sum = await runFaults({
  ...{ seed, mutation, mix, keptSeeds: kept.rounds },
  ...{ failAt: values['fail-at'], untilWrong: values['until-wrong'], say },
});
tell(sum);
if (sum.wrong.length > 0 && !mutation) keep(sum.seeds);
process.exit(sum.wrong.length > 0 ? 1 : 0);

function say(line: string): void {
  console.log(`${((Date.now() - begun) / 1000).toFixed(1).padStart(7)} s  ${line}`);
}

function tell({ events, missed, massEdits, unmet, wrong, seeds }: Summary): void {
  const n = Object.values(events).reduce((all, some) => all + some, 0);
  const byKind = Object.entries(events).map(([kind, times]: [string, number]) => `${times} ${kind as Kind}`);
  const more = mutation ? ` --mutation ${mutation}` : '';
  console.log(
    [
      '',
      `Events:        ${n} (${byKind.join(', ')}); ${missed} met nothing`,
      `Failpoints:    ${FAILPOINTS.length - unmet.size} of ${FAILPOINTS.length}`,
      `Mass edits:    ${massEdits}`,
      `Wrong results: ${wrong.length}${seeds.length > 0 ? `, in the rounds ${seeds.join(', ')}` : ''}`,
      // None in n: with 95 % confidence fewer than 3/n of all.
      ...(wrong.length === 0 ? [`Bound:         3/n = ${((3 / Math.max(n, 1)) * 100).toFixed(2)} % of faults`] : []),
      `Took:          ${Math.round((Date.now() - begun) / 1000)} s`,
      `Seed:          ${seed}`,
      `Again:         node test/faults/run.ts --seed ${seed} --mix ${told(mix)}${more}`,
    ].join('\n'),
  );
}

function told(mix: Mix): string {
  return Object.entries(mix)
    .map(([kind, times]) => `${kind}:${times}`)
    .join();
}

function keep(seeds: number[]): void {
  const rounds = [...new Set([...kept.rounds, ...seeds])];
  writeFileSync(SEEDS, `${JSON.stringify({ rounds })}\n`);
}
