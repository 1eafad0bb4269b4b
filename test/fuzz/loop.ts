import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort, workerData } from 'node:worker_threads';
import { inputOf } from './inputs.ts';
import { checkInput } from './properties.ts';

export type LoopOptions = {
  seed: number;
  /** Round numbers from the first to, and without, the last. */
  first: number;
  last: number;
  /** Two numbers that whoever watches may read at any time: the round under way, and failures so far. */
  shared: SharedArrayBuffer;
};
export type Failure = { round: number; problems: string[] };
export type LoopResult = {
  failures: Failure[];
  /** How often each finding came, so that a fuzz that no longer reaches anything is seen. */
  codes: Record<string, number>;
  /** Bytes on the heap and in buffers after everything was let go of: after the warm-up, and at most since. */
  memory: { warm: number; most: number };
};

/** Enough to see whether they have one cause or several. */
const MOST_FAILURES = 50;
/** Code is compiled, tables are filled: by then what is to stay is there. */
const WARM_UP = 2_000;
const BETWEEN_MEASURES = 1_000;

/** The rounds themselves, in a thread of their own: one that hangs can then be seen and ended from outside. */
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
 * Until the loop has turned, the last file's streams are not closed, and hold up to 20 MiB of it; and compiled code that is
 * no longer used takes several collections to go.
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
