import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { FromChild, ToChild } from './failpoints.ts';

/** A process of the product that is restarted whenever it ends, like `restart: unless-stopped`. */
export type Child = {
  name: string;
  pid: () => number | null;
  starts: () => number;
  /** Since the last start; 0 while the process does not run. */
  livedMs: () => number;
  signal: (signal: NodeJS.Signals) => boolean;
  tell: (message: ToChild) => void;
  /** Ends it for good. */
  stop: (signal?: NodeJS.Signals) => Promise<void>;
};
export type ChildInput = {
  name: string;
  script: string;
  env: Record<string, string | undefined>;
  logFile: string;
  onHit: (child: Child, spec: string) => void;
};

const PROJECT = resolve(import.meta.dirname, '../..');
const urlOf = (path: string): string => pathToFileURL(resolve(PROJECT, path)).href;
const AGAIN_AFTER_MS = 100;
/** A process that ends this often within LIVED_MS cannot start at all. */
const QUICK_DEATHS = 60;
const LIVED_MS = 2_000;
const STOP_WITHIN_MS = 15_000;
const TAIL = 3_000;

const alive = new Set<ChildProcess>();
// Whatever happens to this process, no child remains.
process.on('exit', () => {
  for (const child of alive) child.kill('SIGKILL');
});

export function startChild({ name, script, env, logFile, onHit }: ChildInput): Child {
  let starts = 0;
  let quickDeaths = 0;
  let stopping = false;
  let startedAt = 0;
  let running: ChildProcess | null = null;

  const child: Child = {
    name,
    pid: () => running?.pid ?? null,
    starts: () => starts,
    livedMs: () => (running ? Date.now() - startedAt : 0),
    signal: (signal) => running?.kill(signal) ?? false,
    tell: (message) => {
      if (running?.connected) running.send(message, () => {}); // a child may die just then
    },
    stop: async (signal = 'SIGTERM') => {
      stopping = true;
      const ending = running;
      if (!ending) return;
      const ended = new Promise((resolve) => ending.once('exit', resolve));
      ending.kill(signal);
      ending.kill('SIGCONT');
      const timer = setTimeout(() => ending.kill('SIGKILL'), STOP_WITHIN_MS);
      await ended;
      clearTimeout(timer);
    },
  };
  launch();
  return child;

  function launch(): void {
    if (stopping) return;
    starts++;
    startedAt = Date.now();
    const log = openSync(logFile, 'a');
    const hooks = ['test/faults/hook.ts', 'dev/processes/exit-with-parent.ts'].flatMap((path) => [
      '--import',
      urlOf(path),
    ]);
    const launched = spawn(process.execPath, [...hooks, resolve(PROJECT, script)], {
      env,
      stdio: ['ignore', log, log, 'ipc'],
    });
    closeSync(log);
    running = launched;
    alive.add(launched);
    launched.on('message', (message: FromChild) => onHit(child, message.hit));
    launched.on('error', () => {}); // 'exit' follows, or the process never began
    launched.once('exit', () => {
      alive.delete(launched);
      running = null;
      quickDeaths = Date.now() - startedAt > LIVED_MS ? 0 : quickDeaths + 1;
      if (quickDeaths < QUICK_DEATHS) setTimeout(launch, AGAIN_AFTER_MS);
      else throw new Error(`${name} cannot be started:\n${readFileSync(logFile, 'utf8').slice(-TAIL)}`);
    });
  }
}
