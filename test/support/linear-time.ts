import { processorMs } from './longest-turn.ts';
import { shown, stretched, worstTexts } from './worst-texts.ts';

/** A cell of the greatest length that is below this is not looked at closer. Most take a tenth of a millisecond. */
const SUSPECT_MS = 5;
/** No cell may take longer, not even in linear time. */
const MOST_MS = 5 * SUSPECT_MS;
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
 * The texts for which a rule takes longer than linear time. A linear rule takes as long for one text of 160,000
 * characters as for 16 texts of 10,000. A quadratic rule takes 16 times as long. Both are measured in the same moment,
 * so a slow machine slows both: four times as long is refused.
 */
export function slowTexts(rule: (text: string) => void): string[] {
  const took = TEXTS.map((text) => ({ text, ms: leastOf(now, QUICK_MS, () => rule(text)) }));
  const slowest = took.sort((a, b) => b.ms - a.ms).slice(0, SLOWEST);
  return slowest.flatMap(({ text }) => {
    const long = stretched(text, TIMES);
    const longer = leastOf(processorMs, TIMES * SUSPECT_MS, () => rule(long));
    if (longer <= TIMES * SUSPECT_MS) return [];
    const repeated = leastOf(processorMs, TIMES * SUSPECT_MS, () => {
      for (let times = 0; times < TIMES; times++) rule(text);
    });
    const isSlow = longer > 4 * Math.max(repeated, TIMES * SUSPECT_MS) || repeated > TIMES * MOST_MS;
    return isSlow ? [`${shown(text)}: ${repeated.toFixed(0)} ms, and ${longer.toFixed(0)} ms in one text`] : [];
  });
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
