import type { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import { throwProblem } from './problems.ts';

/** The kind a request counts as: an event stream lasts as long as a mass edit, other requests do not. */
type Kind = 'requests' | 'streams';
/** The most at once, of one token and of all tokens of one organization. */
export type ConcurrencyLimit = Record<Kind, { token: number; organization: number }>;

/**
 * A browser opens six connections to one host, and a program has little use for more than eight. The requests of one
 * organization use two thirds of the database pool. A stream costs little: ten people may each watch with all
 * connections of their browser.
 */
export const CONCURRENCY_LIMITS: ConcurrencyLimit = {
  requests: { token: 8, organization: 20 },
  streams: { token: 6, organization: 60 },
};
/** Most requests take less than a second. A stream is free again when a tab is closed. */
const TRY_AGAIN_S: Record<Kind, number> = { requests: 1, streams: 10 };

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route answers with an event stream. */
    isStream?: boolean;
  }
  interface FastifyInstance {
    atOnce: ConcurrencyLimiter;
  }
}

/** A counted request, until its answer is over and no handler works for it. */
type TrackedRequest = { answered: boolean; handlers: number; leave: () => void };

/**
 * Counts the requests under way, in the memory of this process: each API process counts for itself. A session counts as
 * its token, because a token can open any number of sessions.
 */
export class ConcurrencyLimiter {
  readonly #limits: ConcurrencyLimit;
  readonly #counts = new Map<string, number>();
  readonly #visits = new WeakMap<FastifyRequest, TrackedRequest>();
  readonly #answers = new WeakMap<Socket, Set<FastifyReply['raw']>>();

  constructor(limits: ConcurrencyLimit) {
    this.#limits = limits;
  }

  /** The requests under way, by token and by organization together: 0 when all are over. */
  get held(): number {
    return this.#counts.values().reduce((sum, count) => sum + count, 0);
  }

  /**
   * Counts a request of a known caller until its answer is sent or its connection is lost, and its handler has ended.
   * Both must be over: if a client breaks off, its request still works in the database.
   *
   * @throws a problem: `too_many_requests`, or `truncated_upload` if the connection is lost already
   */
  enter(request: FastifyRequest, reply: FastifyReply): void {
    // The connection was lost while the caller was looked up. No event follows, and no client waits.
    if (request.raw.socket.destroyed) throwProblem('truncated_upload', 'The connection was lost.');
    const { tokenId, organization } = request.caller;
    const kind: Kind = request.routeOptions.config.isStream ? 'streams' : 'requests';
    const ofToken = `${kind} of token ${tokenId}`;
    const ofOrganization = `${kind} of organization ${organization.id}`;
    this.#refuseAbove(kind, 'token', ofToken);
    this.#refuseAbove(kind, 'organization', ofOrganization);
    for (const key of [ofToken, ofOrganization]) this.#counts.set(key, this.#count(key) + 1);
    let here = true;
    const leave = (): void => {
      if (!here || !visit.answered || visit.handlers > 0) return;
      here = false;
      for (const key of [ofToken, ofOrganization]) this.#countDown(key);
    };
    const visit: TrackedRequest = { answered: false, handlers: 0, leave };
    this.#visits.set(request, visit);
    this.#whenAnswered(request.raw.socket, reply.raw, () => {
      visit.answered = true;
      leave();
    });
  }

  /** A handler that keeps its request counted while it works, also if the connection is lost. */
  counted(handler: RouteHandlerMethod): RouteHandlerMethod {
    const visits = this.#visits;
    return async function counted(request, reply) {
      const visit = visits.get(request);
      if (visit) visit.handlers++;
      try {
        return await handler.call(this, request, reply);
      } finally {
        if (visit) visit.handlers--;
        visit?.leave();
      }
    };
  }

  #count(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  #refuseAbove(kind: Kind, of: 'token' | 'organization', key: string): void {
    const most = this.#limits[kind][of];
    if (this.#count(key) < most) return;
    const what = kind === 'requests' ? 'requests' : 'event streams';
    throwProblem(
      'too_many_requests',
      `This ${of} has ${most} ${what} under way, which is as many as it may have at once.`,
      {
        retryAfterS: TRY_AGAIN_S[kind],
      },
    );
  }

  #countDown(key: string): void {
    const left = this.#count(key) - 1;
    if (left > 0) this.#counts.set(key, left);
    else this.#counts.delete(key);
  }

  /**
   * Calls back when the answer is over. If a connection with several waiting answers is lost, Node notifies only the
   * first answer. This notifies the others, so they release what they hold.
   */
  #whenAnswered(socket: Socket, answer: FastifyReply['raw'], call: () => void): void {
    const open = this.#answers.get(socket) ?? new Set();
    if (!this.#answers.has(socket)) {
      this.#answers.set(socket, open);
      socket.once('close', () => {
        for (const left of open) left.emit('close');
      });
    }
    open.add(answer);
    const over = (): void => {
      if (open.delete(answer)) call();
    };
    answer.once('finish', over);
    answer.once('close', over);
  }
}
