import type { TextKind } from '../findings/details.ts';
import type { CheckResult } from '../findings/findings.ts';
import { countCharacters, isLongerThan, nameKey, toNfc } from './text.ts';

/**
 * The maximum number of characters of each kind of text; a cell of any kind has `MAX_CELL_CHARACTERS` at most. A character
 * is a code point of the stored text (NFC), and outer spaces do not count. Indexed texts fit into an index: 255 characters
 * of four bytes are 1,020 bytes, and PostgreSQL allows 2,704.
 */
export const MOST_CHARACTERS: Readonly<Record<Exclude<TextKind, 'cell'>, number>> = {
  external_id: 255,
  // RFC 5321: a path of 256 with its angle brackets.
  email: 254,
  // A reference is an email or an external id.
  person: 255,
  // Longer than any name, and short enough for a column header.
  name: 200,
  segment: 200,
  date: 100,
  number: 100,
  boolean: 100,
  language: 100,
};

/**
 * The error if a trimmed text is too long; null if it is short enough. Call it before any other rule: other rules may take
 * quadratic time.
 */
export const tooLong = (
  text: string,
  kind: Exclude<TextKind, 'cell'>,
  { maxCellCharacters }: { maxCellCharacters: number },
): Extract<CheckResult<never>, { ok: false }> | null => {
  const limit = Math.min(MOST_CHARACTERS[kind], maxCellCharacters);
  if (text.length * (kind === 'segment' ? KEY_LENGTHENS : NFC_LENGTHENS) <= limit) return null;
  const stored = text.length > limit * UNITS * NFC_SHORTENS ? text : toNfc(text);
  if (isLongerThan(stored, limit)) return tooLongBy(stored, kind, limit);
  return kind === 'segment' && hasLongKey(stored) ? tooLongBy(nameKey(stored), kind, limit) : null;
};

/**
 * Whether the `nameKey` of a short enough name is too long for its index: NFKC expands U+FDFA to 18 characters. Usual
 * names have keys of about their own length.
 */
export const hasLongKey = (name: string): boolean =>
  name.length * KEY_LENGTHENS > MOST_KEY_CHARACTERS && isLongerThan(nameKey(name), MOST_KEY_CHARACTERS);

const KEY_LENGTHENS = 18;
/** Three for each character of the longest name: 2,400 bytes, and PostgreSQL allows 2,704. */
const MOST_KEY_CHARACTERS = 600;

/** Like `tooLong`, for a cell of any kind as it stands in the file, with outer spaces. */
export const cellTooLong = (
  text: string,
  { maxCellCharacters: limit }: { maxCellCharacters: number },
): Extract<CheckResult<never>, { ok: false }> | null =>
  isLongerThan(text, limit) ? tooLongBy(text, 'cell', limit) : null;

const tooLongBy = (text: string, kind: TextKind, limit: number): Extract<CheckResult<never>, { ok: false }> => ({
  ok: false,
  code: 'TOO_LONG',
  details: { kind, limit, length: countCharacters(text) },
});

/** NFC expands one character to three at most (U+FB2C), and joins four at most (U+1F82). A character has up to two units. */
const NFC_LENGTHENS = 3;
const NFC_SHORTENS = 4;
const UNITS = 2;
