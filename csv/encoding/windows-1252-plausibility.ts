import type { BytePosition } from '../dialect.ts';

/**
 * Looks for words that cannot be words if the bytes are Windows-1252:
 * - symbols in the middle of words (`Wa³êsa`, `G„vle`), unless letters outnumber them by far;
 * - symbols in or after words, if the file has no letter beyond ASCII (`Malm”`, `JŠrgen`);
 * - four letters beyond ASCII in a row, which Western words do not have and words of other alphabets do (`Èâàíîâ`).
 *   Letters of the Nordic alphabets do not count: people type them in a row as test data.
 */
export class Windows1252Plausibility {
  private letters = 0;
  private run = 0;
  private openingQuotes = 0;
  /** The two bytes before the pushed byte. */
  private last = 0;
  private beforeLast = 0;
  private lastLine = 1;
  private readonly counts: Record<
    'inWord' | 'signInWord' | 'behindWord' | 'longRun',
    { count: number; first: BytePosition }
  > = {
    inWord: nothing(),
    signInWord: nothing(),
    behindWord: nothing(),
    longRun: nothing(),
  };

  /** `at` is the place of `byte`. It judges the byte before, because both neighbours of that byte are known now. */
  push(byte: number, at: BytePosition): void {
    const sign = this.last;
    if (sign >= 0x80 && sign < FIRST_LETTER)
      this.judge(sign, this.beforeLast, byte, { byte: at.byte - 1, line: this.lastLine });
    if (byte >= FIRST_LETTER) this.letters++;
    this.run = byte >= FIRST_LETTER && !NORDIC.has(byte) ? this.run + 1 : 0;
    if (this.run === LONG_RUN) this.note('longRun', { byte: at.byte - (LONG_RUN - 1), line: at.line });
    this.beforeLast = sign;
    this.last = byte;
    this.lastLine = at.line;
  }

  /** The position of the first such word, if enough such words speak against the encoding. */
  counterEvidence(): BytePosition | null {
    const { inWord, signInWord, behindWord, longRun } = this.counts;
    if (longRun.count > 0) return longRun.first;
    if (signInWord.count > 0 && signInWord.count * LETTERS_A_SIGN >= this.letters) return signInWord.first;
    if (this.letters > 0) return null;
    if (inWord.count > 0) return inWord.first;
    return behindWord.count > 0 && this.openingQuotes === 0 ? behindWord.first : null;
  }

  private judge(sign: number, before: number, after: number, at: BytePosition): void {
    const isBehind = isAsciiLetter(before);
    const isAhead = isAsciiLetter(after) || after >= FIRST_LETTER;
    if (!isBehind && isAhead && OPENING_QUOTES.has(sign)) this.openingQuotes++;
    if (!isBehind || CONNECTORS.has(sign)) return;
    if (isAhead) this.note(LETTERLIKE.has(sign) ? 'inWord' : 'signInWord', at);
    else if (ENDINGS.has(sign)) this.note('behindWord', at);
  }

  private note(kind: keyof typeof this.counts, place: BytePosition): void {
    const seen = this.counts[kind];
    if (seen.count === 0) seen.first = place;
    seen.count++;
  }
}

const nothing = () => ({ count: 0, first: { byte: 0, line: 1 } });

/** From here on Windows-1252 has only letters, except the multiplication and division signs. */
const FIRST_LETTER = 0xc0;
const LONG_RUN = 4;
/** One symbol in fifty letters (`m²or`) is a typing error. Polish in its older encoding has one in two letters. */
const LETTERS_A_SIGN = 50;

/** å ä ö Å Ä Ö é É ü Ü ø Ø æ Æ */
const NORDIC: ReadonlySet<number> = new Set([
  0xe5, 0xe4, 0xf6, 0xc5, 0xc4, 0xd6, 0xe9, 0xc9, 0xfc, 0xdc, 0xf8, 0xd8, 0xe6, 0xc6,
]);
/** Š Œ Ž š œ ž Ÿ, ƒ, and the ordinals ª º: letters, or similar to letters. */
const LETTERLIKE: ReadonlySet<number> = new Set([0x83, 0x8a, 0x8c, 0x8e, 0x9a, 0x9c, 0x9e, 0x9f, 0xaa, 0xba]);
/** Legal inside words: apostrophes and accents used as such, dashes, ellipsis, spaces, hyphens and dots. */
const CONNECTORS: ReadonlySet<number> = new Set([0x85, 0x91, 0x92, 0x96, 0x97, 0xa0, 0xa8, 0xad, 0xb0, 0xb4, 0xb7]);
/** „ “ ” before a word. */
const OPENING_QUOTES: ReadonlySet<number> = new Set([0x84, 0x93, 0x94]);
/** ‚ „ † Š Œ Ž ” š œ ž at the end of a word: from é ä å è î Ä ö Ü in MS-DOS, and ä å é ö on the Mac. */
const ENDINGS: ReadonlySet<number> = new Set([0x82, 0x84, 0x86, 0x8a, 0x8c, 0x8e, 0x94, 0x9a]);

const isAsciiLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
