import { isAscii, isUtf8 } from 'node:buffer';

/**
 * Repairs a text that was encoded twice: its UTF-8 bytes were taken for letters of an older encoding, so `Malmö` became
 * `MalmÃ¶` (or `Malm√∂`, on a Mac). Null if the text is not mojibake. It is nearly impossible that a text outside ASCII is
 * valid UTF-8 in the bytes of an older encoding by chance.
 */
export const repairMojibake = (text: string): string | null => {
  for (const bytesOf of TABLES) {
    const bytes = encode(text, bytesOf);
    if (!bytes || isAscii(bytes) || !isUtf8(bytes)) continue;
    const once = bytes.toString('utf8');
    return repairMojibake(once) ?? once;
  }
  return null;
};

/**
 * Detects whether a piece of UTF-8 may have text that was encoded twice. It only scans the bytes quickly, because nearly no
 * file has such text. It also scans across the seam between two pieces, so one detector serves one file.
 */
export const createMojibakeDetector = (): ((piece: Buffer) => boolean) => {
  let tail: Buffer = Buffer.alloc(0);
  return (piece) => {
    const seam = Buffer.concat([tail, piece.subarray(0, SEAM_BYTES)]);
    tail = Buffer.from(piece.subarray(-SEAM_BYTES));
    return looksLikeMojibake(seam) || looksLikeMojibake(piece);
  };
};

/** One byte less than the longest sequence searched for: two characters of three bytes. */
const SEAM_BYTES = 5;

/** Maps from characters to bytes, for the two older encodings that UTF-8 is mistaken for. */
const TABLES: readonly ReadonlyMap<string, number>[] = ['windows-1252', 'macintosh'].map((encoding) => {
  const decoder = new TextDecoder(encoding);
  return new Map(
    Array.from({ length: 0x80 }, (_, index) => 0x80 + index).map((byte) => [decoder.decode(Buffer.from([byte])), byte]),
  );
});

const encode = (text: string, bytesOf: ReadonlyMap<string, number>): Buffer | null => {
  const bytes: number[] = [];
  for (const character of text) {
    const byte = character < '\u0080' ? character.charCodeAt(0) : bytesOf.get(character);
    if (byte === undefined) return null;
    bytes.push(byte);
  }
  return Buffer.from(bytes);
};

/**
 * A lead byte and a continuation byte, each as the UTF-8 of the letter it was taken for. Windows-1252: `Â` to `ô` before a
 * character of 0x80 to 0xBF. Mac: `√` or `¬`, the lead bytes of Western letters, before any character outside ASCII.
 */
const MOJIBAKE =
  /\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]|\xe2[\x80\x82\x84])|(?:\xe2\x88\x9a|\xc2\xac)[\xc2-\xef]/;
const looksLikeMojibake = (piece: Buffer): boolean => !isAscii(piece) && MOJIBAKE.test(piece.toString('latin1'));
