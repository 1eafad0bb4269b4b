import type { FastifyReply, FastifyRequest } from 'fastify';
import { SESSION_SECONDS } from '../db/sessions.ts';

export const SESSION_COOKIE = 'mass_edit_session';

/** What the browser sent, valid or not. */
export function sessionCookieOf(request: FastifyRequest): string | undefined {
  return request.cookies[SESSION_COOKIE] || undefined;
}

/** Gives the browser the cookie of a session. No script can read it, and no page of another origin has it sent along. */
export function setSessionCookie(request: FastifyRequest, reply: FastifyReply, value: string): void {
  reply.setCookie(SESSION_COOKIE, value, { ...attributesFor(request), maxAge: SESSION_SECONDS });
}

/** Takes it back. */
export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  reply.clearCookie(SESSION_COOKIE, attributesFor(request));
}

/** What browsers take for this machine, where a page without TLS is as good as one with it. */
const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

const attributesFor = (request: FastifyRequest) => ({
  httpOnly: true,
  sameSite: 'strict' as const,
  path: '/',
  secure: !THIS_MACHINE.includes(request.hostname.toLowerCase()),
});
