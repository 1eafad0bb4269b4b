import { processorMs } from './longest-turn.ts';
import { shown, stretched, worstTexts } from './worst-texts.ts';

/** The limit for a cell of the greatest length. Most take a tenth of a millisecond. */
const MOST_MS = 5;
const LENGTH = 10_000;
/** The slowest texts of a rule are measured again: more exactly, and at this many times the length. */
const SLOWEST = 20;
const TIMES = 16;
/** A faster run is not measured twice. */
const QUICK_MS = 0.3;
const TRIES = 4;
const TEXTS = [...worstTexts(LENGTH)];

/** The greatest length that a rule is tried with. */
export const LONGEST_TEXT = LENGTH * TIMES;

/**
 * The texts for which a rule takes longer than linear time. A text of 160,000 characters may take 32 times as long as a
 * text of 10,000. A quadratic rule takes 256 times as long.
 */
export function slowTexts(rule: (text: string) => void): string[] {
  const took = TEXTS.map((text) => ({ text, ms: leastOf(now, QUICK_MS, () => rule(text)) }));
  const slowest = took.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  return slowest.flatMap(({ text, ms }) => {
    // The processor's clock ticks too slowly to measure a single call.
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

/** The shortest of several tries. The first tries run before the code is compiled. */
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
