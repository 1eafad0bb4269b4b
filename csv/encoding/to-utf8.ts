import { isUtf8 } from 'node:buffer';
import type { Encoding } from '../dialect.ts';
import { END_OF_FILE_SIGN, withoutEndOfFileSign } from '../records/end-marker.ts';
import { createTimeSlice } from '../turns.ts';

/** Thrown by `toUtf8` where the bytes are not what they were said to be; `locateInvalidByte` finds where. */
export class NotInEncoding extends Error {
  constructor(encoding: Encoding) {
    super(`Not ${encoding}`);
    this.name = 'NotInEncoding';
  }
}

/**
 * Gives a file as UTF-8 without byte order mark, in pieces of PIECE_BYTES or a little more that end anywhere; empty
 * pieces are not given. Signs of the file's end (U+001A) are left out where the file ends. What is UTF-8 already is checked and passed on without being copied. Between two pieces others
 * get their turn, however fast the bytes come: a heartbeat or a request must not wait for a whole file.
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

/** About a thousand rows: enough to make what is done once a piece cheap, little enough to hold several. */
const PIECE_BYTES = 128 * 1024;

type Convert = (piece: Buffer, last: boolean) => Buffer;
const EMPTY = Buffer.alloc(0);

/** Passes pieces on after checking that they are UTF-8, a character torn over two pieces included. */
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

/** Where the last whole character of UTF-8 ends, as far as its first byte tells. */
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
      // A sign of the end of one byte, behind characters of two.
      if (last && lastByte === END_OF_FILE_SIGN) return EMPTY;
      throw new NotInEncoding(encoding);
    }
  };
};
