import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { Type } from 'typebox';
import { attachment } from './content-disposition.ts';

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
