import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setProcessEnv } from '../product/process-env.ts';
import type { Sample } from './percentiles.ts';

/**
 * The delay of the API's event loop. This file is loaded into the API itself (`node --import`, by `watchLoop`). It
 * measures how late a timer fires, and appends the delay to the file that its own URL names. The product does not know
 * of it.
 */
const into = new URL(import.meta.url).searchParams.get('into');

/** The default of perf_hooks: a shorter block of the loop does no harm. */
const EVERY_MS = 10;
const WRITE_EVERY = 100;
if (into !== null && process.argv[1]?.endsWith('api/server.ts')) writeDelays(into);

function writeDelays(path: string): void {
  let lines: string[] = [];
  let due = performance.now() + EVERY_MS;
  const look = (): void => {
    const now = performance.now();
    lines.push(`${Math.round(performance.timeOrigin + due)} ${Math.max(0, now - due).toFixed(1)}\n`);
    if (lines.length === WRITE_EVERY) {
      appendFileSync(path, lines.join(''));
      lines = [];
    }
    due = performance.now() + EVERY_MS;
    setTimeout(look, EVERY_MS).unref();
  };
  setTimeout(look, EVERY_MS).unref();
}

export type Loop = {
  /** The samples of a time range. Waits until all are written. */
  between: (from: number, to: number) => Promise<Sample[]>;
  end: () => void;
};

/** Watches the APIs that are started from now on. */
export function watchLoop(): Loop {
  const directory = mkdtempSync(join(tmpdir(), 'mass-edit-loop-'));
  const path = join(directory, 'delays');
  const preload = new URL(import.meta.url);
  preload.searchParams.set('into', path);
  setProcessEnv({ NODE_OPTIONS: `--import=${preload.href}` });
  return {
    between: async (from, to) => {
      for (;;) {
        const samples = samplesIn(path);
        if ((samples.at(-1)?.at ?? 0) >= to) return samples.filter(({ at }) => at >= from && at <= to);
        if (Date.now() > to + NOT_WATCHED_MS) throw new Error('The event loop of the API is not watched');
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    },
    end: () => rmSync(directory, { recursive: true }),
  };
}

/** Ten times as long as a hundred samples take. */
const NOT_WATCHED_MS = 10_000;

function samplesIn(path: string): Sample[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [at, ms] = line.split(' ').map(Number);
    return { at: at ?? 0, ms: ms ?? 0 };
  });
}
