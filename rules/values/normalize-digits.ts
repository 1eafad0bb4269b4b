/**
 * The text of a number or date in keyboard characters: replaces full-width digits and characters, special spaces, and the
 * typographic minus, hyphens and apostrophe. A superscript, a circled digit or a fraction is no digit and stays.
 */
export const normalizeSigns = (text: string): string =>
  NOT_ASCII.test(text)
    ? text.replace(FULL_WIDTH, toAscii).replace(SPACES, ' ').replace(DASHES, '-').replaceAll('\u2019', "'")
    : text;

const NOT_ASCII = /[^ -~]/;
/** The printable characters of ASCII in full width, as East Asian keyboards write them. */
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const FULL_WIDTH_OFFSET = 0xfee0;
const toAscii = (sign: string): string => String.fromCharCode(sign.charCodeAt(0) - FULL_WIDTH_OFFSET);
const SPACES = /\p{Zs}/gu;
const DASHES = /[\u2010-\u2013\u2212\ufe63]/g;

/** Whether a text has characters that look like digits and are none: superscripts, circles, fractions, other scripts. */
export const hasFalseDigit = (text: string): boolean => FALSE_DIGIT.test(text);
const FALSE_DIGIT = /(?![0-9])\p{N}/u;

/** The text without superscript digits at its end, which are usually a footnote; null if it has none there. */
export const withoutFootnote = (text: string): { rest: string; note: string } | null => {
  let end = text.length;
  while (end > 0 && SUPERSCRIPTS.includes(text.charAt(end - 1))) end--;
  return end === text.length ? null : { rest: text.slice(0, end).trimEnd(), note: text.slice(end) };
};
const SUPERSCRIPTS = '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079';
