import { createHash } from 'node:crypto';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { inOrganization } from '../../../db/client.ts';
import { findLatestMassEdit, listMassEdits } from '../../../db/mass-edits/mass-edits.ts';
import type { State } from '../../../workflows/contract.ts';
import { requireRole } from '../../auth.ts';
import type { AppDeps } from '../../deps.ts';
import { massEditJson } from '../../mass-edits/json/mass-edit-json.ts';
import { MassEditSchema } from '../../mass-edits/json/mass-edit-schema.ts';
import {
  loadMassEdit,
  MASS_EDIT_PATH,
  MASS_EDITS_PATH,
  MassEditParams,
  OrganizationParams,
} from '../../mass-edits/route-params.ts';
import { PageOf, PageQuery, pageOf, readKey } from '../../paging.ts';

/** Seconds until the next request is useful: stages move every second, people take longer. */
const RETRY_AFTER_S: Record<State, string | null> = {
  validating: '1',
  applying: '1',
  awaiting_approval: '5',
  ended: null,
};

/** A mass edit of a file with 500 columns takes some 200 KB, because it has the format of each column. */
const EDITS_AT_ONCE = 11;

/**
 * The present state of mass edits: the list with the newest first, the latest, and one by id with an ETag for cheap
 * polling.
 */
export async function massEditStateRoutes(parent: FastifyInstance, deps: AppDeps): Promise<void> {
  const app = parent.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    MASS_EDITS_PATH,
    {
      onRequest: requireRole('viewer'),
      schema: {
        tags: ['Mass edits'],
        summary: 'List mass edits, the newest first',
        params: OrganizationParams,
        querystring: Type.Object(PageQuery, { additionalProperties: false }),
        response: { 200: PageOf(MassEditSchema) },
      },
    },
    async (request) => {
      const before = readKey(request.query.cursor) ?? Number.MAX_SAFE_INTEGER;
      return inOrganization(deps.db, request.caller.organization.id, (tx) =>
        pageOf({
          limit: request.query.limit,
          after: before,
          step: EDITS_AT_ONCE,
          read: (key, limit) => listMassEdits(tx, { before: key, limit }),
          keyOf: ({ id }) => id,
          itemsOf: (edits) => edits.map(massEditJson),
        }),
      );
    },
  );

  app.get(
    `${MASS_EDITS_PATH}/latest`,
    {
      onRequest: requireRole('viewer'),
      schema: {
        tags: ['Mass edits'],
        summary: 'The mass edit that was uploaded last',
        params: OrganizationParams,
        response: { 200: MassEditSchema, 204: Type.Null({ description: 'There is none' }) },
      },
      onSend: notModified,
    },
    async (request, reply) => {
      const edit = await inOrganization(deps.db, request.caller.organization.id, findLatestMassEdit);
      if (!edit) return reply.code(204).send(null);
      setRetryAfter(reply, edit.state);
      return massEditJson(edit);
    },
  );

  app.get(
    MASS_EDIT_PATH,
    {
      onRequest: requireRole('viewer'),
      schema: {
        tags: ['Mass edits'],
        summary: 'A mass edit: state, stages, counts, what waits for approval',
        params: MassEditParams,
        response: { 200: MassEditSchema, 304: Type.Null({ description: 'It is as the ETag says' }) },
      },
      onSend: notModified,
    },
    async (request, reply) => {
      const edit = await loadMassEdit(deps.db, request.params);
      setRetryAfter(reply, edit.state);
      return massEditJson(edit);
    },
  );
}

function setRetryAfter(reply: FastifyReply, state: State): void {
  const seconds = RETRY_AFTER_S[state];
  if (seconds !== null) reply.header('retry-after', seconds);
}

/**
 * Sets an ETag, the digest of the body, and leaves the body out if the client has it. Clients ask every second, and it
 * rarely changes.
 */
async function notModified(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  if (reply.statusCode !== 200 || typeof payload !== 'string') return payload;
  const etag = `"${createHash('sha256').update(payload).digest('base64url')}"`;
  reply.header('etag', etag);
  const known = request.headers['if-none-match']?.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!known?.includes(etag) && !known?.includes('*')) return payload;
  reply.code(304).removeHeader('content-length').removeHeader('content-type');
  return null;
}
