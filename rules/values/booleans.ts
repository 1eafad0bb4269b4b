import type { CheckResult } from '../findings/findings.ts';
import { normalizeSigns } from './normalize-digits.ts';
import { normalizeWord } from './plain-word.ts';

/**
 * Checks a trimmed cell for TRUE or FALSE. It may be 1 or 0, or a word for true, false, yes or no in a language of the
 * product, in any case, with or without accents.
 */
export const checkBoolean = (text: string): CheckResult<boolean> => {
  const value = WORDS.get(text) ?? meaningOf(text);
  return value === undefined ? { ok: false, code: 'BOOLEAN_INVALID', details: {} } : { ok: true, value };
};

/** The form in templates, which spreadsheet programs know. */
export const formatBoolean = (value: boolean): string => (value ? 'TRUE' : 'FALSE');

/** Longer than any of the words, with a mark on each letter. */
const LONGEST_WORD = 24;
const meaningOf = (text: string): boolean | undefined => {
  if (text.length > LONGEST_WORD) return undefined;
  const plain = normalizeWord(normalizeSigns(text));
  const number = NUMBER.exec(plain);
  return number ? number[1] === '1' : WORDS.get(plain);
};
/** `1`, `0.0`, `1,00`. */
const NUMBER = /^([01])(?:[.,]0+)?$/;

/**
 * Normalized by `normalizeWord`. Each line begins with the words of the spreadsheet programs of the language. No word means
 * TRUE in one language and FALSE in another. Single letters are left out, because many languages share them.
 */
const TRUE_WORDS = `true yes
  sant ja
  sand sann tosi kylla
  wahr
  vrai oui
  verdadero si
  vero
  waar
  prawda tak
  verdadeiro sim`;
const FALSE_WORDS = `false no
  falskt nej
  falsk usann nei epatosi ei
  falsch nein
  faux non
  falso
  onwaar nee
  falsz nie
  nao`;

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['TRUE', true],
  ['FALSE', false],
  ...TRUE_WORDS.split(/\s+/).map((word) => [word, true] as const),
  ...FALSE_WORDS.split(/\s+/).map((word) => [word, false] as const),
]);
