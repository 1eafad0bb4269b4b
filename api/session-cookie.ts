import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_SECONDS } from '../db/people/sessions.ts';
import { isSecure } from './security-headers.ts';

const PLAIN_NAME = 'mass_edit_session';
/** The name of the cookie if it is Secure. A browser takes this prefix only from this host, over TLS (RFC 6265bis). */
export const SESSION_COOKIE = `__Host-${PLAIN_NAME}`;

/**
 * The cookie that the browser sent, valid or not. If the cookie must be Secure, the name without the prefix is not
 * read.
 */
export function sessionCookieOf(request: FastifyRequest): string | undefined {
  return request.cookies[nameFor(request)] || undefined;
}

/** Sets the cookie of a session. No script can read it, and no page of another origin can have it sent. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, value: string): void {
  reply.setCookie(nameFor(request), value, { ...attributesFor(request), maxAge: SESSION_SECONDS });
}

/** Deletes the cookie. */
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(nameFor(request), attributesFor(request));
}

const nameFor = (request: FastifyRequest): string => (isSecure(request) ? SESSION_COOKIE : PLAIN_NAME);

const attributesFor = (request: FastifyRequest) => ({
  httpOnly: true,
  sameSite: 'strict' as const,
  path: '/',
  secure: isSecure(request),
});
