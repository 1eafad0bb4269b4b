import { isUtf8 } from 'node:buffer';
import type { Encoding } from '../dialect.ts';
import { END_OF_FILE_SIGN, withoutEndOfFileSign } from '../records/end-marker.ts';
import { createTimeSlice } from '../turns.ts';

/** Thrown by `toUtf8` if the bytes are not valid in the given encoding; `locateInvalidByte` finds the place. */
export class NotInEncoding extends Error {
  constructor(encoding: Encoding) {
    super(`Not ${encoding}`);
    this.name = 'NotInEncoding';
  }
}

/**
 * Yields a file as UTF-8 without byte order mark, in pieces of PIECE_BYTES or a little more that end anywhere; never an
 * empty piece. End-of-file characters (U+001A) are removed at the end of the file. Bytes that are UTF-8 already are checked
 * and passed on without a copy. Between two pieces it yields to the event loop, however fast the bytes come: a heartbeat or
 * a request must not wait for a whole file.
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
