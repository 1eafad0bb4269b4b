import type { BytePosition } from '../dialect.ts';
import { Utf8Damage } from './utf8-damage.ts';
import { Windows1252Plausibility } from './windows-1252-plausibility.ts';

/** The verdict on a file that is not UTF-8: Windows-1252, or the first byte that does not fit. */
export type EncodingVerdict = { encoding: 'windows-1252' } | ({ encoding: null } & BytePosition);

/**
 * Examines every byte above ASCII. Evidence against Windows-1252:
 * - Bytes that it does not have.
 * - More letters that are valid UTF-8 than letters that are not: a UTF-8 file is damaged, or two files were joined.
 * - Words that no Western language has (see Windows1252Plausibility). Other encodings leave such words: those of MS-DOS and
 *   the Mac, of Central and Eastern Europe, Greece and further east.
 * If the letters fit, Windows-1252 cannot be told from similar encodings (Turkish, Baltic). The warning then shows cells,
 * and the administrator decides.
 */
export const detectWindows1252 = async (bytes: AsyncIterable<Uint8Array>): Promise<EncodingVerdict> => {
  const at: BytePosition = { byte: 0, line: 1 };
  const utf8 = new Utf8Damage();
  const words = new Windows1252Plausibility();
  let unknown: BytePosition | null = null;
  let before = 0;
  for await (const chunk of bytes) {
    for (const byte of chunk) {
      if (byte < 0x80) {
        if (byte === 0x0a ? before !== 0x0d : byte === 0x0d) at.line++;
      } else if (UNDEFINED.has(byte)) unknown ??= { ...at };
      utf8.push(byte, at);
      words.push(byte, at);
      before = byte;
      at.byte++;
    }
  }
  words.push(END_OF_FILE, at);
  const evidence = utf8.counterEvidence(unknown !== null) ?? unknown ?? words.counterEvidence();
  return evidence ? { encoding: null, ...evidence } : { encoding: 'windows-1252' };
};

/** Windows-1252 lacks these bytes of 0x80 to 0x9f. */
const UNDEFINED: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
const END_OF_FILE = 0x0a;
