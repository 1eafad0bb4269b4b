import { isUtf8 } from 'node:buffer';
import type { Encoding } from '../dialect.ts';
import { createTimeSlice } from '../time-slice.ts';

/** Thrown by `toUtf8` if the bytes are not valid in the given encoding. `locateInvalidByte` finds the byte. */
export class NotInEncoding extends Error {
  constructor(encoding: Encoding) {
    super(`Not ${encoding}`);
    this.name = 'NotInEncoding';
  }
}

/**
 * Yields a file as UTF-8 without byte order mark, in pieces of PIECE_BYTES or a little more that end anywhere; never an
 * empty piece. End-of-file characters (U+001A) are removed at the end of the file. Bytes that are UTF-8 already are
 * checked and passed on without a copy. It yields to the event loop between two pieces, because a heartbeat or a
 * request must not wait for a whole file.
 *
 * @param bytes the file from its beginning, in pieces of any size
 * @throws NotInEncoding
 */
export async function* toUtf8(
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  hadBom: boolean,
): AsyncGenerator<Buffer> {
  yield* withoutEndOfFileSign(converted(bytes, encoding, hadBom));
}

async function* converted(
  bytes: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  hadBom: boolean,
): AsyncGenerator<Buffer> {
  const convert = encoding === 'utf-8' ? utf8Checker() : decoder(encoding);
  const slice = createTimeSlice();
  let skip = hadBom ? (encoding === 'utf-8' ? 3 : 2) : 0;
  for await (const given of bytes) {
    const all = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
    for (let start = 0; start < all.length; start += PIECE_BYTES) {
      const piece = all.subarray(start, start + PIECE_BYTES);
      const body = piece.subarray(Math.min(skip, piece.length));
      skip -= piece.length - body.length;
      const text = convert(body, false);
      if (text.length > 0) yield text;
      if (slice.isOver()) await slice.yieldToOthers();
    }
  }
  const rest = convert(EMPTY, true);
  if (rest.length > 0) yield rest;
}

/** About a thousand rows: enough that the cost per piece is small, and few enough to hold several pieces. */
const PIECE_BYTES = 128 * 1024;

type Convert = (piece: Buffer, last: boolean) => Buffer;
const EMPTY = Buffer.alloc(0);

/** Passes pieces on after checking that they are UTF-8, including a character split over two pieces. */
const utf8Checker = (): Convert => {
  let torn = EMPTY;
  return (piece, last) => {
    const start = torn.length;
    const checked = start > 0 ? Buffer.concat([torn, piece]) : piece;
    const end = last ? checked.length : wholeCharacters(checked);
    if (!isUtf8(checked.subarray(0, end))) {
      throw new NotInEncoding('utf-8');
    }
    torn = Buffer.from(checked.subarray(end));
    return piece;
  };
};

/** The end of the last whole UTF-8 character, judged by lead bytes. */
const wholeCharacters = (bytes: Buffer): number => {
  for (let back = 1; back <= 3 && back <= bytes.length; back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0xc0) === 0x80) continue;
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return length > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
};

const decoder = (encoding: Encoding): Convert => {
  const decode = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  let lastByte: number | undefined;
  return (piece, last) => {
    try {
      lastByte = piece.at(-1) ?? lastByte;
      return Buffer.from(decode.decode(piece, { stream: !last }));
    } catch {
      // An end-of-file character of one byte after characters of two.
      if (last && lastByte === END_OF_FILE_SIGN) return EMPTY;
      throw new NotInEncoding(encoding);
    }
  };
};

/** Old systems, and joining files under Windows, add this character after the last line of a file. */
export const END_OF_FILE_SIGN = 0x1a;
const LINE_BREAKS = [0x0a, 0x0d];
/** CP/M pads the last block of a file: 128 bytes, and 16 KiB in its largest blocks. */
const MAX_SIGNS = 16 * 1024;

/** Removes the end-of-file characters at the end of a text, with the line breaks between and after them. */
async function* withoutEndOfFileSign(pieces: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
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
