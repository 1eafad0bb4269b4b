import { toNfc } from './text.ts';

/**
 * Where a text has a question mark that may replace a letter. Programs write `?` for a letter that their encoding lacks.
 * `inside`: inside or before a word (`B?rbel`, `?ukasz`, or only `????`), which people do not write. `end`: at the end of a
 * word (`Micha?`), which may be a question. Null: none. The question mark of a web address does not count.
 */
export const questionIn = (text: string): 'inside' | 'end' | null => {
  if (!text.includes('?') || WEB_ADDRESS.test(text)) return null;
  if (BEFORE_LETTER.test(text) || ONLY_QUESTIONS.test(text)) return 'inside';
  return AFTER_LETTER.test(text) ? 'end' : null;
};

const WEB_ADDRESS = /:\/\/|\?[\w.-]+=/;
const BEFORE_LETTER = /\?[\p{L}\p{N}]/u;
const AFTER_LETTER = /[\p{L}\p{M}\p{N}]\?/u;
/** A name that has lost all letters. A single question mark stands for "nothing". */
const ONLY_QUESTIONS = /^(?=.*\?\?)[?\s.,'-]*$/;

/**
 * Whether a text is another one with lost letters: `Micha?` for `Michał`. A run of n question marks stands for 1 to n
 * letters, because a letter of several bytes can leave several question marks. Case does not matter.
 */
export const lacksLetters = (text: string, whole: string): boolean => {
  if (!text.includes('?')) return false;
  const [given, stored] = [signsOf(text), signsOf(whole)];
  if (stored.length > given.length) return false;
  // Positions in `stored` that the characters before this one can reach.
  let reached = new Set([0]);
  let lost = false;
  for (const [at, sign] of given.entries()) {
    const next = new Set<number>();
    for (const place of reached) {
      const other = stored[place];
      if (sign === '?' && given[at - 1] === '?') next.add(place);
      if (other === undefined) continue;
      const isLost = sign === '?' && LETTER.test(other);
      if (isLost || other === sign) next.add(place + 1);
      lost ||= isLost;
    }
    if (next.size === 0) return false;
    reached = next;
  }
  return lost && reached.has(stored.length);
};

/** Letters, marks, and characters that older encodings lack, such as a curly apostrophe. */
const LETTER = /[\p{L}\p{M}]|[^\0-\x7f]/u;
const signsOf = (text: string): string[] => [...toNfc(text).toLowerCase()];

/**
 * A map key for candidates: each run of question marks and letters beyond ASCII becomes one question mark. `Försäljning`
 * and `F?rs?ljning` have equal keys. `lacksLetters` decides.
 */
export const withLettersLost = (text: string): string =>
  toNfc(text)
    .toLowerCase()
    .replace(/[?\u0080-\uffff]+/g, '?');
