import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { startLog, tailOf } from './logs.ts';
import { ownerOnly } from './owner-only.ts';
import { pollUntil } from './poll-until.ts';
import type { DataDirLock, ProcessName } from './process-registry.ts';
import { refTo, type StopSteps, sendSignal, stopProcess } from './processes.ts';

export type ProcessSpec = {
  name: ProcessName;
  command: string;
  args: string[];
  /** Default: the environment of this process. */
  env?: Record<string, string | undefined>;
  /** The user to run as. Only used if this process is root. */
  uid?: number;
  gid?: number;
  logFile: string;
  /** A channel. Its closing tells the program that this process is gone. */
  channel?: boolean;
  stopSteps: StopSteps;
  /** Runs before each start. It repairs the leftovers of an unclean end. */
  prepare?: () => void | Promise<void>;
  /** Whether the program is ready. It is called until it returns true. */
  isReady: (pid: number) => boolean | Promise<boolean>;
  readyWithinMs: number;
};

export type ProcessContext = {
  run: DataDirLock;
  /** Prints one line for the person at the terminal. */
  log: (line: string) => void;
  /** Aborts the first start. */
  signal?: AbortSignal;
  /** Called after a restart, with a new process number. */
  onRestart?: () => void;
};

export type SupervisedProcess = {
  name: ProcessName;
  pid: () => number;
  stop: () => Promise<void>;
  /** Skips to the second stop step and does not wait. For a person who presses Ctrl-C twice. */
  kill: () => void;
};

/** Doubles with each failure, so that a program that cannot start does not use up the machine. */
const FIRST_BACKOFF_MS = 500;
const MAX_BACKOFF_MS = 10_000;
/** A program that ran this long did start: the next back-off is the first again. */
const HEALTHY_MS = 60_000;

/**
 * Starts a program and waits until it is ready. Throws, with the end of its log, if it ends before or is not ready in
 * time, and leaves nothing running then. After that it is restarted whenever it ends by itself, until `stop`.
 */
export async function startProcess(spec: ProcessSpec, context: ProcessContext): Promise<SupervisedProcess> {
  const stopping = new AbortController();
  ownerOnly(() => startLog(spec.logFile));
  const first = AbortSignal.any([stopping.signal, ...(context.signal ? [context.signal] : [])]);
  let running = await launch(spec, context.run, first);
  const keeping = keepRunning();

  async function keepRunning(): Promise<void> {
    let backOffMs = FIRST_BACKOFF_MS;
    for (;;) {
      const reason = await running.ended;
      if (stopping.signal.aborted) return;
      if (performance.now() - running.startedAt > HEALTHY_MS) backOffMs = FIRST_BACKOFF_MS;
      context.log(`${spec.name} ended by itself (${reason}); it is started again. Its log: ${spec.logFile}`);
      for (;;) {
        const cancelled = await pause(backOffMs, false, { signal: stopping.signal }).catch(() => true);
        if (cancelled) return;
        backOffMs = Math.min(backOffMs * 2, MAX_BACKOFF_MS);
        try {
          running = await launch(spec, context.run, stopping.signal);
          break;
        } catch (error) {
          if (stopping.signal.aborted) return;
          context.log((error as Error).message);
        }
      }
      context.log(`${spec.name} is back, as process ${running.pid}`);
      context.onRestart?.();
    }
  }

  return {
    name: spec.name,
    pid: () => running.pid,
    stop: async () => {
      stopping.abort();
      await running.stop();
      await keeping;
    },
    kill: () => {
      stopping.abort();
      running.kill();
    },
  };
}

type Launched = {
  pid: number;
  startedAt: number;
  /** Settles when the program ends, with the cause: `exit code 1`, `signal SIGKILL`. */
  ended: Promise<string>;
  stop: () => Promise<void>;
  kill: () => void;
};

async function launch(spec: ProcessSpec, run: DataDirLock, signal: AbortSignal): Promise<Launched> {
  signal.throwIfAborted();
  await spec.prepare?.();
  const child = ownerOnly(() => spawnWithLog(spec));
  const ended = endOf(child);
  const ref = child.pid === undefined ? null : refTo(child.pid);
  if (child.pid === undefined || ref === null) throw new Error(`${spec.name} did not start: ${await ended}`);
  run.saveProcess(spec.name, child.pid, spec.stopSteps);

  const launched: Launched = {
    pid: child.pid,
    startedAt: performance.now(),
    ended,
    stop: () => stopProcess(ref, spec.stopSteps),
    kill: () => {
      const [, afterAsking] = spec.stopSteps;
      if (afterAsking) sendSignal(ref, afterAsking.signal);
    },
  };
  let reason: string | null = null;
  ended.then((how) => {
    reason = how;
  });
  try {
    const ready = await pollUntil(
      async () => reason !== null || (await spec.isReady(ref.pid)),
      spec.readyWithinMs,
      signal,
    );
    if (ready && reason === null) return launched;
    const what = reason === null ? `is not ready after ${spec.readyWithinMs / 1000} s` : `ended (${reason})`;
    throw new Error(`${spec.name} ${what}. The end of ${spec.logFile}:\n${tailOf(spec.logFile)}`);
  } catch (error) {
    await launched.stop();
    throw error;
  }
}

function spawnWithLog(spec: ProcessSpec): ChildProcess {
  const log = openSync(spec.logFile, 'a');
  try {
    return spawn(spec.command, spec.args, {
      env: spec.env,
      uid: spec.uid,
      gid: spec.gid,
      // A session of its own: Ctrl-C goes to all processes of the terminal, and these must stop in order.
      detached: true,
      // The program writes to the file directly and not through this process, so that it can still write when this
      // process is gone.
      stdio: ['ignore', log, log, ...(spec.channel ? (['ipc'] as const) : [])],
    });
  } finally {
    closeSync(log);
  }
}

function endOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    child.once('error', (error) => resolve(error.message));
  });
}
