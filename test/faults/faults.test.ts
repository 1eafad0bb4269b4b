import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { textOf } from '../source-files.ts';
import { type Edit, edited, FAILPOINTS, QUICKENED } from './edits.ts';
import { everyFailpoint } from './failpoints.ts';
import { MUTATIONS } from './mutations.ts';

/** What is run with every change; `npm run faults:long` has a hundred times as much. */
const MIX = {
  ...{ kills: 20, failpoints: everyFailpoint().length, sleepers: 6 },
  ...{ postgres: 6, temporal: 2, api: 7, links: 6, commits: 3, locks: 2, tampering: 4, disk: 1 },
};
const SEED = 7;
/** Under four minutes where nothing else runs beside it. */
const WITHIN_MS = 480_000;

it('finds in the sources what it changes there', () => {
  for (const edits of [[], ...MUTATIONS.map((mutation) => mutation.edits)]) {
    const all: Edit[] = [...FAILPOINTS, ...QUICKENED, ...edits];
    for (const file of new Set(all.map((edit) => edit.file)))
      expect(() =>
        edited(
          textOf(file),
          all.filter((edit) => edit.file === file),
        ),
      ).not.toThrow();
  }
});

it(
  'loses, doubles and wrongly deletes nobody, whatever is killed, cut, frozen or filled meanwhile',
  async () => {
    const mix = Object.entries(MIX).map(([kind, times]) => `${kind}:${times}`);
    const args = [join(import.meta.dirname, 'run.ts'), '--seed', String(SEED), '--mix', mix.join(',')];
    const run = spawn(process.execPath, args, { cwd: resolve(import.meta.dirname, '../..') });
    onTestFinished(() => void run.kill('SIGTERM'));
    const said: string[] = [];
    for (const stream of [run.stdout, run.stderr]) stream.on('data', (text) => said.push(String(text)));
    const [code] = await once(run, 'exit');
    const all = said.join('');
    const wrong = all.split('\n').filter((line) => line.includes('WRONG'));
    expect(wrong.slice(0, 10), all.slice(-1_500)).toEqual([]);
    expect(code, all.slice(-1_500)).toBe(0);
    console.log(all.slice(all.indexOf('Events:')));
  },
  WITHIN_MS,
);
