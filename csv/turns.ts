import { setImmediate } from 'node:timers/promises';

/** How long one piece of work may keep everything else of its process waiting. */
const SLICE_MS = 10;

/** The turns of a loop: `isOver` says that its time is up, `yieldToOthers` waits until others have had theirs. */
export type TimeSlice = { isOver(): boolean; yieldToOthers(): Promise<void> };

/**
 * Lets a loop over rows give way by time, not by rows: a row takes a microsecond or, where its cells are long, many
 * milliseconds. To be asked once a row, which costs 40 ns: `if (turns.isOver()) await turns.next()`.
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
