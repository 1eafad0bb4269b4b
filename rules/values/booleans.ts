import type { CheckResult } from '../findings/findings.ts';
import { normalizeSigns } from './normalize-digits.ts';
import { normalizeWord } from './plain-word.ts';

/**
 * Checks a trimmed cell for TRUE or FALSE: 1 and 0, and the words for true, false, yes and no of the product's languages,
 * in any case, with their accents or without.
 */
export const checkBoolean = (text: string): CheckResult<boolean> => {
  const value = WORDS.get(text) ?? meaningOf(text);
  return value === undefined ? { ok: false, code: 'BOOLEAN_INVALID', details: {} } : { ok: true, value };
};

/** As templates write it and spreadsheet programs know it. */
export const formatBoolean = (value: boolean): string => (value ? 'TRUE' : 'FALSE');

/** More than any of the words has, with a mark beside each letter. */
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
 * As `normalizeWord` makes them. The first of each line are those that the spreadsheet programs of the language write. No word
 * means TRUE in one of the languages and FALSE in another; single letters are left out, as many languages share them.
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
