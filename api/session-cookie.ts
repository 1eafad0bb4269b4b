import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_SECONDS } from '../db/people/sessions.ts';
import { isSecure } from './security-headers.ts';

const PLAIN_NAME = 'mass_edit_session';
/** The cookie where it is Secure. A browser takes a cookie with this prefix only from this host, over TLS (RFC 6265bis). */
export const SESSION_COOKIE = `__Host-${PLAIN_NAME}`;

/** What the browser sent, valid or not. Where the cookie is Secure, the name without the prefix is not read. */
export function sessionCookieOf(request: FastifyRequest): string | undefined {
  return request.cookies[nameFor(request)] || undefined;
}

/** Gives the browser the cookie of a session. No script can read it, and no page of another origin has it sent along. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, value: string): void {
  reply.setCookie(nameFor(request), value, { ...attributesFor(request), maxAge: SESSION_SECONDS });
}

/** Takes it back. */
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
