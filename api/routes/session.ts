import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { createSession, endSession, findSessionCaller } from '../../db/sessions.ts';
import { type Caller, findCaller } from '../../db/tokens.ts';
import type { AppDeps } from '../app.ts';
import { countCaller, demandOwnPage, hashOf, newSecret, refuseCaller } from '../auth.ts';
import { addressOf } from '../rate-limits.ts';
import { clearSessionCookie, sessionCookieOf, setSessionCookie } from '../session-cookie.ts';

const SESSION_PATH = '/v1/session';
/** A token has some 50 characters. */
const SIGN_IN_BYTES = 1_024;
const Nullable = Type.Union([Type.String(), Type.Null()]);
const SessionSchema = Type.Object(
  {
    organization: Type.Object({ id: Type.String(), name: Type.String(), timeZone: Type.String() }),
    user: Type.Object({ email: Nullable, externalId: Nullable, firstName: Type.String(), lastName: Nullable }),
    role: Type.Unsafe<Caller['role']>({ type: 'string', enum: ['viewer', 'editor', 'approver', 'admin'] }),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { description: 'Who is signed in, where, as what and until when' },
);

/**
 * Sessions, for the page: a token is exchanged once for a cookie that no script can read. A session may do what its token
 * may, and ends with it. Every other route takes the cookie in place of `Authorization`.
 */
export async function sessionRoutes(parent: FastifyInstance, { db }: AppDeps): Promise<void> {
  const app = parent.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['Session'];

  app.post(
    SESSION_PATH,
    {
      // The caller is not known before the body is there, so the body is small and counts by address.
      bodyLimit: SIGN_IN_BYTES,
      onRequest: async (request) => parent.rateLimits.count('open', addressOf(request)),
      schema: {
        tags,
        summary: 'Sign in: exchange a token for the cookie of a session. A session there was ends',
        security: [],
        body: Type.Object({ token: Type.String() }, { additionalProperties: false }),
        response: { 200: SessionSchema },
      },
    },
    async (request, reply) => {
      const { secret, hashHex } = newSecret('session');
      const caller = await findCaller(db, hashOf(request.body.token));
      if (caller) {
        countCaller(request, caller);
        parent.rateLimits.count('signIns', caller.tokenId);
      }
      const session = caller && (await createSession(db, caller, hashHex));
      if (!session) return refuseCaller(request, 'The token is not valid, or not any more.', true);
      const before = sessionCookieOf(request);
      if (before) await endSession(db, hashOf(before));
      setSessionCookie(request, reply, secret);
      return sessionJson({ ...caller, session });
    },
  );

  app.get(
    SESSION_PATH,
    {
      schema: {
        tags,
        summary: 'Who is signed in by the cookie',
        security: [{ session: [] }],
        response: { 200: SessionSchema },
      },
    },
    async (request) => {
      const cookie = sessionCookieOf(request);
      const caller = cookie ? await findSessionCaller(db, hashOf(cookie)) : undefined;
      if (!caller?.session) return refuseCaller(request, 'There is no session, or it has ended. Sign in.');
      countCaller(request, caller);
      return sessionJson({ ...caller, session: caller.session });
    },
  );

  app.delete(
    SESSION_PATH,
    {
      schema: {
        tags,
        summary: 'Sign out: end the session and take the cookie back. One that has ended already is no error',
        security: [{ session: [] }],
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const cookie = sessionCookieOf(request);
      if (!cookie) return refuseCaller(request, 'There is no session to end.');
      demandOwnPage(request);
      // Whether there is such a session is not asked.
      parent.rateLimits.count('open', addressOf(request));
      await endSession(db, hashOf(cookie));
      clearSessionCookie(request, reply);
      reply.header('clear-site-data', SIGNED_OUT);
      return reply.code(204).send(null);
    },
  );
}

/**
 * What the browser forgets at sign-out. `cache` also ends pages that the browser keeps for its Back button. `cookies` would
 * take the cookies of every service under the same registrable domain.
 */
const SIGNED_OUT = '"cache", "storage"';

type SignedIn = Caller & { session: NonNullable<Caller['session']> };

function sessionJson({ organization, user, role, session }: SignedIn): Static<typeof SessionSchema> {
  const { id, name, timeZone } = organization;
  const { email, externalId, firstName, lastName } = user;
  return {
    organization: { id, name, timeZone },
    user: { email, externalId, firstName, lastName },
    role,
    expiresAt: session.expiresAt,
  };
}
