import type { CheckResult, TextKind } from '../findings/findings.ts';
import { countCharacters, isLongerThan, nameKey, toNfc } from './text.ts';

/**
 * The most characters of each kind of text; a cell of any kind has `MAX_CELL_CHARACTERS` at most. A character is a code
 * point of the text in NFC, as it is stored, and outer spaces do not count. Texts that an index holds fit into it: 255
 * characters of four bytes are 1,020 bytes, and PostgreSQL takes 2,704.
 */
export const MOST_CHARACTERS: Readonly<Record<Exclude<TextKind, 'cell'>, number>> = {
  external_id: 255,
  // RFC 5321: a path of 256 with its angle brackets.
  email: 254,
  // A person is named by an email or an external id.
  person: 255,
  // Longer than any name, and short enough for the heading of a column.
  name: 200,
  segment: 200,
  date: 100,
  number: 100,
  boolean: 100,
  language: 100,
};

/**
 * What is wrong with the length of a trimmed text; null if the text is short enough. Must be asked before any other rule
 * reads the text: the other rules may take a time that grows with the square of a length.
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
 * Whether a name that is short enough is too long as `nameKey`, which an index holds: NFKC makes 18 characters of one
 * (U+FDFA). Names that people write have keys of about their own length.
 */
export const hasLongKey = (name: string): boolean =>
  name.length * KEY_LENGTHENS > MOST_KEY_CHARACTERS && isLongerThan(nameKey(name), MOST_KEY_CHARACTERS);

const KEY_LENGTHENS = 18;
/** Three for each character of the longest name; 2,400 bytes, and PostgreSQL takes 2,704. */
const MOST_KEY_CHARACTERS = 600;

/** As `tooLong`, of a cell as it stands in the file: of any kind, with its outer spaces. */
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

/** NFC makes at most three characters of one (U+FB2C), and one of four (U+1F82); a character has two units at most. */
const NFC_LENGTHENS = 3;
const NFC_SHORTENS = 4;
const UNITS = 2;
