import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { inputOf } from './inputs.ts';
import { checkInput } from './properties.ts';

export type LoopOptions = {
  seed: number;
  /** Round numbers from `first` up to, but not including, `last`. */
  first: number;
  last: number;
  /** Two numbers that the watching thread reads at any time: the current round, and the failures so far. */
  shared: SharedArrayBuffer;
};
export type Failure = { round: number; problems: string[] };
export type LoopResult = {
  failures: Failure[];
  /** How often each finding came up, to notice a fuzz that no longer reaches anything. */
  codes: Record<string, number>;
  /** Bytes on the heap and in buffers after garbage collection: after the warm-up, and the maximum since. */
  memory: { warm: number; most: number };
};

/** Enough to see whether they have one cause or several. */
const MOST_FAILURES = 50;
/** By then code is compiled and tables are filled. */
const WARM_UP = 2_000;
const BETWEEN_MEASURES = 1_000;

/** Runs the rounds in a thread of its own, so that a hang can be detected and ended from outside. */
const runLoop = async ({ seed, first, last, shared }: LoopOptions): Promise<LoopResult> => {
  const progress = new Int32Array(shared);
  const failures: Failure[] = [];
  const codes: Record<string, number> = {};
  const memory = { warm: 0, most: 0 };
  for (let round = first; round < last && failures.length < MOST_FAILURES; round++) {
    Atomics.store(progress, 0, round);
    const { problems, codes: found } = await checkInput(inputOf(seed, round));
    for (const code of found) codes[code] = (codes[code] ?? 0) + 1;
    if (problems.length > 0) Atomics.store(progress, 1, failures.push({ round, problems }));
    const done = round - first + 1;
    if (done < WARM_UP || done % BETWEEN_MEASURES !== 0) continue;
    const bytes = await bytesInUse();
    if (done === WARM_UP) memory.warm = bytes;
    memory.most = Math.max(memory.most, bytes);
  }
  return { failures, codes, memory };
};

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

/**
 * The streams of the last file close only after turns of the event loop, and hold up to 20 MiB. Unused compiled code
 * takes several collections to go.
 */
const TURNS = 8;

const bytesInUse = async (): Promise<number> => {
  for (let turn = 0; turn < TURNS; turn++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collectGarbage();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
};

parentPort?.postMessage(await runLoop(workerData));
