/**
 * Decides about a file that is not UTF-8: Windows-1252, where the bytes bear it out, or the place from which on nothing
 * fits. `byte` is an offset in the file, `line` a physical line.
 */
export type BytesVerdict = { encoding: 'windows-1252' } | { encoding: null; byte: number; line: number };

/**
 * Looks at every byte above ASCII. Against Windows-1252 speak: bytes it does not have; more letters that are whole in
 * UTF-8 than are not (then a UTF-8 file is damaged, or two files were joined); and, without a single letter from where
 * it has its letters, signs in the middle of words, as the older encodings of MS-DOS and the Mac leave them.
 */
export const weighBytes = async (bytes: AsyncIterable<Uint8Array>): Promise<BytesVerdict> => {
  let offset = 0;
  let line = 1;
  let before = 0;
  let expected = 0;
  let wholeUtf8 = 0;
  let notUtf8 = 0;
  let letters = 0;
  let signsInWords = 0;
  let signBefore = false;
  let unknown: { byte: number; line: number } | null = null;
  let firstNotUtf8: { byte: number; line: number } | null = null;

  for await (const chunk of bytes) {
    for (const byte of chunk) {
      if (byte < 0x80) {
        if (expected > 0) {
          notUtf8++;
          firstNotUtf8 ??= { byte: offset, line };
          expected = 0;
        }
        if (signBefore && isLetter(byte)) signsInWords++;
        signBefore = false;
        if (byte === 0x0a ? before !== 0x0d : byte === 0x0d) line++;
      } else {
        if (byte < 0xa0 && !DEFINED.has(byte)) unknown ??= { byte: offset, line };
        if (byte >= 0xc0) letters++;
        signBefore = byte < 0xc0 && byte !== APOSTROPHE && isLetter(before);
        const continues = byte < 0xc0;
        if (expected > 0 && continues) {
          expected--;
          if (expected === 0) wholeUtf8++;
        } else {
          if (expected > 0 || continues || byte > 0xf4) {
            notUtf8++;
            firstNotUtf8 ??= { byte: offset, line };
          }
          expected = continues || byte > 0xf4 ? 0 : byte >= 0xf0 ? 3 : byte >= 0xe0 ? 2 : 1;
        }
      }
      before = byte;
      offset++;
    }
  }
  const place = unknown ?? firstNotUtf8 ?? { byte: offset, line };
  if (unknown || (wholeUtf8 > 0 && wholeUtf8 >= notUtf8))
    return { encoding: null, ...(wholeUtf8 > 0 ? (firstNotUtf8 ?? place) : place) };
  if (letters === 0 && signsInWords > 0) return { encoding: null, ...place };
  return { encoding: 'windows-1252' };
};

/** The typographic apostrophe, which stands in the middle of names. */
const APOSTROPHE = 0x92;
const isLetter = (byte: number): boolean => (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
/** From 0x80 to 0x9f, Windows-1252 has all but five. */
const DEFINED: ReadonlySet<number> = new Set(
  Array.from({ length: 32 }, (_, index) => 0x80 + index).filter(
    (byte) => ![0x81, 0x8d, 0x8f, 0x90, 0x9d].includes(byte),
  ),
);
