import { setTimeout as pause } from 'node:timers/promises';

/** Often enough to be felt as at once, seldom enough to cost nothing. */
const POLL_EVERY_MS = 50;

/**
 * Waits until `condition` holds, looking twenty times a second. Gives false when `withinMs` have passed without it;
 * throws what the condition throws, and at once when `signal` aborts.
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
