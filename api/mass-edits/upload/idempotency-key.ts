import type { FastifyRequest } from 'fastify';
import { throwProblem } from '../../problems.ts';

/** As long as any client makes one. It is stored with the mass edit. */
const KEY_CHARACTERS = 255;

/** The Idempotency-Key of a request, null if there is none. Refuses (`invalid_request`) an empty or too long key. */
export function idempotencyKeyOf(request: FastifyRequest): string | null {
  const given = request.headers['idempotency-key'];
  if (given === undefined) return null;
  const key = typeof given === 'string' ? given.trim() : '';
  if (/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(key) && key.length <= KEY_CHARACTERS) return key;
  return throwProblem('invalid_request', `Idempotency-Key has to be 1 to ${KEY_CHARACTERS} visible ASCII characters.`);
}
