import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Transaction } from '../db/client.ts';
import { type LockMode, withLockedCaller } from '../db/people/authority.ts';
import { findSessionCaller } from '../db/people/sessions.ts';
import { type Caller, findCaller } from '../db/people/tokens.ts';
import type { TokenRole } from '../db/schema/schema.ts';
import { endWithSignIn } from './long-requests.ts';
import { throwProblem } from './problems.ts';
import { addressOf } from './rate-limits.ts';
import { sessionCookieOf } from './session-cookie.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `requireRole`, before the body is read. */
    caller: Caller;
    /** Set together with `caller`. A route uses it for every write on behalf of its caller. */
    asCaller: AsCaller;
  }
}

/**
 * Runs `work` in a transaction of the caller's organization, if the caller still has the role that the route requires.
 * While a body arrives, the caller can lose the role: the token is deleted or expires, a role is lowered, the user is
 * deleted, or the session is signed out. None of these can happen before the transaction ends.
 *
 * @param work gets the caller as they are now. If two transactions wait for each other it runs once more
 * @param mode `exclusive` if the work removes authority
 * @throws a problem: `unauthenticated`, `forbidden`
 */
export type AsCaller = <T>(work: (tx: Transaction, caller: Caller) => Promise<T>, mode?: LockMode) => Promise<T>;

/** Each role includes the roles before it. */
const ROLES: TokenRole[] = ['viewer', 'editor', 'approver', 'admin'];
/** Prefixes show the kind of a secret to people who find one, and to scanners for leaked secrets. */
const PREFIXES = { token: 'me_', session: 'ms_', link: 'ml_' } as const;
/** Methods that change nothing. */
const READING = ['GET', 'HEAD'];

/** Creates a new token, session cookie or link code: the text that is shown once, and the hash that is stored. */
export function newSecret(of: keyof typeof PREFIXES): { secret: string; hashHex: string } {
  const secret = PREFIXES[of] + randomBytes(32).toString('base64url');
  return { secret, hashHex: hashOf(secret) };
}

/**
 * A hook for `onRequest`. Admits a caller who has this role or a higher one, by a token of the organization in the URL
 * or by a session on such a token. Sets `request.caller`. Refuses without a token or session (401), for another
 * organization (404), for a lower role (403), and above a limit (429).
 */
export function requireRole(role: TokenRole): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  return async (request, reply) => {
    const caller = await callerOf(request);
    if (!caller) return refuseCaller(request, 'Send a valid token, Authorization: Bearer <token>, or sign in.');
    countCaller(request, caller);
    const { organizationId } = request.params as { organizationId?: string };
    if (organizationId !== undefined && organizationId.toLowerCase() !== caller.organization.id) {
      return throwProblem('not_found', 'There is no such organization, or the token is of another one.');
    }
    refuseLowerRole(caller, role);
    request.caller = caller;
    request.asCaller = (work, mode) =>
      withLockedCaller(
        request.server.deps.db,
        caller,
        (tx, now) => {
          if (!now)
            return throwProblem('unauthenticated', 'The token or session ended before this was done. Nothing was.');
          refuseLowerRole(now, role);
          return work(tx, now);
        },
        mode,
      );
    request.server.atOnce.enter(request, reply);
    endWithSignIn(request, reply);
  };
}

/** As `requireRole('admin')`; also lets in the operator's token, for any organization, without a `request.caller`. */
export function requireAdminOrOperator(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  return isOperator(request) ? requireOperator(request) : requireAdmin(request, reply);
}
const requireAdmin = requireRole('admin');

/** A hook for `onRequest`: lets in the operator's token only. */
export async function requireOperator(request: FastifyRequest): Promise<void> {
  const { deps, rateLimits } = request.server;
  if (isOperator(request)) return rateLimits.count('requests', 'the operator');
  const token = bearerOf(request);
  const caller = token && (await findCaller(deps.db, hashOf(token)));
  if (!caller) return refuseCaller(request, 'Send the operator token: Authorization: Bearer <token>.');
  countCaller(request, caller);
  return throwProblem('forbidden', 'This takes the operator token.');
}

/** Whether a request has the operator's token. */
export function isOperator(request: FastifyRequest): boolean {
  const token = bearerOf(request);
  const { operatorToken } = request.server.deps.config;
  return token !== undefined && timingSafeEqual(Buffer.from(hashOf(token)), Buffer.from(hashOf(operatorToken)));
}

/** Counts a request of a known caller, by token and by organization. A session counts as its token. */
export function countCaller(request: FastifyRequest, { tokenId, organization }: Caller): void {
  request.server.rateLimits.count('requests', tokenId);
  request.server.rateLimits.count('organization', organization.id);
}

/**
 * Refuses (`unauthenticated`) a request without a valid token or cookie. An invalid one is a failure of the address;
 * above the limit of failures the refusal is that of the limit. A valid one passes after any number of failures of its
 * address, because many people can share an address.
 *
 * @param isWrong whether the request sent something invalid; by default a token or a cookie in the headers
 */
export function refuseCaller(
  request: FastifyRequest,
  detail: string,
  isWrong = bearerOf(request) !== undefined || sessionCookieOf(request) !== undefined,
): never {
  request.server.rateLimits.count(isWrong ? 'failures' : 'open', addressOf(request));
  return throwProblem('unauthenticated', detail);
}

/**
 * Refuses (`forbidden`) a changing request with a cookie and without the header of our page. A page of another origin
 * can make the browser send the cookie, but not the header. The header needs a CORS preflight, which is never answered.
 */
export function requireOwnPage(request: FastifyRequest): void {
  if (READING.includes(request.method) || request.headers['x-mass-edit-page'] === '1') return;
  throwProblem('forbidden', 'With a session, whatever is not GET has to carry the header X-Mass-Edit-Page: 1.');
}

/**
 * Refuses (`forbidden`) a sign-in that a page of another origin makes the browser send. Otherwise the user would work
 * in the organization of a stranger. A browser sends the origin of a request in `Sec-Fetch-Site` or, if the page has no
 * TLS, in `Origin`. A program sends neither.
 */
export function requireSameOrigin(request: FastifyRequest): void {
  const { 'sec-fetch-site': site, origin } = request.headers;
  if (site === undefined ? isOwnOrigin(request, origin) : site === 'same-origin' || site === 'none') return;
  throwProblem('forbidden', 'A page of another origin cannot sign a browser in.');
}

function isOwnOrigin({ host }: FastifyRequest, origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

/** The hash under which a token, a session or a link is stored: SHA-256 as hex. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

function refuseLowerRole(caller: Caller, role: TokenRole): void {
  if (ROLES.indexOf(caller.role) >= ROLES.indexOf(role)) return;
  throwProblem(
    'forbidden',
    `This takes the role ${role}; the token has the role ${caller.role}, which is the lower of its own and what its user may.`,
  );
}

/**
 * The caller of the token or, without a token, of the session. A proxy may have an Authorization of its own, of another
 * kind.
 */
async function callerOf(request: FastifyRequest): Promise<Caller | undefined> {
  const { db } = request.server.deps;
  const token = bearerOf(request);
  if (token) return findCaller(db, hashOf(token));
  const cookie = sessionCookieOf(request);
  if (!cookie) return undefined;
  requireOwnPage(request);
  return findSessionCaller(db, hashOf(cookie));
}

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
