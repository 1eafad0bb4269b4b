import type { Database } from '../../db/client.ts';
import { notifyChange } from '../../db/mass-edits/change-notifications.ts';
import type { MassEditRef } from '../../workflows/contract.ts';

/** A viewer is shown progress twice a second at most. */
const PROGRESS_EVERY_MS = 500;

export type ProgressNotifier = {
  /** A stage or the mass edit is in another state. */
  changed: () => void;
  /** A chunk was committed: told at once, or together with the next ones. */
  progressed: () => void;
};

/**
 * Tells viewers of a mass edit what was committed. No caller waits for a notice, and one that is lost is not repeated: every
 * process that has viewers looks at each watched mass edit every five seconds anyway.
 */
export function createProgressNotifier(db: Database, ref: MassEditRef): ProgressNotifier {
  return throttled(() => {
    notifyChange(db, ref).catch(() => {});
  });
}

/** Calls `tell` at every change of state, and at progress so often at most. */
export function throttled(tell: () => void): ProgressNotifier {
  let lastMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const tellNow = (): void => {
    clearTimeout(timer);
    timer = undefined;
    lastMs = performance.now();
    tell();
  };
  return {
    changed: tellNow,
    progressed: () => {
      if (timer) return;
      const wait = lastMs + PROGRESS_EVERY_MS - performance.now();
      if (wait <= 0) tellNow();
      else timer = setTimeout(tellNow, wait).unref();
    },
  };
}
