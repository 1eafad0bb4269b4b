import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { inOrganization } from '../../../db/client.ts';
import { findMassEditByKey, findRunningMassEdit, type MassEditView } from '../../../db/mass-edits/mass-edits.ts';
import { requireRole } from '../../auth.ts';
import type { AppDeps } from '../../deps.ts';
import { cacheFor } from '../../mass-edits/cache-for.ts';
import { hrefOf, massEditJson } from '../../mass-edits/json/mass-edit-json.ts';
import { MassEditSchema, OptionsSchema } from '../../mass-edits/json/mass-edit-schema.ts';
import { MASS_EDITS_PATH, OrganizationParams } from '../../mass-edits/route-params.ts';
import { acceptUpload, idempotencyKeyOf, refuseWhileOpen } from '../../mass-edits/upload/accept-upload.ts';
import { receiveUpload } from '../../mass-edits/upload/receive-upload.ts';
import { CSV_TYPES, UPLOAD_HOW_TO } from '../../mass-edits/upload/upload-file-name.ts';
import { UPLOAD_BODY, UPLOAD_HEADERS } from '../../mass-edits/upload/upload-schema.ts';
import { tooLarge } from '../../mass-edits/upload/upload-sink.ts';
import { openSlots } from '../../mass-edits/upload/upload-slots.ts';
import { throwProblem } from '../../problems.ts';
import { isTemporalReachable, startMassEdit } from '../../temporal.ts';
import { compileValidator } from '../../validation.ts';

/**
 * How long the answer waits for the organization's earlier run to close. After that, the reconciler starts this mass
 * edit.
 */
const CLOSING_WAIT_MS = 5_000;
/** How long an answer of the engine is cached, so that many uploads at once ask it once. */
const PROBE_CACHED_MS = 2_000;
/** Bodies that one organization may send at once; one becomes a mass edit. The second may be a retry of the first. */
const BODIES_AT_ONCE = 2;
/** How long a further body waits unread. Small files that come at the same instant take less. */
const SLOT_WAIT_MS = 2_000;
/** A large file takes minutes to arrive, a small one seconds. */
const RETRY_UPLOAD_S = 10;
/** Boundaries, headers and fields of a form, beside the file. */
const FORM_BYTES = 64 * 1024;

/**
 * The upload that starts a mass edit. It is multipart, with the options before `file`, or raw (`CSV_TYPES`), with the
 * options in the query.
 *
 * Refuses before the body is read:
 * - `mass_edit_in_progress`: a mass edit is open.
 * - `file_too_large`: the Content-Length is above the limit.
 * - `not_ready`: the engine cannot be reached.
 * - `too_many_requests`: two more uploads of the organization are arriving at this process.
 *
 * Answers 202 when the file is stored. If the engine cannot be reached then, the reconciler starts the mass edit. The
 * same Idempotency-Key with the same upload gets the same answer.
 */
