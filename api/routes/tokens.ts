import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { MOST_CHARACTERS } from '../../activities/rules/lengths.ts';
import { inOrganization } from '../../db/client.ts';
import { createToken, deleteToken, listTokens, userForToken } from '../../db/tokens.ts';
import type { AppDeps } from '../app.ts';
import { newSecret, requireRole } from '../auth.ts';
import { PageOf, PageQuery, pageOf, readKey } from '../paging.ts';
import { problem } from '../problems.ts';
import { nameOf, textOf } from '../texts.ts';

const TOKENS_PATH = '/v1/organizations/:organizationId/tokens';
const Role = Type.Union([
  Type.Literal('viewer'),
  Type.Literal('editor'),
  Type.Literal('approver'),
  Type.Literal('admin'),
]);
const Nullable = Type.Union([Type.String(), Type.Null()]);
const Token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Role,
  userEmail: Nullable,
  userExternalId: Nullable,
  expiresAt: Nullable,
  createdAt: Type.String(),
});

/** Who may call: tokens of the organization's users. A token is shown once, when it is made, and kept as a hash. */
export async function tokenRoutes(parent: FastifyInstance, { db }: AppDeps): Promise<void> {
  const app = parent.withTypeProvider<TypeBoxTypeProvider>();
  const tags = ['Tokens'];

  app.get(
    TOKENS_PATH,
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'All tokens, without their text',
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: PageOf(Token) },
      },
    },
    async ({ query, caller }) => {
      const after = readKey(query.cursor) ?? 0;
      return inOrganization(db, caller.organization.id, (tx) =>
        pageOf({
          limit: query.limit,
          after,
          read: (key, limit) => listTokens(tx, key, limit),
          keyOf: ({ key }) => key,
          itemsOf: (rows) => rows.map(({ key: _key, ...json }) => json),
        }),
      );
    },
  );

  app.post(
    TOKENS_PATH,
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'Make a token for a user; its text is shown this once',
        body: Type.Object(
          {
            userEmail: Type.String({ description: 'The email of a user, or the external id of one without' }),
            role: Role,
            name: Type.String({ description: 'What it is for' }),
            expiresAt: Type.Optional(Type.String({ format: 'date-time' })),
          },
          { additionalProperties: false },
        ),
        response: { 201: Type.Object({ ...Token.properties, token: Type.String() }) },
      },
    },
    async ({ body, asCaller }, reply) => {
      const { role } = body;
      const name = nameOf('The name', body.name);
      const expiresAt = body.expiresAt === undefined ? null : futureOf(body.expiresAt);
      const { secret: token, hashHex } = newSecret('token');
      const made = await asCaller(async (tx, caller) => {
        const user = await userForToken(tx, textOf('userEmail', body.userEmail, MOST_CHARACTERS.person));
        if (!user) return problem('person_not_found', 'There is no user with this email or external id.');
        const stored = await createToken(tx, {
          organizationId: caller.organization.id,
          userId: user.id,
          role,
          name,
          hashHex,
          expiresAt,
        });
        return { ...stored, userEmail: user.email, userExternalId: user.externalId };
      });
      return reply.code(201).send({ ...made, name, role, token });
    },
  );

  app.delete(
    `${TOKENS_PATH}/:tokenId`,
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'Take a token away; it is refused from then on',
        params: Type.Object({ organizationId: Type.String(), tokenId: Type.String({ format: 'uuid' }) }),
        response: { 204: Type.Null() },
      },
    },
    async ({ params, asCaller }, reply) => {
      const gone = await asCaller((tx) => deleteToken(tx, params.tokenId));
      if (!gone) return problem('not_found', 'There is no such token.');
      return reply.code(204).send(null);
    },
  );
}

/** A time that is still to come, in UTC. */
function futureOf(given: string): string {
  const time = new Date(given);
  if (!(time.getTime() > Date.now()))
    return problem('invalid_value', 'expiresAt has to be a time that is still to come.');
  return time.getUTCFullYear() <= LAST_YEAR
    ? time.toISOString()
    : problem('invalid_value', 'expiresAt is too far away.');
}

/** The last one that is written with four digits. */
const LAST_YEAR = 9999;
