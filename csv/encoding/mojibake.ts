import { isAscii, isUtf8 } from 'node:buffer';

/**
 * What a text was before it was encoded a second time: its UTF-8 bytes were taken for letters of an older encoding, so
 * that `Malmö` became `MalmÃ¶` (or `Malm√∂`, on a Mac). Null where the text is as it should be. A whole text that happens
 * to be UTF-8 in the bytes of an older encoding, and not ASCII, is next to impossible otherwise.
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
 * Whether some text of a piece of UTF-8 may have been encoded twice: a quick look at its bytes, as nearly all files have
 * none. Looks across the seam between a piece and the one before it, so that one watch serves one file.
 */
export const createMojibakeDetector = (): ((piece: Buffer) => boolean) => {
  let tail: Buffer = Buffer.alloc(0);
  return (piece) => {
    const seam = Buffer.concat([tail, piece.subarray(0, SEAM_BYTES)]);
    tail = Buffer.from(piece.subarray(-SEAM_BYTES));
    return looksLikeMojibake(seam) || looksLikeMojibake(piece);
  };
};

/** One byte less than the longest sequence that is looked for, two characters of three bytes. */
const SEAM_BYTES = 5;

/** Tables from the characters of an older encoding to their bytes, for the two that files are mistaken for. */
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
 * The first byte of a character of several, then one that goes on, each as UTF-8 of the letter it was taken for: `Â` to
 * `ô` before a character that Windows-1252 has from 0x80 to 0xBF; or `√` or `¬`, which those of Western letters are on a
 * Mac, before anything but ASCII.
 */
const MOJIBAKE =
  /\xc3[\x82-\xb4](?:\xc2[\x80-\xbf]|\xc5[\x92\x93\xa0\xa1\xb8\xbd\xbe]|\xc6\x92|\xcb[\x86\x9c]|\xe2[\x80\x82\x84])|(?:\xe2\x88\x9a|\xc2\xac)[\xc2-\xef]/;
const looksLikeMojibake = (piece: Buffer): boolean => !isAscii(piece) && MOJIBAKE.test(piece.toString('latin1'));
