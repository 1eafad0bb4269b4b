import { Worker } from 'node:worker_threads';
import { inputOf } from './inputs.ts';
import type { Failure, LoopOptions, LoopResult } from './loop.ts';
import { smallest } from './smallest.ts';

export type FuzzOptions = {
  seed: number;
  rounds: number;
  onProgress?: (done: number, failures: number) => void;
};
/** A failure with what reproduces it: seed, round and, if possible, a small file. */
export type FuzzReport = Omit<LoopResult, 'failures'> & { failures: string[] };

/**
 * CPU time, because a busy machine may give almost none for minutes. The longest round so far took 9 s. (A round that
 * waits for nothing takes no time and ends the thread.)
 */
const HANG_CPU_MS = 60_000;
const PROGRESS_MS = 10_000;

/** Runs rounds in a thread and watches their progress from this thread. A hang is a failure like any other. */
export const fuzz = async ({ seed, rounds, onProgress }: FuzzOptions): Promise<FuzzReport> => {
  const shared = new SharedArrayBuffer(8);
  const progress = new Int32Array(shared);
  const workerData: LoopOptions = { seed, first: 0, last: rounds, shared };
  const worker = new Worker(new URL('./loop.ts', import.meta.url), { workerData });
  const told = setInterval(() => onProgress?.(Atomics.load(progress, 0), Atomics.load(progress, 1)), PROGRESS_MS);
  const watch = watchdog(progress);
  try {
    const ended = new Promise<LoopResult>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`The loop ended with ${code} in round ${progress[0]}`)));
    });
    const result = await Promise.race([ended, watch.hung]);
    const failures: string[] = [];
    for (const failure of result.failures) {
      failures.push(failures.length < SHOWN_WHOLE ? await described(seed, failure) : named(seed, failure));
    }
    return { ...result, failures };
  } finally {
    clearInterval(told);
    watch.stop();
    await worker.terminate();
  }
};

/** Resolves with a failure if a round takes longer than HANG_CPU_MS. */
const watchdog = (progress: Int32Array): { hung: Promise<LoopResult>; stop: () => void } => {
  const { promise: hung, resolve } = Promise.withResolvers<LoopResult>();
  let seen = -1;
  let since = process.cpuUsage();
  const timer = setInterval(() => {
    const round = Atomics.load(progress, 0);
    const { user, system } = process.cpuUsage(since);
    if (round !== seen) {
      seen = round;
      since = process.cpuUsage();
    } else if ((user + system) / 1000 > HANG_CPU_MS) {
      resolve({ failures: [{ round, problems: [HANGS] }], codes: {}, memory: { warm: 0, most: 0 } });
    }
  }, 1000);
  return { hung, stop: () => clearInterval(timer) };
};
const HANGS = 'It never ends';

/** For this many failures a small file is searched and shown. */
const SHOWN_WHOLE = 3;
const named = (seed: number, { round, problems }: Failure): string =>
  `seed ${seed}, round ${round}: ${problems.join('\n').slice(0, 500)}`;

const described = async (seed: number, { round, problems }: Failure): Promise<string> => {
  const input = inputOf(seed, round);
  // An input that hangs would hang here too.
  const bytes = problems.includes(HANGS) ? input.bytes : await smallest(input);
  const { kind, limits, pieces } = input;
  const file = bytes.length > LONGEST ? `${bytes.length} bytes` : bytes.toString('base64');
  return [
    `seed ${seed}, round ${round} (${kind}): ${problems.join('\n')}`,
    JSON.stringify({ limits, pieces, file }),
  ].join('\n');
};
/** Short enough to read and copy in the output of a test run. */
const LONGEST = 4_000;
