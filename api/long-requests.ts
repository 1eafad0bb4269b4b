import type { FastifyReply, FastifyRequest } from 'fastify';
import { inOrganization } from '../db/client.ts';
import { validSignIns } from '../db/people/sessions.ts';
import { describeFault } from '../monitoring/describe-fault.ts';
import { Problem } from './problems.ts';
import { abortRequest } from './slow-bodies.ts';

/** Event streams check at the same interval (`event-hub.ts`). Most requests have ended before the first check. */
const CHECK_EVERY_MS = 5_000;

/**
 * Ends a request that is still being sent or answered if its caller's token or session has ended. Otherwise a download
 * would run as long as its client reads, and an upload would hold a slot of the organization. `asCaller` checks the
 * caller before each write. Event streams check by themselves.
 */
export function endWithSignIn(request: FastifyRequest, reply: FastifyReply): void {
  if (request.routeOptions.config.isStream) return;
  const { organization, session, tokenId } = request.caller;
  const signIn = session?.id ?? tokenId;
  const isSent = (): boolean => reply.raw.headersSent;
  const checkSignIn = async (): Promise<void> => {
    const { db } = request.server.deps;
    const valid = await inOrganization(db, organization.id, (tx) => validSignIns(tx, [signIn]));
    if (valid.has(signIn)) return;
    if (isSent()) reply.raw.destroy();
    else if (!request.raw.complete) abortRequest(request, reply, new Problem('unauthenticated', ENDED));
  };
  const timer = setInterval(() => {
    if (!isSent() && request.raw.complete) return;
    // A failed check is repeated. A request that needs the database then fails by itself.
    checkSignIn().catch((error) =>
      request.log.warn(describeFault(error), 'the sign-in of a caller could not be checked'),
    );
  }, CHECK_EVERY_MS).unref();
  reply.raw.once('close', () => clearInterval(timer));
}

const ENDED = 'The token or session ended before the request was whole. Nothing was done.';
