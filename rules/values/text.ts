import type { CheckResult } from '../findings/findings.ts';
import { normalized } from './normal-form.ts';

/**
 * Checks a trimmed text: a name, or any text without a rule of its own. Returns it in Unicode NFC, so that one name typed
 * on two machines is one name. Tabs and line breaks are legal. Other control characters are not (U+0000 cannot even be
 * stored), and neither is U+FFFD, which replaces a lost letter.
 */
export const checkText = (text: string): CheckResult<string> => {
  const at = text.search(FORBIDDEN);
  if (at >= 0) return { ok: false, ...forbidden(text, at) };
  return { ok: true, value: toNfc(text) };
};

/** Whether a text has more than `characters`. Counts only if the number of units does not decide. */
export const isLongerThan = (text: string, characters: number): boolean => {
  if (text.length <= characters) return false;
  // A character has one or two units, so very long texts are not counted.
  return text.length > characters * 2 || countCharacters(text) > characters;
};

/** The length in code points: a surrogate pair is one. */
export const countCharacters = (text: string): number => {
  let count = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit <= 0xdbff) count--;
  }
  return count;
};

/** ASCII, the most frequent case, is already NFC. */
export const toNfc = (text: string): string => (NOT_ASCII.test(text) ? normalized(text, 'NFC') : text);

/** A name as it is stored: NFC, with runs of spaces as one space. Takes a trimmed text. */
export const tidyName = (text: string): string => {
  const nfc = toNfc(text);
  return ODD_SPACES.test(nfc) ? nfc.replace(SPACES, ' ') : nfc;
};

/**
 * The form in which names of segments, attributes and headers are compared, so that spellings of other programs are equal:
 * - Unicode's compatibility forms (NFKC).
 * - Without case: `ß` equals `SS`, `ς` equals `σ`, and the Turkish `İ` and `ı` equal `i`, because capitals do not tell
 *   them apart.
 * - Curly quotes and long dashes as keyboard characters. Spaces of any kind and number as one space.
 * `fold_name` of the database takes the same steps, and its unique constraints decide. A test compares the two for every
 * character.
 *
 * A text longer than any name is compared without these forms, which may be eighteen times as long.
 */
