import type { BytePosition, Encoding } from '../dialect.ts';

/**
 * Finds the first invalid character, by its first byte and its physical line. The byte order mark, or the zeros of the
 * file, indicate the encoding. Returns the end of the file if all characters are valid. Reads the file again, byte by
 * byte, because few files need this.
 */
export const locateInvalidByte = async (
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding,
): Promise<BytePosition> => {
  const isWrong = encoding === 'utf-8' ? utf8Validator() : utf16Validator(encoding === 'utf-16be');
  const at: BytePosition = { byte: 0, line: 1 };
  let last = 0;
  let before = 0;
  for await (const piece of bytes) {
    for (const byte of piece) {
      const back = isWrong(byte);
      if (back !== null) return { ...at, byte: at.byte - back };
      const isWhole = encoding === 'utf-8' || at.byte % 2 === 1;
      if (isWhole) {
        const unit = encoding === 'utf-8' ? byte : encoding === 'utf-16be' ? last * 256 + byte : byte * 256 + last;
        if (unit === 0x0a ? before !== 0x0d : unit === 0x0d) at.line++;
        before = unit;
      }
      last = byte;
      at.byte++;
    }
  }
  const back = isWrong(null);
  return { ...at, byte: at.byte - (back ?? 0) };
};

/** Takes the bytes in turn, null at the end. Returns how many bytes ago an invalid character began, else null. */
type ByteValidator = (byte: number | null) => number | null;

/** Well-formed UTF-8 by table 3-7 of the Unicode Standard: the second byte of some characters has a smaller range. */
const utf8Validator = (): ByteValidator => {
  let missing = 0;
  let seen = 0;
  let [low, high] = [0x80, 0xbf];
  return (byte) => {
    if (missing > 0) {
      if (byte === null || byte < low || byte > high) return seen;
      [low, high] = [0x80, 0xbf];
      missing--;
      seen++;
      return null;
    }
    if (byte === null || byte < 0x80) return null;
    if (byte < 0xc2 || byte > 0xf4) return 0;
    missing = byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
    seen = 1;
    if (byte === 0xe0) low = 0xa0;
    if (byte === 0xed) high = 0x9f;
    if (byte === 0xf0) low = 0x90;
    if (byte === 0xf4) high = 0x8f;
    return null;
  };
};

/** UTF-16: whole units, and surrogates in pairs. */
const utf16Validator = (isBigEndian: boolean): ByteValidator => {
  let first: number | null = null;
  let isHighOpen = false;
  return (byte) => {
    if (byte === null) return first === null ? (isHighOpen ? 2 : null) : isHighOpen ? 3 : 1;
    if (first === null) {
      first = byte;
      return null;
    }
    const top = isBigEndian ? first : byte;
    first = null;
    const isHigh = top >= 0xd8 && top <= 0xdb;
    const isLow = top >= 0xdc && top <= 0xdf;
    if (isHighOpen !== isLow) return isHighOpen ? 3 : 1;
    isHighOpen = isHigh;
    return null;
  };
};
