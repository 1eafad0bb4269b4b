import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { inOrganization, type Transaction } from '../../db/client.ts';
import { organizationExists } from '../../db/people/organizations.ts';
import { createToken, deleteToken, hasOtherAdminToken, listTokens, userForToken } from '../../db/people/tokens.ts';
import { MOST_CHARACTERS } from '../../rules/values/lengths.ts';
import { isOperator, newSecret, requireAdminOrOperator, requireRole } from '../auth.ts';
import type { AppDeps } from '../deps.ts';
import { PageOf, PageQuery, pageOf, readKey } from '../paging.ts';
import { throwProblem } from '../problems.ts';
import { nullableText } from '../schema-parts.ts';
import { validateName, validateText } from '../validate-text.ts';

const TOKENS_PATH = '/v1/organizations/:organizationId/tokens';
const roleOf = (description: string) =>
  Type.Union([Type.Literal('viewer'), Type.Literal('editor'), Type.Literal('approver'), Type.Literal('admin')], {
    description,
  });
const Uuid = Type.String({ format: 'uuid' });
const Token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: roleOf('The role that the token was made with'),
  power: roleOf(
    'What it may do now: the lower of its role and what its user may. A user who is no admin may approve at most',
  ),
  userEmail: nullableText(),
  userExternalId: nullableText(),
  createdBy: nullableText(
    'Email or external id of the user who made the token; null: the operator, or a user who is purged',
  ),
  expiresAt: nullableText(),
  createdAt: Type.String(),
});

/** The tokens of the organization's users. A token is shown once, when it is created, and stored as a hash. */
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
      onRequest: requireAdminOrOperator,
      schema: {
        tags,
        summary: 'Make a token for a user; its text is shown this once. The operator may do so in any organization',
        params: Type.Object({ organizationId: Uuid }),
        body: Type.Object(
          {
            userEmail: Type.String({ description: 'The email of a user, or the external id of one without' }),
            role: roleOf('It may do no more than its user'),
            name: Type.String({ description: 'What it is for' }),
            expiresAt: Type.Optional(Type.String({ format: 'date-time' })),
          },
          { additionalProperties: false },
        ),
        response: { 201: Type.Object({ ...Token.properties, token: Type.String() }) },
      },
    },
    async (request, reply) => {
      const { body, params } = request;
      const name = validateName('The name', body.name);
      const expiresAt = body.expiresAt === undefined ? null : futureOf(body.expiresAt);
      const { secret: token, hashHex } = newSecret('token');
      const make = async (tx: Transaction, madeWith: string | null) => {
        const user = await userForToken(tx, validateText('userEmail', body.userEmail, MOST_CHARACTERS.person));
        const { role } = body;
        const stored = user && (await createToken(tx, { userId: user.id, role, name, hashHex, expiresAt, madeWith }));
        return stored ?? throwProblem('person_not_found', 'There is no user with this email or external id.');
      };
      const made = isOperator(request)
        ? await inOrganization(db, params.organizationId, async (tx) => {
            if (!(await organizationExists(tx))) return throwProblem('not_found', 'There is no such organization.');
            return make(tx, null);
          })
        : await request.asCaller((tx, caller) => make(tx, caller.tokenId));
      return reply.code(201).send({ ...made, token });
    },
  );

  app.delete(
    `${TOKENS_PATH}/:tokenId`,
    {
      onRequest: requireRole('admin'),
      schema: {
        tags,
        summary: 'Take a token away; it is refused from then on',
        params: Type.Object({ organizationId: Type.String(), tokenId: Uuid }),
        response: { 204: Type.Null() },
      },
    },
    async ({ params, asCaller }, reply) => {
      const gone = await asCaller(async (tx) => {
        if (!(await hasOtherAdminToken(tx, { token: params.tokenId })))
          throwProblem('last_admin_token', 'No other valid token of an admin is left. Make another one first.');
        return deleteToken(tx, params.tokenId);
      }, 'exclusive');
      if (!gone) return throwProblem('not_found', 'There is no such token.');
      return reply.code(204).send(null);
    },
  );
}

/** A time in the future, in UTC. */
function futureOf(given: string): string {
  const time = new Date(given);
  if (!(time.getTime() > Date.now()))
    return throwProblem('invalid_value', 'expiresAt has to be a time that is still to come.');
  return time.getUTCFullYear() <= LAST_YEAR
    ? time.toISOString()
    : throwProblem('invalid_value', 'expiresAt is too far away.');
}

/** The last year that has four digits. */
const LAST_YEAR = 9999;
