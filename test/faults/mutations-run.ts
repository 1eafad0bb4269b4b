/**
 * Proves that the harness detects errors. Removes each guard of mutations.ts in turn and runs the faults that the guard
 * protects against. Every run must fail; exits with 1 if one passes.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { MUTATIONS } from './mutations.ts';

const { positionals } = parseArgs({ allowPositionals: true });
const chosen = MUTATIONS.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const stayedGreen: string[] = [];
for (const { name, caughtBy } of chosen) {
  const begun = Date.now();
  const args = ['run.ts', '--mutation', name, '--until-wrong', ...caughtBy.split(' ')];
  const run = spawn(process.execPath, [join(import.meta.dirname, args[0]!), ...args.slice(1)]);
  const lines: string[] = [];
  run.stdout.on('data', (text) => lines.push(...String(text).split('\n')));
  run.stderr.on('data', (text) => lines.push(...String(text).split('\n')));
  const [code] = await once(run, 'exit');
  const first = lines.find((line) => line.includes('WRONG')) ?? lines.slice(-5).join('\n');
  const isRed = code === 1 && first.includes('WRONG');
  if (!isRed) stayedGreen.push(name);
  console.log(
    `${name}: ${isRed ? 'red' : 'GREEN'} after ${Math.round((Date.now() - begun) / 1000)} s: ${first.trim()}`,
  );
}
console.log(stayedGreen.length === 0 ? 'Each turned red.' : `Stayed green: ${stayedGreen.join(', ')}`);
process.exit(stayedGreen.length === 0 ? 0 : 1);
