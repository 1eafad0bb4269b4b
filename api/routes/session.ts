import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import type { Database } from '../../db/client.ts';
import { createSession, endSession, findSessionCaller } from '../../db/people/sessions.ts';
import { findLinkCaller } from '../../db/people/sign-in-links.ts';
import { type Caller, findCaller } from '../../db/people/tokens.ts';
import { countCaller, hashOf, newSecret, refuseCaller, requireOwnPage, requireSameOrigin } from '../auth.ts';
import type { AppDeps } from '../deps.ts';
import { throwProblem } from '../problems.ts';
import { addressOf } from '../rate-limits.ts';
import { nullableText, oneOf } from '../schema-parts.ts';
import { clearSessionCookie, sessionCookieOf, setSessionCookie } from '../session-cookie.ts';

const SESSION_PATH = '/v1/session';
/** A token and the code of a link have some 50 characters. */
const SIGN_IN_BYTES = 1_024;
const Who = {
  organization: Type.Object({ id: Type.String(), name: Type.String(), timeZone: Type.String() }),
  user: Type.Object({
    email: nullableText(),
    externalId: nullableText(),
    firstName: Type.String(),
    lastName: nullableText(),
  }),
};
const SessionSchema = Type.Object(
  {
    ...Who,
    role: oneOf(['viewer', 'editor', 'approver', 'admin']),
    expiresAt: Type.String({ format: 'date-time' }),
  },
  { description: 'Who is signed in, where, as what and until when' },
);
export type SessionJson = Static<typeof SessionSchema>;

/**
 * Sessions for the page. A token, or the code of a sign-in link, is exchanged for a cookie that no script can read. A
 * session may do what its token may, and ends with it. Every other route accepts the cookie if there is no
 * `Authorization`.
 */
export async function sessionRoutes(parent: FastifyInstance, { db }: AppDeps): Promise<void> {
  const app = parent.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['Session'];

  app.post(
    SESSION_PATH,
    {
      // The caller is unknown until the body is read, so the body is small and counts by address.
      bodyLimit: SIGN_IN_BYTES,
      onRequest: async (request) => {
        parent.rateLimits.count('open', addressOf(request));
        requireSameOrigin(request);
      },
      schema: {
        tags,
        summary:
          'Sign in: exchange a token, or the code of a link, for the cookie of a session. A session there was ends',
        security: [],
        body: Type.Object(
          {
            token: Type.Optional(Type.String()),
            link: Type.Optional(Type.String({ description: 'What stands behind #link= in a sign-in link' })),
            replace: Type.Optional(
              Type.Boolean({ description: 'Whether a session of another user may end; else it is refused' }),
            ),
          },
          { additionalProperties: false },
        ),
        response: { 200: SessionSchema },
      },
    },
    async (request, reply) => {
      const { token, link, replace = false } = request.body;
      if ((token === undefined) === (link === undefined))
        return throwProblem('invalid_request', 'Send either token or link, and not both.');
      const given = hashOf(token ?? link ?? '');
      const caller = await (link === undefined ? findCaller(db, given) : findLinkCaller(db, given));
      const { secret, hashHex } = newSecret('session');
      const before = sessionCookieOf(request);
      if (caller) {
        countCaller(request, caller);
        parent.rateLimits.count('signIns', caller.tokenId);
        if (before && !replace) await requireSameUser(db, before, caller);
      }
      const session =
        caller && (await createSession(db, caller, { hashHex, linkHashHex: link === undefined ? null : given }));
      if (!session)
        return refuseCaller(
          request,
          link === undefined
            ? 'The token is not valid, or not any more.'
            : 'This link has been used or is older than ten minutes, or its token is not valid any more. Ask for a new link.',
          true,
        );
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
      requireOwnPage(request);
      // Answered without a look-up of the session.
      parent.rateLimits.count('open', addressOf(request));
      await endSession(db, hashOf(cookie));
      clearSessionCookie(request, reply);
      reply.header('clear-site-data', SIGNED_OUT);
      return reply.code(204).send(null);
    },
  );
}

/**
 * The data that the browser deletes at sign-out. `cache` also ends pages that the browser keeps for its Back button.
 * `cookies` would delete the cookies of every service under the same registrable domain.
 */
const SIGNED_OUT = '"cache", "storage"';

/**
 * Refuses (`other_user_signed_in`) to end the session of another user. Otherwise a visitor who opens the link of a
 * stranger would work, and upload, in the organization of the stranger.
 */
async function requireSameUser(db: Database, cookie: string, next: Caller): Promise<void> {
  const current = await findSessionCaller(db, hashOf(cookie));
  if (!current || current.user.publicId === next.user.publicId) return;
  throwProblem('other_user_signed_in', 'Another user is signed in here. Ask, and send replace: true if they agree.', {
    current: whoJson(current),
    next: whoJson(next),
  });
}

type SignedIn = Caller & { session: NonNullable<Caller['session']> };

function sessionJson(caller: SignedIn): SessionJson {
  return { ...whoJson(caller), role: caller.role, expiresAt: caller.session.expiresAt };
}

function whoJson({ organization, user }: Caller) {
  const { id, name, timeZone } = organization;
  const { email, externalId, firstName, lastName } = user;
  return { organization: { id, name, timeZone }, user: { email, externalId, firstName, lastName } };
}