export const nameKey = (text: string): string => {
  if (!NOT_ASCII.test(text)) return collapsed(text).toLowerCase();
  if (text.length > LONGEST_NAME) return tidyName(text.trim()).toLowerCase();
  const plain = normalized(text.replaceAll('\u00b4', "'"), 'NFKC')
    .replace(SINGLE_QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"')
    .replace(DASHES, '-');
  // Only upper case makes `ß` and `SS` equal, and only the lower case of `ẞ` has that upper case.
  const folded = plain.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i');
  return collapsed(normalized(folded, 'NFKC'));
};

/**
 * The entry that a spelling means, among entries with one key: the entry with that spelling, else an entry that differs
 * only in case, else the first. Only names stored before `nameKey` was introduced can share a key.
 */
export const closestSpelling = <Entry extends { spelling: string }>(
  entries: readonly Entry[],
  spelling: string,
): Entry | undefined => {
  if (entries.length < 2) return entries[0];
  const wanted = tidyName(spelling.trim());
  return (
    entries.find((entry) => tidyName(entry.spelling) === wanted) ??
    entries.find((entry) => tidyName(entry.spelling).toLowerCase() === wanted.toLowerCase()) ??
    entries[0]
  );
};

const collapsed = (text: string): string => (ODD_SPACES.test(text) ? text.replace(SPACES, ' ') : text).trim();

/**
 * The first character that has no width or changes the text direction, as `U+200B`, with its position from 1; null if there
 * is none. Two names that differ only in such a character look alike. Joiners that the spelling needs do not count.
 */
export const invisibleIn = (text: string): { character: string; position: number } | null => {
  if (!NOT_ASCII.test(text)) return null;
  for (const { 0: character, index } of text.matchAll(ANY_INVISIBLE)) {
    if (isNeeded(text, index)) continue;
    return { character: codePoint(character.charCodeAt(0)), position: index + 1 };
  }
  return null;
};

/** A text without invisible characters, for comparison by appearance. */
export const withoutInvisible = (text: string): string =>
  NOT_ASCII.test(text) ? text.replace(ANY_INVISIBLE, '') : text;
/** Whether the spelling needs the invisible character here: a joiner between letters or emoji, a Mongolian variant. */
const isNeeded = (text: string, at: number): boolean => {
  const character = text.charAt(at);
  const before = text.slice(Math.max(0, at - LONGEST_EMOJI), at);
  const after = text.slice(at + 1, at + 3);
  if (/[\u180b-\u180e]/.test(character)) return /\p{Script=Mongolian}$/u.test(before);
  if (/[\u200c\u200d]/.test(character) && BEFORE_JOINER.test(before) && AFTER_JOINER.test(after)) return true;
  return character === '\u200d' && BEFORE_EMOJI_JOINER.test(before) && /^\p{Extended_Pictographic}/u.test(after);
};

/** Scripts in which U+200C and U+200D decide how letters join (Unicode, chapters 9 and 12 to 17). */
const JOINING = [
  ...['Arabic', 'Syriac', 'Mandaic', 'Nko', 'Mongolian', 'Phags_Pa', 'Devanagari', 'Bengali', 'Gurmukhi', 'Gujarati'],
  ...[
    'Oriya',
    'Tamil',
    'Telugu',
    'Kannada',
    'Malayalam',
    'Sinhala',
    'Khmer',
    'Myanmar',
    'Tibetan',
    'Balinese',
    'Javanese',
  ],
]
  .map((script) => `\\p{Script_Extensions=${script}}`)
  .join('');
const BEFORE_JOINER = new RegExp(`[[${JOINING}]&&[\\p{L}\\p{M}]]$`, 'v');
const AFTER_JOINER = new RegExp(`^[[${JOINING}]&&[\\p{L}\\p{M}]]`, 'v');
/** An emoji, with its variation selector or skin tone. */
const BEFORE_EMOJI_JOINER = /\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier}|\ufe0f\p{Emoji_Modifier})?$/u;
const LONGEST_EMOJI = 5;

/**
 * For a character class: soft hyphen, direction marks and overrides, zero-width joiners and separators, and line and
 * paragraph separators (Unicode, Default_Ignorable_Code_Point and Bidi_Control).
 */
export const INVISIBLE =
  '\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180e\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ufeff\\uffa0\\ufff9-\\ufffb';
const ANY_INVISIBLE = new RegExp(`[${INVISIBLE}]`, 'g');

/** The error for a forbidden character at a position, for a finding. */
export const forbidden = (
  text: string,
  at: number,
): { code: 'CONTROL_CHARACTER' | 'REPLACEMENT_CHARACTER'; details: Record<string, string | number> } => {
  const unit = text.charCodeAt(at);
  if (unit === 0xfffd) return { code: 'REPLACEMENT_CHARACTER', details: { position: at + 1 } };
  return { code: 'CONTROL_CHARACTER', details: { character: codePoint(unit), position: at + 1 } };
};

const codePoint = (unit: number): string => `U+${unit.toString(16).toUpperCase().padStart(4, '0')}`;

// Control characters of ASCII and Latin-1 except tab, line feed and carriage return; and U+FFFD.
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern looks for them
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffd]/;
const NOT_ASCII = /[^ -~]/;
const ODD_SPACES = /[^\S ]| {2}/;
const SPACES = /\s+/g;
/** In units: 200 characters of two units each, each composed by NFC from four; and ` backdate`. */
const LONGEST_NAME = 2_000;
/** Typographic quotes, and characters typed as an apostrophe. The acute accent is replaced before NFKC. */
const SINGLE_QUOTES = /[\u2018-\u201b\u02bc]/g;
const DOUBLE_QUOTES = /[\u201c-\u201f]/g;
/** Hyphens, dashes and the minus sign. */
const DASHES = /[\u2010-\u2015\u2212]/g;
