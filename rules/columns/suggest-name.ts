import { nameKey } from '../values/text.ts';

/**
 * Finds the known names that a mistyped name may mean, by edit distance, the nearest first. Returns none if no name is
 * near enough for the length.
 *
 * Create one suggester for one header line. It stops after `MOST_STEPS`, for hundreds of long headers and hundreds of
 * long names. Such a file is the wrong file, and no administrator reads so many suggestions.
 */
export const createNameSuggester = (names: readonly string[]): ((given: string) => string[]) => {
  const known = names.map((name) => ({ name, key: nameKey(name).slice(0, LONGEST) }));
  let stepsLeft = MOST_STEPS;
  return (given) => {
    const key = nameKey(given).slice(0, LONGEST);
    const near: { name: string; distance: number }[] = [];
    // A third of the letters may be wrong: `Depratment`, but not `Team` for `Email`.
    const enough = Math.floor(key.length / 3) + 1;
    for (const one of known) {
      if (Math.abs(key.length - one.key.length) >= enough) continue;
      if (stepsLeft < 0) break;
      const { distance, steps } = editDistance(key, one.key, enough);
      stepsLeft -= steps;
      if (distance < enough) near.push({ name: one.name, distance });
    }
    return near.sort((a, b) => a.distance - b.distance).map(({ name }) => name);
  };
};

/** Headers are a few words. A longer text is no header, and comparing it would take quadratic time. */
const LONGEST = 100;
/** Maximum pairs of letters compared for one header line: some 20 ms. */
const MOST_STEPS = 5_000_000;

/** The Levenshtein distance, or `enough` if it is not less; and the number of pairs of letters compared. */
const editDistance = (a: string, b: string, enough: number): { distance: number; steps: number } => {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      const steps = Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1);
      next.push(steps);
      least = Math.min(least, steps);
    }
    // No later row of the table has a smaller value than the minimum of this one.
    if (least >= enough) return { distance: enough, steps: i * b.length };
    row = next;
  }
  return { distance: Math.min(row[b.length] ?? enough, enough), steps: a.length * b.length };
};