export async function massEditUploadRoutes(parent: FastifyInstance, deps: AppDeps): Promise<void> {
  const slots = openSlots(BODIES_AT_ONCE, SLOT_WAIT_MS);
  const isEngineReachable = cacheFor(PROBE_CACHED_MS, () => isTemporalReachable(deps.temporal));

  /** The mass edit that was started with this request's key, if any. */
  async function findExisting(
    request: FastifyRequest,
  ): Promise<{ known: MassEditView | null; open: MassEditView | null }> {
    const key = idempotencyKeyOf(request);
    return inOrganization(deps.db, request.caller.organization.id, async (tx) => ({
      // The order matters: if the first query finds an open mass edit, the second query finds its key.
      open: await findRunningMassEdit(tx),
      known: key === null ? null : await findMassEditByKey(tx, key),
    }));
  }

  async function refuseBeforeBody(request: FastifyRequest): Promise<void> {
    const { known, open } = await findExisting(request);
    if (!known && open) refuseWhileOpen(open);
    const { maxBytes } = deps.config;
    const allowed = isForm(request) ? maxBytes + FORM_BYTES : maxBytes;
    if (Number(request.headers['content-length']) > allowed)
      throwProblem('file_too_large', tooLarge(maxBytes), { maxBytes });
    if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
      throwProblem('file_type', 'A compressed body is not read. Send the file as it is.');
    }
    if (!known && !(await isEngineReachable())) {
      throwProblem(
        'not_ready',
        'The engine that carries mass edits out cannot be reached. Nothing was started; try again.',
      );
    }
  }

  await parent.register(async (app) => {
    // Parsers of this route only. The bytes are not decoded, whatever charset the content type names.
    app.removeAllContentTypeParsers();
    await app.register(multipart, { throwFileSizeLimit: false });
    app.addContentTypeParser(CSV_TYPES, (_request, payload, done) => done(null, payload));
    app.addContentTypeParser('*', async (request: FastifyRequest) => refuseType(request.headers['content-type']));

    app.post(
      MASS_EDITS_PATH,
      {
        config: { isUpload: true },
        onRequest: [requireRole('editor'), refuseBeforeBody],
        // The body is a stream, which is checked while it is read.
        validatorCompiler: (part) => (part.httpPart === 'body' ? () => true : compileValidator(part)),
        schema: {
          tags: ['Mass edits'],
          summary: 'Upload a file and start a mass edit',
          params: OrganizationParams,
          querystring: Type.Partial(OptionsSchema, { additionalProperties: false }),
          headers: UPLOAD_HEADERS,
          body: UPLOAD_BODY,
          response: { 202: MassEditSchema },
        },
      },
      async (request, reply) => {
        const { organization } = request.caller;
        if (request.body === undefined && !request.isMultipart()) refuseType(undefined);
        const { edit, isNew } = await inUploadSlot(organization.id, async () => {
          const { known, open } = await findExisting(request);
          // Another upload may have been accepted while this one waited.
          if (!known && open) refuseWhileOpen(open);
          parent.rateLimits.count('uploads', organization.id);
          const received = await receiveUpload({
            db: deps.db,
            request,
            query: request.query as Record<string, string | boolean>,
            organizationId: organization.id,
            maxBytes: deps.config.maxBytes,
            keep: known === null,
          });
          return acceptUpload(request.asCaller, {
            received,
            idempotencyKey: idempotencyKeyOf(request),
            approvalTimeoutMs: deps.config.approvalTimeoutMs,
            findingsListed: deps.config.findingsListed,
          });
        });
        // The address has no id of the mass edit yet. Each log line from here on has it.
        request.log = request.log.child({ massEditId: edit.publicId });
        reply.log = request.log;
        if (isNew) await tryStart(request, edit);
        return reply.code(202).header('location', hrefOf(edit)).header('retry-after', '1').send(massEditJson(edit));
      },
    );
  });

  /** Receives the body of an upload when fewer than BODIES_AT_ONCE of its organization are arriving. */
  async function inUploadSlot<T>(organizationId: string, receive: () => Promise<T>): Promise<T> {
    const release = await slots.take(organizationId);
    if (release === null) {
      return throwProblem(
        'too_many_requests',
        `${BODIES_AT_ONCE} uploads of this organization are on their way. Nothing was read of this one; send it again later.`,
        { limit: 'uploadsAtOnce', retryAfterS: RETRY_UPLOAD_S },
      );
    }
    try {
      return await receive();
    } finally {
      release();
    }
  }

  /** The mass edit is stored, so an unreachable engine is no reason for a refusal. */
  async function tryStart(request: FastifyRequest, edit: MassEditView): Promise<void> {
    try {
      await startMassEdit(deps, edit, CLOSING_WAIT_MS);
    } catch (error) {
      request.log.warn(
        { error: error instanceof Error ? error.name : typeof error },
        'Stored, not started yet: the reconciler starts it',
      );
    }
  }
}

const isForm = (request: FastifyRequest): boolean =>
  /^multipart\/form-data\b/i.test(request.headers['content-type'] ?? '');

function refuseType(type: string | undefined): never {
  const reason =
    type === undefined ? 'There is no content type.' : `The content type ${type.slice(0, 100)} is not read here.`;
  return throwProblem('file_type', `${reason} ${UPLOAD_HOW_TO}`);
}
