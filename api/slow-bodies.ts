import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bareAnswer, Problem } from './problems.ts';

/** How long a body may take to arrive. A test has shorter ones. */
export type BodyLimits = {
  /** For the whole of a body that is not an upload. */
  wholeMs: number;
  /** The bytes a second of an upload are the mean of so long. */
  meanMs: number;
  uploadBytesPerS: number;
};
/**
 * A body of JSON has less than a kilobyte in most requests, and one MiB at most. The slowest line in use, a phone with one time
 * slot of GSM, carries 1,100 bytes a second: an upload over it may stand still for half of the time. Apache has the same floor
 * by default. A body that makes no use of its time holds a request of its token, and an upload one of two places.
 */
export const BODY_LIMITS: BodyLimits = { wholeMs: 30_000, meanMs: 30_000, uploadBytesPerS: 500 };
/** Looks in a limit: it is exceeded by a thirtieth at most. */
const LOOKS = 30;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a file, which may take as long as the longest request. */
    isUpload?: boolean;
  }
}

/**
 * Ends requests whose body arrives too slowly: answers `request_timeout` if nothing was answered yet, and closes the
 * connection. Whatever reads the body fails with the same problem, and gives back what it holds. Time in which the service
 * is the slow one, as bytes wait to be read, does not count.
 */
export function endSlowRequests(app: FastifyInstance, limits: BodyLimits): void {
  app.addHook('onRequest', async (request, reply) => {
    const { raw } = request;
    if (raw.headers['content-length'] === undefined && raw.headers['transfer-encoding'] === undefined) return;
    const { isUpload } = request.routeOptions.config;
    const everyMs = (isUpload ? limits.meanMs : limits.wholeMs) / LOOKS;
    const least = isUpload ? (limits.uploadBytesPerS * limits.meanMs) / 1000 : Number.POSITIVE_INFINITY;
    /** What came in between two looks, the latest looks at the end. */
    const came: number[] = [];
    let before = raw.socket.bytesRead;
    const timer = setInterval(() => {
      if (raw.complete) return clearInterval(timer);
      const now = raw.socket.bytesRead;
      if (raw.readableLength > 0) return;
      came.push(now - before);
      before = now;
      if (came.length < LOOKS) return;
      if (sum(came) < least)
        cut(request, reply, new Problem('request_timeout', isUpload ? tooSlow(limits) : tooLong(limits)));
      came.shift();
    }, everyMs).unref();
    raw.once('close', () => clearInterval(timer));
  });
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

const tooLong = ({ wholeMs }: BodyLimits): string =>
  `The body has ${wholeMs / 1000} s to arrive, and was not whole by then. Nothing was done.`;
const tooSlow = ({ meanMs, uploadBytesPerS }: BodyLimits): string =>
  `Fewer than ${uploadBytesPerS} bytes a second arrived in the last ${meanMs / 1000} s. Nothing was started.`;

/** Ends a request whose body is on its way: whatever reads the body fails with the refusal, and gives back what it holds. */
export function cut(request: FastifyRequest, reply: FastifyReply, refusal: Problem): void {
  const { raw } = request;
  // An answer that waits for another one on the same connection has no socket yet.
  if (reply.raw.socket?.writable && !reply.raw.headersSent) raw.socket.end(bareAnswer(refusal, request.url));
  raw.destroy(refusal);
}
