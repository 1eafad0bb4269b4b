import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { requireRole } from '../../auth.ts';
import type { AppDeps } from '../../deps.ts';
import { answerGate } from '../../mass-edits/answer-gate.ts';
import { cancelMassEdit } from '../../mass-edits/cancel-mass-edit.ts';
import { hrefOf, massEditJson } from '../../mass-edits/json/mass-edit-json.ts';
import { MassEditSchema } from '../../mass-edits/json/mass-edit-schema.ts';
import { loadMassEdit, MASS_EDIT_PATH, MassEditParams } from '../../mass-edits/route-params.ts';
import { limited } from '../../rate-limits.ts';
import { oneOf } from '../../schema-parts.ts';

const ApprovalSchema = Type.Object(
  {
    decision: oneOf(['approve', 'skip_deletions']),
    listDigest: Type.String({ maxLength: 200, description: 'Of the list that was shown' }),
    acknowledged: Type.Optional(Type.Boolean({ description: 'The ticked box; needed to approve' })),
    count: Type.Optional(Type.Integer({ description: 'Of the users to delete; needed if `gate.countRequired`' })),
    answersCount: Type.Optional(
      Type.Integer({ description: 'Of the answers to remove; needed if `gate.answersCountRequired`' }),
    ),
  },
  { additionalProperties: false },
);

/**
 * The answers of callers: at the gate, and cancellation. The database has the decision before the engine is signalled.
 */
export async function massEditDecisionRoutes(parent: FastifyInstance, deps: AppDeps): Promise<void> {
  const app = parent.withTypeProvider<TypeBoxTypeProvider>();

  app.post(
    `${MASS_EDIT_PATH}/approval`,
    {
      onRequest: [requireRole('approver'), limited('answers')],
      schema: {
        tags: ['Mass edits'],
        summary: 'Approve the deletions, or apply without them',
        params: MassEditParams,
        body: ApprovalSchema,
        response: { 202: MassEditSchema },
      },
    },
    async (request, reply) => {
      const edit = await loadMassEdit(deps.db, request.params);
      const decided = await answerGate(deps, request.asCaller, edit, request.body, logSignalFailure(request));
      return reply.code(202).header('location', hrefOf(edit)).header('retry-after', '1').send(massEditJson(decided));
    },
  );

  await app.register(async (scope) => {
    // A cancellation needs no body, so a body is not read.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
    scope.withTypeProvider<TypeBoxTypeProvider>().post(
      `${MASS_EDIT_PATH}/cancellation`,
      {
        onRequest: [requireRole('editor'), limited('answers')],
        schema: {
          tags: ['Mass edits'],
          summary: 'Cancel: at the gate nothing has been changed, later what is applied stays',
          params: MassEditParams,
          response: { 202: MassEditSchema },
        },
      },
      async (request, reply) => {
        const edit = await loadMassEdit(deps.db, request.params);
        const cancelled = await cancelMassEdit(deps, request.asCaller, edit, logSignalFailure(request));
        return reply
          .code(202)
          .header('location', hrefOf(edit))
          .header('retry-after', '1')
          .send(massEditJson(cancelled));
      },
    );
  });
}

/** The decision is stored; if the signal failed, the reconciler sends it. */
const logSignalFailure =
  (request: FastifyRequest) =>
  (error: unknown): void => {
    const name = error instanceof Error ? error.name : typeof error;
    request.log.warn({ error: name }, 'Decided, not signalled yet: the reconciler repeats it');
  };
