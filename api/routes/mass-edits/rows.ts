import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance } from 'fastify';
import { Type } from 'typebox';
import { inOrganization } from '../../../db/client.ts';
import { deletedPage, displayNamesOf, planRowsPage } from '../../../db/mass-edits/plan-views.ts';
import { templateAttributes } from '../../../db/people/templates.ts';
import { requireRole } from '../../auth.ts';
import type { AppDeps } from '../../deps.ts';
import { idsIn, type PlanRowJson, PlanRowSchema, planRowJson } from '../../mass-edits/json/plan-row-json.ts';
import { loadMassEdit, MASS_EDIT_PATH, MassEditParams } from '../../mass-edits/route-params.ts';
import { PageOf, PageQuery, pageOf, readKey, stepOf } from '../../paging.ts';
import { TextLanguageQuery, textLanguageOf } from '../../response-language.ts';
import { oneOf } from '../../schema-parts.ts';

const SHOWN = ['errors', 'warnings', 'created', 'updated', 'unchanged', 'deleted'] as const;

/**
 * The plan, row by row, with old → new for each cell: before approval the planned changes, afterwards the applied ones.
 */
export async function massEditRowRoutes(parent: FastifyInstance, deps: AppDeps): Promise<void> {
  parent.withTypeProvider<TypeBoxTypeProvider>().get(
    `${MASS_EDIT_PATH}/rows`,
    {
      onRequest: requireRole('viewer'),
      schema: {
        tags: ['Mass edits'],
        summary: 'Rows of the plan, in the order of the file',
        params: MassEditParams,
        querystring: Type.Object(
          {
            ...PageQuery,
            ...TextLanguageQuery,
            show: Type.Optional(oneOf(SHOWN)),
          },
          { additionalProperties: false },
        ),
        response: { 200: PageOf(PlanRowSchema) },
      },
    },
    async (request, reply) => {
      const edit = await loadMassEdit(deps.db, request.params);
      const language = textLanguageOf(request, reply);
      const { show = 'all', limit, cursor } = request.query;
      const after = readKey(cursor) ?? 0;
      const of = { massEditId: edit.id, ended: edit.state === 'ended' };
      return inOrganization(deps.db, edit.organizationId, async (tx) => {
        if (show === 'deleted') {
          return pageOf({
            limit,
            after,
            read: (key, most) => deletedPage(tx, { ...of, after: key, limit: most }),
            keyOf: ({ key }) => key,
            itemsOf: (users) => users.map(deletedJson),
          });
        }
        const attributes = await templateAttributes(tx);
        return pageOf({
          limit,
          after,
          step: stepOf(2 * attributes.length),
          read: (line, most) => planRowsPage(tx, { ...of, show, after: line, limit: most }),
          keyOf: ({ line }) => line,
          itemsOf: async (rows) => {
            const names = await displayNamesOf(tx, edit.id, idsIn(rows, attributes));
            return rows.map((row) => planRowJson(row, attributes, names, language));
          },
        });
      });
    },
  );
}

const deletedJson = ({ user, tokens, reports }: Pick<PlanRowJson, 'user' | 'tokens' | 'reports'>): PlanRowJson => ({
  line: null,
  action: 'delete',
  user,
  restores: false,
  answersRemoved: null,
  tokens,
  reports,
  changes: [],
  findings: [],
});
