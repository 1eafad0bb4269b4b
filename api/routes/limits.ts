import type { FastifyInstance } from 'fastify';
import { type Static, Type } from 'typebox';
import { inOrganization } from '../../db/client.ts';
import { deleteLimitOf } from '../../db/people/organizations.ts';
import { requireRole } from '../auth.ts';
import type { AppDeps } from '../deps.ts';

const Limits = Type.Object({
  maxBytes: Type.Integer(),
  maxRows: Type.Integer(),
  maxColumns: Type.Integer(),
  maxCellCharacters: Type.Integer(),
  approvalTimeout: Type.String({ description: 'How long the gate waits, such as 24h' }),
  deleteLimit: Type.Object({ percent: Type.Integer(), fromUsers: Type.Integer(), people: Type.Integer() }),
  languages: Type.Array(Type.String()),
});
export type LimitsJson = Static<typeof Limits>;

/** The limits of a file and of the time for a decision, and the number of deletions above which it must be typed. */
export async function limitRoutes(app: FastifyInstance, { db, config }: AppDeps): Promise<void> {
  app.get(
    '/v1/organizations/:organizationId/limits',
    {
      onRequest: requireRole('viewer'),
      schema: { tags: ['Organizations'], summary: 'The limits that hold', response: { 200: Limits } },
    },
    async ({ caller }) => ({
      maxBytes: config.maxBytes,
      maxRows: config.maxRows,
      maxColumns: config.maxColumns,
      maxCellCharacters: config.maxCellCharacters,
      approvalTimeout: config.approvalTimeout,
      deleteLimit: await inOrganization(db, caller.organization.id, (tx) => deleteLimitOf(tx, caller.organization.id)),
      languages: config.languages,
    }),
  );
}
