import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Static, type TProperties, Type } from 'typebox';
import { errorLog } from '../../../csv/user-file/error-log.ts';
import type { FileFormat } from '../../../csv/user-file/file-format.ts';
import { inOrganization } from '../../../db/client.ts';
import { readFile } from '../../../db/mass-edits/files.ts';
import { findingsInOrder } from '../../../db/mass-edits/findings-pages.ts';
import type { MassEditView } from '../../../db/mass-edits/mass-edits.ts';
import { templateAttributes, templateUsers } from '../../../db/people/templates.ts';
import { requireRole } from '../../auth.ts';
import type { AppDeps } from '../../deps.ts';
import { CSV_ANSWER, sendCsv } from '../../mass-edits/csv-download.ts';
import { loadMassEdit, MASS_EDIT_PATH, MassEditParams } from '../../mass-edits/route-params.ts';
import { userCsv } from '../../mass-edits/user-csv.ts';
import { throwProblem } from '../../problems.ts';
import { limited } from '../../rate-limits.ts';
import { TextLanguageQuery, textLanguageOf } from '../../response-language.ts';

type Params = { Params: Static<typeof MassEditParams> };

/** The files of a mass edit: the missing users, the findings about its rows, and the uploaded file. */
export async function massEditDownloadRoutes(app: FastifyInstance, deps: AppDeps): Promise<void> {
  const options = (summary: string, query: TProperties = {}) => ({
    onRequest: [requireRole('viewer'), limited('downloads')],
    // A HEAD is answered without reading: the file would be read for no client, and uncounted.
    exposeHeadRoute: false,
    schema: {
      tags: ['Mass edits'],
      summary,
      params: MassEditParams,
      querystring: Type.Object(query, { additionalProperties: false }),
      response: CSV_ANSWER,
    },
  });

  app.get<Params>(
    `${MASS_EDIT_PATH}/missing-users.csv`,
    options("Users that are not in the file, in the edit template's format"),
    async (request, reply) => {
      const edit = await loadMassEdit(deps.db, request.params);
      if (!edit.options.deleteMissingUsers)
        notYet('This mass edit was not asked to delete users that are not in the file.');
      if (edit.frozenAt === null) notYet('Who is missing is known once cycle detection is done.');
      const attributes = await inOrganization(deps.db, edit.organizationId, templateAttributes);
      const users = templateUsers(deps.db, edit.organizationId, { massEditId: edit.id }, attributes);
      return sendCsv(reply, 'missing-users.csv', userCsv(attributes, users, { backdating: false }));
    },
  );

  app.get<Params>(
    `${MASS_EDIT_PATH}/error-log.csv`,
    options('Rows that have something to say, with their original columns; mended, it can be uploaded as it is', {
      ...TextLanguageQuery,
    }),
    async (request, reply) => {
      const edit = await loadMassEdit(deps.db, request.params);
      if (edit.state === 'validating') notYet('The error log is there once the file has been validated.');
      const text = errorLog(
        () => readFile(deps.db, edit.organizationId, edit.fileId),
        readingOf(edit),
        deps.config,
        findingsInOrder(deps.db, edit.organizationId, edit.id),
        textLanguageOf(request, reply),
        edit.findings.notListed > 0 ? edit.findings : null,
      );
      return sendCsv(reply, `${baseOf(edit)}-error-log.csv`, text);
    },
  );

  app.get<Params>(`${MASS_EDIT_PATH}/file`, options('The file as it was uploaded'), async (request, reply) => {
    const edit = await loadMassEdit(deps.db, request.params);
    if (!edit.fileKept)
      throwProblem('file_not_kept', 'The file was no CSV. Nothing was read of it, and it was not kept.');
    return sendOriginal(reply, edit);
  });

  function sendOriginal(reply: FastifyReply, edit: MassEditView): FastifyReply {
    const bytes = Readable.from(readFile(deps.db, edit.organizationId, edit.fileId), { objectMode: false });
    reply.header('content-length', edit.sizeBytes);
    const encoding = readingOf(edit)?.encoding;
    return sendCsv(reply, edit.fileName, bytes, encoding ?? null);
  }
}

/** The format of the file; null if it could not be read. */
function readingOf(edit: MassEditView): FileFormat | null {
  return edit.reading && 'header' in edit.reading ? (edit.reading as FileFormat) : null;
}

const baseOf = (edit: MassEditView): string => edit.fileName.replace(/\.[^.]*$/, '');

const notYet = (when: string): never => throwProblem('not_available_yet', when);
