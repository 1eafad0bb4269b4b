import { toNfc } from './text.ts';

/**
 * Where a text has a question mark at a letter or digit, as programs write for a letter that their encoding does not have: `inside`
 * of a word or in front of one (`B?rbel`, `?ukasz`, or nothing but `????`), which people do not write, or at the `end` of a
 * word (`Micha?`), which may be a question. Null if it has none. The question mark of a web address is none of these.
 */
export const questionIn = (text: string): 'inside' | 'end' | null => {
  if (!text.includes('?') || WEB_ADDRESS.test(text)) return null;
  if (BEFORE_LETTER.test(text) || ONLY_QUESTIONS.test(text)) return 'inside';
  return AFTER_LETTER.test(text) ? 'end' : null;
};

const WEB_ADDRESS = /:\/\/|\?[\w.-]+=/;
const BEFORE_LETTER = /\?[\p{L}\p{N}]/u;
const AFTER_LETTER = /[\p{L}\p{M}\p{N}]\?/u;
/** A name of which no letter was left; a single sign stands for "nothing". */
const ONLY_QUESTIONS = /^(?=.*\?\?)[?\s.,'-]*$/;

/**
 * Whether a text is another one in which letters were lost: `Micha?` for `Michał`. A run of question marks stands for as
 * many letters at most, and for one at least, as a letter of several bytes leaves several. Case does not matter.
 */
export const lacksLetters = (text: string, whole: string): boolean => {
  if (!text.includes('?')) return false;
  const [given, stored] = [signsOf(text), signsOf(whole)];
  if (stored.length > given.length) return false;
  // Places in `stored` that the signs before this one can reach.
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

/** Letters, marks, and signs that older encodings do not have, such as a curly apostrophe. */
const LETTER = /[\p{L}\p{M}]|[^\0-\x7f]/u;
const signsOf = (text: string): string[] => [...toNfc(text).toLowerCase()];

/**
 * A text with each run of question marks and letters beyond ASCII as one question mark: equal for `Försäljning` and
 * `F?rs?ljning`, so that a text finds the whole ones in a map. `lacksLetters` decides.
 */
export const withLettersLost = (text: string): string =>
  toNfc(text)
    .toLowerCase()
    .replace(/[?\u0080-\uffff]+/g, '?');
