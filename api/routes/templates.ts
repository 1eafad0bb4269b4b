import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { inOrganization } from '../../db/client.ts';
import { templateAttributes, templateUsers } from '../../db/people/templates.ts';
import { requireRole } from '../auth.ts';
import type { AppDeps } from '../deps.ts';
import { CSV_ANSWER, sendCsv } from '../mass-edits/csv-download.ts';
import { OrganizationParams } from '../mass-edits/route-params.ts';
import { createTemplate, userCsv } from '../mass-edits/user-csv.ts';
import { limited } from '../rate-limits.ts';

/** The two templates: one to create users, and one with every user to edit. */
export async function templateRoutes(parent: FastifyInstance, deps: AppDeps): Promise<void> {
  const app = parent.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/v1/organizations/:organizationId/templates/create-users.csv',
    {
      onRequest: [requireRole('viewer'), limited('downloads')],
      exposeHeadRoute: false,
      schema: {
        tags: ['Templates'],
        summary: 'Create new users: headers and one example row',
        params: OrganizationParams,
        response: CSV_ANSWER,
      },
    },
    async (request, reply) => {
      const attributes = await inOrganization(deps.db, request.caller.organization.id, templateAttributes);
      return sendCsv(reply, 'create-users.csv', createTemplate(attributes));
    },
  );

  app.get(
    '/v1/organizations/:organizationId/templates/edit-users.csv',
    {
      onRequest: [requireRole('viewer'), limited('downloads')],
      exposeHeadRoute: false,
      schema: {
        tags: ['Templates'],
        summary: 'Edit existing users: every user with current data. Uploaded untouched it changes nothing',
        params: OrganizationParams,
        querystring: Type.Object(
          { backdating: Type.Optional(Type.Boolean({ description: 'Include backdating fields' })) },
          { additionalProperties: false },
        ),
        response: CSV_ANSWER,
      },
    },
    async (request, reply) => {
      const organizationId = request.caller.organization.id;
      const attributes = await inOrganization(deps.db, organizationId, templateAttributes);
      const users = templateUsers(deps.db, organizationId, 'allActive', attributes);
      const { backdating = false } = request.query;
      return sendCsv(reply, 'edit-users.csv', userCsv(attributes, users, { backdating }));
    },
  );
}
