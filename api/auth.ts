import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import type { TokenRole } from '../db/schema.ts';
import { type Caller, findCaller } from '../db/tokens.ts';
import { problem } from './problems.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `requireRole`, before the body is read. */
    caller: Caller;
  }
}

/** Each role may do what the ones before it may. */
const LADDER: TokenRole[] = ['viewer', 'editor', 'approver', 'admin'];
/** Marks what the token is, for people who find one and for scanners of leaked secrets. */
const PREFIX = 'me_';

/** Makes a new token: the text that is shown once, and the hash that is kept. */
export function newToken(): { token: string; hashHex: string } {
  const token = PREFIX + randomBytes(32).toString('base64url');
  return { token, hashHex: hashOf(token) };
}

/**
 * A hook for `onRequest`: lets in who holds a token of the organization in the URL with this role or a higher one, and
 * says so in `request.caller`. 401 without a valid token, 404 for another organization's things, 403 for a lower role.
 */
export function requireRole(role: TokenRole): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const token = bearerOf(request);
    const caller = token ? await findCaller(request.server.deps.db, hashOf(token)) : undefined;
    if (!caller) return problem('unauthenticated', 'Send a valid token: Authorization: Bearer <token>.');
    const { organizationId } = request.params as { organizationId?: string };
    if (organizationId !== undefined && organizationId.toLowerCase() !== caller.organization.id) {
      return problem('not_found', 'There is no such organization, or the token is of another one.');
    }
    if (LADDER.indexOf(caller.role) < LADDER.indexOf(role)) {
      return problem('forbidden', `This takes the role ${role}; the token has the role ${caller.role}.`);
    }
    request.caller = caller;
  };
}

/** A hook for `onRequest`: lets in who holds the operator's token. */
export async function requireOperator(request: FastifyRequest): Promise<void> {
  const token = bearerOf(request);
  const operator = request.server.deps.config.operatorToken;
  if (token && timingSafeEqual(Buffer.from(hashOf(token)), Buffer.from(hashOf(operator)))) return;
  if (token && (await findCaller(request.server.deps.db, hashOf(token)))) {
    return problem('forbidden', 'This takes the operator token.');
  }
  return problem('unauthenticated', 'Send the operator token: Authorization: Bearer <token>.');
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

function bearerOf(request: FastifyRequest): string | undefined {
  return /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}
