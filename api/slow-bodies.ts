import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Problem, rawAnswer } from './problems.ts';

/** How long a body may take to arrive. Tests have shorter times. */
export type BodyLimits = {
  /** For the whole of a body that is not an upload. */
  wholeMs: number;
  /** The time over which an upload's bytes a second are averaged. */
  meanMs: number;
  uploadBytesPerS: number;
};
/**
 * A body of JSON has less than a kilobyte in most requests, and one MiB at most. The slowest line in use, GSM with one
 * time slot, carries 1,100 bytes a second. An upload over it may pause for half of the time. Apache has the same
 * minimum by default. A slow body holds a request of its token, and a slow upload holds one of two places.
 */
export const BODY_LIMITS: BodyLimits = { wholeMs: 30_000, meanMs: 30_000, uploadBytesPerS: 500 };
/** Checks in a limit: it is exceeded by a thirtieth at most. */
const CHECKS = 30;

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a file, which may take as long as the longest request. */
    isUpload?: boolean;
  }
}

/**
 * Ends requests whose body arrives too slowly: answers `request_timeout` if no answer has begun, and closes the
 * connection. The reader of the body fails with the same problem and releases what it holds. Time during which bytes
 * wait because the service is slow does not count.
 */
export function endSlowRequests(app: FastifyInstance, limits: BodyLimits): void {
  app.addHook('onRequest', async (request, reply) => {
    const { raw } = request;
    if (raw.headers['content-length'] === undefined && raw.headers['transfer-encoding'] === undefined) return;
    const { isUpload } = request.routeOptions.config;
    const everyMs = (isUpload ? limits.meanMs : limits.wholeMs) / CHECKS;
    const least = isUpload ? (limits.uploadBytesPerS * limits.meanMs) / 1000 : Number.POSITIVE_INFINITY;
    /** The bytes received between two checks, the latest last. */
    const received: number[] = [];
    let before = raw.socket.bytesRead;
    const timer = setInterval(() => {
      if (raw.complete) return clearInterval(timer);
      const now = raw.socket.bytesRead;
      if (raw.readableLength > 0) return;
      received.push(now - before);
      before = now;
      if (received.length < CHECKS) return;
      if (sum(received) < least)
        abortRequest(request, reply, new Problem('request_timeout', isUpload ? tooSlow(limits) : tooLong(limits)));
      received.shift();
    }, everyMs).unref();
    raw.once('close', () => clearInterval(timer));
  });
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

const tooLong = ({ wholeMs }: BodyLimits): string =>
  `The body has ${wholeMs / 1000} s to arrive, and was not whole by then. Nothing was done.`;
const tooSlow = ({ meanMs, uploadBytesPerS }: BodyLimits): string =>
  `Fewer than ${uploadBytesPerS} bytes a second arrived in the last ${meanMs / 1000} s. Nothing was started.`;

/** Ends a request whose body is arriving. The reader of the body fails with the refusal, and releases what it holds. */
export function abortRequest(request: FastifyRequest, reply: FastifyReply, refusal: Problem): void {
  const { raw } = request;
  // An answer that waits for another one on the same connection has no socket yet.
  if (reply.raw.socket?.writable && !reply.raw.headersSent) raw.socket.end(rawAnswer(refusal, request.url));
  raw.destroy(refusal);
}
