import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import type { DataDirLock } from './process-registry.ts';
import { refTo } from './processes.ts';

export type Watchdog = {
  /** Tells the guard that this process is done, and waits until it is gone too. */
  end: () => Promise<void>;
};

/**
 * Starts the process that stops everything if this one is killed. It speaks to nobody and is in a session of its own,
 * so that what ends this process does not end it too.
 *
 * @param removeData whether the data directory goes as well at the end, however this process ends (tests)
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
  // A guard that is gone before us is no reason to fail; writing to its pipe never happens.
  guard.stdin.on('error', () => {});
  if (guard.pid !== undefined) run.saveWatchdog(guard.pid);
  return {
    end: async () => {
      guard.stdin.end();
      await ended;
    },
  };
}
