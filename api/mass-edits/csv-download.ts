import { Readable } from 'node:stream';
import { encodeExtended } from 'content-disposition';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';

/** The schema of an answer with a CSV. */
export const CSV_ANSWER = {
  200: { description: 'A CSV, streamed', content: { 'text/csv': { schema: Type.String({ format: 'binary' }) } } },
};

/**
 * Sends a CSV as a download, piece by piece as the pieces are made: a slow client holds one piece in memory.
 *
 * @param pieces text, which is sent as UTF-8, or bytes
 * @param charset of the pieces; null: unknown
 */
export function sendCsv(
  reply: FastifyReply,
  fileName: string,
  pieces: AsyncIterable<string> | Readable,
  charset: string | null = 'utf-8',
): FastifyReply {
  return reply
    .type(charset === null ? 'text/csv' : `text/csv; charset=${charset}`)
    .header('content-disposition', attachment(fileName))
    .send(pieces instanceof Readable ? pieces : Readable.from(pieces, { objectMode: false }));
}

/** The Content-Disposition (RFC 6266): the name in ASCII for old clients, and unchanged for all others. */
function attachment(fileName: string): string {
  const ascii = fileName
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\x20-\x7e]|["\\]/g, '_');
  return `attachment; filename="${ascii}"; filename*=${encodeExtended(fileName.toWellFormed())}`;
}
