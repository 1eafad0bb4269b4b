import { setImmediate } from 'node:timers/promises';

/** How long one piece of work may block the event loop. */
const SLICE_MS = 10;

/** The time slice of a loop: `isOver` when its time is up; `yieldToOthers` yields to the event loop and starts a new slice. */
export type TimeSlice = { isOver(): boolean; yieldToOthers(): Promise<void> };

/**
 * Lets a loop over rows yield by time and not by row count. A row takes a microsecond, or many milliseconds if its
 * cells are long. Ask once a row, which costs 40 ns: `if (slice.isOver()) await slice.yieldToOthers()`.
 */
export const createTimeSlice = (): TimeSlice => {
  let ends = performance.now() + SLICE_MS;
  return {
    isOver: () => performance.now() >= ends,
    yieldToOthers: async () => {
      await setImmediate();
      ends = performance.now() + SLICE_MS;
    },
  };
};
