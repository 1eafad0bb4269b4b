import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { DataDirLock } from './process-registry.ts';
import { refTo } from './processes.ts';

export type Watchdog = {
  /** Tells the watchdog that this process is done, and waits until the watchdog has ended. */
  end: () => Promise<void>;
};

/**
 * Starts the watchdog, which stops everything if this process is killed. It prints nothing and runs in its own session,
 * so that a signal that ends this process does not end it.
 *
 * @param removeData whether the data directory is removed at the end, however this process ends (tests)
 */
export function startWatchdog(dataDir: string, run: DataDirLock, { removeData }: { removeData: boolean }): Watchdog {
  const starter = refTo(process.pid);
  if (starter === null) throw new Error('This process cannot find itself in the list of processes');
  const script = resolve(import.meta.dirname, 'watchdog.ts');
  const afterwards = removeData ? 'remove' : 'keep';
  const guard = spawn(process.execPath, [script, dataDir, String(starter.pid), starter.identity, afterwards], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = once(guard, 'exit').catch(() => {});
  // A watchdog that ends before this process is not a failure. The pipe is never written to.
  guard.stdin.on('error', () => {});
  if (guard.pid !== undefined) run.saveWatchdog(guard.pid);
  return {
    end: async () => {
      guard.stdin.end();
      await ended;
    },
  };
}
