import type { Database } from '../../db/client.ts';
import { notifyChange } from '../../db/mass-edits/change-notifications.ts';
import type { MassEditRef } from '../../workflows/contract.ts';

const PROGRESS_EVERY_MS = 500;

export type ProgressNotifier = {
  /** The state of a stage or of the mass edit has changed. */
  changed: () => void;
  /** A chunk was committed. Sent at once, or together with the next chunks. */
  progressed: () => void;
};

/**
 * Notifies viewers of a mass edit after a commit. No caller waits for a notification, and a lost notification is not
 * repeated. Every API process polls its watched mass edits every five seconds.
 */
export function createProgressNotifier(db: Database, ref: MassEditRef): ProgressNotifier {
  return throttled(() => {
    notifyChange(db, ref).catch(() => {});
  });
}

/** Calls `notify` at every change of state, and for progress at most every `PROGRESS_EVERY_MS`. */
export function throttled(notify: () => void): ProgressNotifier {
  let lastMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const notifyNow = (): void => {
    clearTimeout(timer);
    timer = undefined;
    lastMs = performance.now();
    notify();
  };
  return {
    changed: notifyNow,
    progressed: () => {
      if (timer) return;
      const wait = lastMs + PROGRESS_EVERY_MS - performance.now();
      if (wait <= 0) notifyNow();
      else timer = setTimeout(notifyNow, wait).unref();
    },
  };
}
