import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { createLink } from '../../db/people/sign-in-links.ts';
import { newSecret, requireRole } from '../auth.ts';
import { throwProblem } from '../problems.ts';

/**
 * Links that sign a browser in without its token in them. Only the holder of a token can make a link. An admin may make
 * tokens for other users, but must not sign in as them. A session cannot make one, because new sessions would outlive
 * it.
 */
export async function signInLinkRoutes(parent: FastifyInstance): Promise<void> {
  parent.withTypeProvider<TypeBoxTypeProvider>().post(
    '/v1/session/links',
    {
      onRequest: requireRole('viewer'),
      schema: {
        tags: ['Session'],
        summary:
          'Make a link to the page that signs a browser in once, within ten minutes, with the token of the request',
        security: [{ bearer: [] }],
        response: {
          201: Type.Object({
            href: Type.String({ description: 'The path of the page with the code behind #; shown this once' }),
            expiresAt: Type.String({ format: 'date-time' }),
          }),
        },
      },
    },
    async (request, reply) => {
      const { tokenId, organization, session } = request.caller;
      if (session)
        return throwProblem(
          'forbidden',
          'A session cannot make a link. Send the token: Authorization: Bearer <token>.',
        );
      // Each stores a row, as a sign-in does.
      parent.rateLimits.count('signIns', tokenId);
      const { secret, hashHex } = newSecret('link');
      const link = await request.asCaller((tx) => createLink(tx, { tokenId, hashHex }));
      reply.code(201);
      return { href: `/organizations/${organization.id}/mass-edit#link=${secret}`, ...link };
    },
  );
}
