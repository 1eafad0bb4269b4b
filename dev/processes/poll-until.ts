import { setTimeout as pause } from 'node:timers/promises';

/** Short enough to feel immediate, and long enough to cost nothing. */
const POLL_EVERY_MS = 50;

/**
 * Waits until `condition` holds, polling twenty times a second. Returns false after `withinMs`. Throws what the
 * condition throws, and throws at once when `signal` aborts.
 */
export async function pollUntil(
  condition: () => boolean | Promise<boolean>,
  withinMs: number,
  signal?: AbortSignal,
): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    if (await condition()) return true;
    if (performance.now() >= deadline) return false;
    await pause(POLL_EVERY_MS, undefined, { signal });
  }
}
