import { nameKey } from './text.ts';

/**
 * The known name that a mistyped one most likely means: the one with the fewest letters put in, left out or changed, if
 * those are few enough for the length. Undefined where none is near.
 */
export const nearestName = (given: string, names: Iterable<string>): string | undefined => {
  const key = nameKey(given).slice(0, LONGEST);
  let nearest: string | undefined;
  // A third of the letters may be wrong: `Depratment`, but not `Team` for `Email`.
  let least = Math.floor(key.length / 3) + 1;
  for (const name of names) {
    const steps = editDistance(key, nameKey(name).slice(0, LONGEST), least);
    if (steps < least) {
      least = steps;
      nearest = name;
    }
  }
  return nearest;
};

/** Headers are a few words; a text that is longer is no header, and comparing it would take quadratic time. */
const LONGEST = 100;

/** Levenshtein's distance, or `enough` where it is that or more. */
const editDistance = (a: string, b: string, enough: number): number => {
  if (Math.abs(a.length - b.length) >= enough) return enough;
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (row[j - 1] ?? 0) + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return Math.min(row[b.length] ?? enough, enough);
};
