import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';

/**
 * The fuzz test of the reader for any number of rounds: `npm run fuzz -- --rounds 1000000 --seed 7`. Prints its
 * progress, and at the end the failures, how often each finding came up, and the memory in use. Exits with 1 after a
 * failure.
 */
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '100000' }, seed: { type: 'string', default: String(Date.now()) } },
});
const [rounds, seed] = [Number(values.rounds), Number(values.seed)];
if (!Number.isSafeInteger(rounds) || !Number.isSafeInteger(seed) || rounds < 1) {
  throw new Error('--rounds and --seed are whole numbers');
}

const started = Date.now();
const seconds = (): number => Math.round((Date.now() - started) / 1000);
console.log(`${rounds} rounds with seed ${seed}`);
const { failures, codes, memory } = await fuzz({
  seed,
  rounds,
  onProgress: (done, failed) => console.log(`${seconds()} s: round ${done}, ${failed} failed`),
});
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
console.log(
  Object.entries(codes)
    .toSorted((a, b) => b[1] - a[1])
    .map(([code, times]) => `${code} ${times}`)
    .join(', '),
);
console.log(`In use after the warm-up: ${mebibytes(memory.warm)}; at most since: ${mebibytes(memory.most)}`);
for (const failure of failures) console.log(`\n${failure}`);
console.log(`${failures.length} failed, ${seconds()} s`);
process.exitCode = failures.length > 0 ? 1 : 0;
