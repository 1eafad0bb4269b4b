import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { inOrganization } from '../../../db/client.ts';
import { type FindingPosition, findingGroups, findingsPage } from '../../../db/mass-edits/findings-pages.ts';
import { requireRole } from '../../auth.ts';
import type { AppDeps } from '../../deps.ts';
import {
  FindingGroupSchema,
  FindingSchema,
  findingGroupJson,
  findingJson,
} from '../../mass-edits/json/finding-json.ts';
import { loadMassEdit, MASS_EDIT_PATH, MassEditParams } from '../../mass-edits/route-params.ts';
import { PageOf, PageQuery, pageOf, parseCursor, readKey } from '../../paging.ts';
import { TextLanguageQuery, textLanguageOf } from '../../response-language.ts';
import { oneOf } from '../../schema-parts.ts';

/** All findings of a file: one by one in the order of the error log, or counted by code with examples. */
export async function massEditFindingRoutes(parent: FastifyInstance, deps: AppDeps): Promise<void> {
  parent.withTypeProvider<TypeBoxTypeProvider>().get(
    `${MASS_EDIT_PATH}/findings`,
    {
      onRequest: requireRole('viewer'),
      schema: {
        tags: ['Mass edits'],
        summary: 'Findings: errors and warnings, one by one or by code',
        params: MassEditParams,
        querystring: Type.Object(
          {
            ...PageQuery,
            ...TextLanguageQuery,
            severity: Type.Optional(oneOf(['error', 'warning'])),
            code: Type.Optional(Type.String({ maxLength: 100 })),
            group: Type.Optional(Type.Literal('code', { description: 'Counts by code, each with three examples' })),
          },
          { additionalProperties: false },
        ),
        response: { 200: Type.Union([PageOf(FindingSchema), PageOf(FindingGroupSchema)]) },
      },
    },
    async (request, reply) => {
      const edit = await loadMassEdit(deps.db, request.params);
      const language = textLanguageOf(request, reply);
      const { severity, code, group, limit, cursor } = request.query;
      const filter = { massEditId: edit.id, severity, code };
      return inOrganization(deps.db, edit.organizationId, async (tx) => {
        if (group === 'code') {
          const groups = (await findingGroups(tx, filter)).map((found, index) => ({ ...found, number: index + 1 }));
          return pageOf({
            // All codes fit: there are some hundred.
            limit: groups.length,
            after: readKey(cursor) ?? 0,
            read: async (after, most) => groups.slice(after, after + most),
            keyOf: ({ number }) => number,
            itemsOf: (found) => found.map((one) => findingGroupJson(one, language)),
          });
        }
        return pageOf({
          limit,
          after: parseCursor(cursor, isFindingPosition),
          read: (after, most) => findingsPage(tx, { ...filter, after, limit: most }),
          keyOf: ({ line, id }): FindingPosition | null => ({ line: line ?? 0, id }),
          itemsOf: (found) => found.map((one) => findingJson(one, language)),
        });
      });
    },
  );
}

function isFindingPosition(value: unknown): value is FindingPosition {
  if (typeof value !== 'object' || value === null) return false;
  return 'line' in value && Number.isSafeInteger(value.line) && 'id' in value && Number.isSafeInteger(value.id);
}
