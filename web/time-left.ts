/** A stage as seen at a moment, in milliseconds of this machine's clock. */
export type Sighting = { stage: number; done: number; total: number; at: number };

export type TimeLeft =
  | { unit: 'seconds' }
  | { unit: 'under_a_minute' }
  | { unit: 'minutes'; count: number }
  | { unit: 'hours'; count: number };

/**
 * The time left of the running stage, rounded so that it stays true; null if it is too early to say. It uses local
 * observations only, because the clocks of server and browser may differ.
 *
 * @param first the stage when it was first seen
 * @param now the same stage now
 */
export function timeLeft(first: Sighting, now: Sighting): TimeLeft | null {
  const elapsedMs = now.at - first.at;
  const done = now.done - first.done;
  if (first.stage !== now.stage || elapsedMs < WATCH_FIRST_MS || done <= 0 || now.done >= now.total) return null;
  const leftS = ((now.total - now.done) * elapsedMs) / done / 1000;
  if (leftS < 10) return { unit: 'seconds' };
  if (leftS < 50) return { unit: 'under_a_minute' };
  const minutes = leftS / 60;
  if (minutes < 10) return { unit: 'minutes', count: Math.max(1, Math.round(minutes)) };
  if (minutes < 55) return { unit: 'minutes', count: Math.round(minutes / 5) * 5 };
  return { unit: 'hours', count: Math.max(1, Math.round(minutes / 60)) };
}

/** Before this the estimate jumps. */
const WATCH_FIRST_MS = 5_000;
