import { processorMs } from './longest-turn.ts';
import { shown, stretched, worstTexts } from './worst-texts.ts';

/** What a cell of the greatest length may take. Most take a tenth of a millisecond. */
const MOST_MS = 5;
const LENGTH = 10_000;
/** Of a rule's texts those that took longest are tried again: more exactly, and at this many times the length. */
const SLOWEST = 20;
const TIMES = 16;
/** What takes less is not measured twice. */
const QUICK_MS = 0.3;
const TRIES = 4;
const TEXTS = [...worstTexts(LENGTH)];

/** The greatest length that a rule is tried with. */
export const LONGEST_TEXT = LENGTH * TIMES;

/**
 * What speaks against a rule's taking linear time: nothing, or the texts that took too long. A text of 160,000 characters
 * may take 32 times as long as one of 10,000: what takes quadratic time takes 256 times as long.
 */
export function slowTexts(rule: (text: string) => void): string[] {
  const took = TEXTS.map((text) => ({ text, ms: leastOf(now, QUICK_MS, () => rule(text)) }));
  const slowest = took.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  return slowest.flatMap(({ text, ms }) => {
    // The processor's clock ticks too slowly to measure one.
    const exact = ms > MOST_MS ? leastOf(processorMs, TIMES * MOST_MS, () => repeated(rule, text)) : 0;
    if (exact > TIMES * MOST_MS) return [`${shown(text)}: ${(exact / TIMES).toFixed(1)} ms`];
    const long = stretched(text, TIMES);
    const longer = leastOf(processorMs, 2 * TIMES * MOST_MS, () => rule(long));
    return longer > 2 * TIMES * MOST_MS ? [`${shown(long)}: ${longer.toFixed(0)} ms`] : [];
  });
}

function repeated(rule: (text: string) => void, text: string): void {
  for (let times = 0; times < TIMES; times++) rule(text);
}

/** The shortest of several tries, of which the first are not yet compiled. */
function leastOf(clock: () => number, enough: number, work: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let tries = 0; tries < TRIES && least > enough; tries++) {
    const start = clock();
    work();
    least = Math.min(least, clock() - start);
  }
  return least;
}

const now = (): number => performance.now();
