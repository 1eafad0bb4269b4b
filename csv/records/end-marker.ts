/** Old systems, and joining files under Windows, add this character after the last line of a file. */
export const END_OF_FILE_SIGN = 0x1a;
const LINE_BREAKS = [0x0a, 0x0d];
/** CP/M pads the last block of a file: 128 bytes, and 16 KiB in its largest blocks. */
const MAX_SIGNS = 16 * 1024;

/** Removes the end-of-file characters at the end of a text, with the line breaks between and after them. */
export async function* withoutEndOfFileSign(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    // Nearly no file has such a character, and no other UTF-8 character contains its byte.
    if (held.length === 0 && !piece.includes(END_OF_FILE_SIGN)) {
      yield piece;
      continue;
    }
    const all = held.length > 0 ? Buffer.concat([held, piece]) : piece;
    const from = all.length - endOf(all).length;
    if (from > 0) yield all.subarray(0, from);
    held = Buffer.from(all.subarray(from));
  }
  const rest = held.filter((byte) => byte !== END_OF_FILE_SIGN);
  if (rest.length > 0) yield Buffer.from(rest);
}

/** The end of a text from the first such character on, if only these and line breaks follow; at most what may be held. */
const endOf = (bytes: Buffer): Buffer => {
  let from = bytes.length;
  for (let at = bytes.length - 1; at >= bytes.length - MAX_SIGNS && at >= 0; at--) {
    const byte = bytes[at] ?? 0;
    if (byte === END_OF_FILE_SIGN) from = at;
    else if (!LINE_BREAKS.includes(byte)) return bytes.subarray(from);
  }
  return bytes.subarray(from);
};
