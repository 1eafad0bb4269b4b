import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { createOrganization, isKnownTimeZone } from '../../db/people/organizations.ts';
import { checkEmail } from '../../rules/values/identity.ts';
import { MOST_CHARACTERS } from '../../rules/values/lengths.ts';
import { newSecret, requireOperator } from '../auth.ts';
import type { AppDeps } from '../deps.ts';
import { throwProblem } from '../problems.ts';
import { refuseClearMarker, refuseExampleIdentity, validateName, validateText } from '../validate-text.ts';

const Name = Type.String({ minLength: 1 });
const NewOrganization = Type.Object(
  {
    name: Name,
    timeZone: Type.String({ maxLength: 100, description: 'IANA name, such as Europe/Stockholm' }),
    deleteLimitPercent: Type.Optional(Type.Integer({ minimum: 0, maximum: 100, default: 20 })),
    secondApprover: Type.Optional(Type.Boolean({ default: false })),
    admin: Type.Object(
      {
        email: Type.String(),
        firstName: Name,
        lastName: Type.Optional(Type.String()),
      },
      { additionalProperties: false },
    ),
  },
  { additionalProperties: false },
);

/** Creating an organization, which needs the operator's token. */
export async function organizationRoutes(parent: FastifyInstance, { db }: AppDeps): Promise<void> {
  const app = parent.withTypeProvider<TypeBoxTypeProvider>();
  app.post(
    '/v1/organizations',
    {
      onRequest: requireOperator,
      schema: {
        tags: ['Organizations'],
        summary: 'Make an organization with the standard attributes and its first admin',
        body: NewOrganization,
        response: { 201: Type.Object({ id: Type.String(), token: Type.String(), name: Type.String() }) },
      },
    },
    async (request, reply) => {
      const { timeZone, deleteLimitPercent = 20, secondApprover = false, admin } = request.body;
      const name = validateName('The name', request.body.name);
      if (!isTimeZone(timeZone) || !(await isKnownTimeZone(db, timeZone)))
        return throwProblem('invalid_value', 'timeZone has to be an IANA time zone, such as Europe/Stockholm.');
      const email = checkEmail(validateText('The email of the admin', admin.email, MOST_CHARACTERS.email));
      if (!email.ok) return throwProblem('invalid_value', 'The email of the admin is not valid.');
      const { secret: token, hashHex } = newSecret('token');
      const { id } = await createOrganization(db, {
        name,
        timeZone,
        deleteLimitPercent,
        secondApprover,
        admin: {
          email: refuseExampleIdentity('The email of the admin', email.value),
          firstName: validateName('The first name', admin.firstName),
          lastName:
            refuseClearMarker(
              'The last name',
              validateText('The last name', admin.lastName ?? '', MOST_CHARACTERS.name),
            ) || null,
          language: 'en',
        },
        tokenHashHex: hashHex,
      });
      return reply.code(201).header('location', `/v1/organizations/${id}`).send({ id, token, name });
    },
  );
}

/**
 * An offset such as +01:00 is refused, although Intl accepts it. It has no summer time, and SQL reads its sign the
 * other way.
 */
function isTimeZone(name: string): boolean {
  try {
    if (!/^[a-z]/i.test(name)) return false;
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
