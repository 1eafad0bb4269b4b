import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { SECURITY_HEADERS } from '../monitoring/security-headers.ts';

/** Gives every answer the security headers. A route may replace some of them. A refusal has all of them unchanged. */
export function addSecurityHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => setSecurityHeaders(request, reply));
}

/** Sets all security headers, also those that a route has replaced. */
export function setSecurityHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(SECURITY_HEADERS);
  if (isSecure(request) && !cameWithoutTls(request)) reply.header('strict-transport-security', ONE_YEAR_OF_TLS);
}

/**
 * Whether browsers must use TLS: a trusted proxy says that it speaks TLS, or the host is not this machine. On this machine a
 * page without TLS is as safe as a page with it.
 */
export const isSecure = (request: FastifyRequest): boolean =>
  request.protocol === 'https' || !THIS_MACHINE.includes(request.hostname.toLowerCase());

/** The content security policy of a page that loads only the given sources. No page can frame it. */
export const pagePolicy = (...sources: string[]): string =>
  ["default-src 'none'", ...sources, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"].join('; ');

const THIS_MACHINE = ['localhost', '127.0.0.1', '[::1]'];

/** The name of the service and names below it. ASVS 3.4.1 asks for a year and, from level 2 on, for the names below. */
const ONE_YEAR_OF_TLS = 'max-age=31536000; includeSubDomains';

/**
 * The last proxy says that the request came without TLS: RFC 6797, 7.2, then forbids `Strict-Transport-Security`. If the
 * proxy says nothing, the header is sent, since a browser ignores the header on an answer without TLS (8.1).
 */
const cameWithoutTls = ({ headers }: FastifyRequest): boolean =>
  String(headers['x-forwarded-proto']).split(',').at(-1)?.trim().toLowerCase() === 'http';
