import type { User } from './types.ts';

/**
 * Whether a text equals another one with question marks for some of its letters. A run of marks stands for one letter,
 * or for as many letters as marks.
 */
export function lacks(text: string, whole: string, isLost: (letter: string) => boolean = isLetter): boolean {
  const [one, other] = [text, whole].map((side) => [...side.normalize('NFC').toLowerCase()]);
  return one!.includes('?') && one!.join('') !== other!.join('') && fits(one!, other!, isLost);
}

const isLetter = (character: string): boolean => /[\p{L}\p{M}]/u.test(character) || character > '\u007f';
export const isBeyondAscii = (character: string): boolean => character > '\u007f';

function fits(text: string[], whole: string[], isLost: (letter: string) => boolean): boolean {
  const [first] = text;
  if (first === undefined) return whole.length === 0;
  if (first !== '?') return first === whole[0] && fits(text.slice(1), whole.slice(1), isLost);
  const run = text.findIndex((sign) => sign !== '?');
  const signs = run < 0 ? text.length : run;
  for (let letters = 1; letters <= Math.min(signs, whole.length); letters++)
    if (whole.slice(0, letters).every((letter) => letter === '?' || isLost(letter)))
      if (fits(text.slice(signs), whole.slice(letters), isLost)) return true;
  return false;
}

/** Where a question mark stands at a letter or digit: before one, which no real text has, or behind one. */
export function questionAt(text: string): 'before' | 'behind' | 'nowhere' {
  if (text.includes('://') || /\?[\w.-]+=/.test(text)) return 'nowhere';
  if (/\?[\p{L}\p{N}]/u.test(text) || (text.includes('??') && !/[^?\s.,'-]/.test(text))) return 'before';
  return /[\p{L}\p{M}\p{N}]\?/u.test(text) ? 'behind' : 'nowhere';
}

/**
 * Whether a column has lost letters: two cells have a question mark at a letter, and in one it stands before the
 * letter.
 */
export function isLossy(cells: string[]): boolean {
  const found = cells.map(questionAt).filter((where) => where !== 'nowhere');
  return found.length > 1 && found.includes('before');
}

/** The active users whose identity is the complete form of a text that has lost letters beyond ASCII. */
export const wholeOf = (users: User[], kind: 'email' | 'externalId', text: string): User[] =>
  users.filter((user) => user.deletedDaysAgo === null && lacks(text, user[kind] ?? '', isBeyondAscii));
