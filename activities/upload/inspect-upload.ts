import { readErrorLogOrigin } from '../../csv/user-file/error-log-origin.ts';
import type { FileFormat, StoredFileFormat } from '../../csv/user-file/file-format.ts';
import { inspectFile } from '../../csv/user-file/inspect-file.ts';
import { wordsRead } from '../../csv/user-file/reading-warnings.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { inOrganization } from '../../db/client.ts';
import type { LoggedFindingRef } from '../../db/mass-edits/corrected-upload.ts';
import { earlierFileFormat } from '../../db/plan/file-format.ts';
import { attributesOf } from '../../db/plan/upload-queries.ts';
import { type HeaderMatch, matchHeaders } from '../../rules/columns/headers.ts';
import { type Finding, finding } from '../../rules/findings/findings.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import { openUpload } from './read-upload.ts';
import { SOURCE_DIGEST } from './source-digest.ts';

/**
 * The format of the file, with `fileError` if the file cannot be used; and the findings on the whole file, warnings in
 * both cases. `errorLogOrigin`: for an error log, the mass edit and lines that its rows come from.
 */
export type InspectedUpload = {
  format: StoredFileFormat;
  findings: Finding[];
  errorLogOrigin: LoggedFindingRef[];
};

/**
 * Identifies the code, limits and languages that inspect a file. If they are the same, the same bytes give the same
 * format.
 */
export const detectorOf = (deps: StageDeps): string =>
  `${SOURCE_DIGEST} ${JSON.stringify([deps.limits, deps.languages])}`;

/**
 * Inspects the whole file: encoding, delimiter, header, formats of columns. Reads the file once, streaming. Does not
 * read it if the same bytes were inspected before.
 */
export async function inspectUpload(deps: StageDeps, edit: ClaimedMassEdit): Promise<InspectedUpload> {
  const detectedBy = detectorOf(deps);
  const open = openUpload(deps, edit);
  const seen = await inOrganization(deps.db, edit.organizationId, (tx) => earlierFileFormat(tx, edit, detectedBy));
  const { reading, findings: unreadable } = seen
    ? { reading: seen as FileFormat, findings: [] }
    : await inspectFile(open, deps.limits, deps.languages);
  if (reading === null)
    return {
      format: { columns: [], unread: [], fileError: true, detectedBy },
      findings: unreadable,
      errorLogOrigin: [],
    };
  const { columns, findings, unread } = await matchUploadHeader(deps, edit, reading);
  if (columns) findings.push(...wordsRead(reading, columns));
  const withData = unread
    .map(({ index, header, nearest }) => ({ header, filled: reading.filled[index] ?? 0, nearest }))
    .filter(({ filled }) => filled > 0);
  return {
    format: {
      ...reading,
      columns: columns?.list.map(({ index, name, kind }) => ({ index, name, kind })) ?? [],
      ...{ unread: columns ? withData : [], fileError: columns === null, detectedBy },
    },
    findings: [...reading.warnings, ...findings],
    errorLogOrigin: await readErrorLogOrigin(open, reading, deps.limits),
  };
}

/** Matches the header with the organization's attributes. The delete option is refused for an error log. */
export async function matchUploadHeader(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  reading: FileFormat,
): Promise<HeaderMatch> {
  const attributes = await inOrganization(deps.db, edit.organizationId, (tx) => attributesOf(tx, edit));
  const { header, headerLine, laterHeaderLine } = reading;
  const { columns, findings, unread } = matchHeaders(header, attributes, {
    line: headerLine,
    laterLine: laterHeaderLine,
  });
  if (!columns?.isErrorLog || !edit.deleteMissingUsers) return { columns, findings, unread };
  return { columns: null, unread, findings: [...findings, finding(headerLine, 'DELETE_WITH_ERROR_LOG', '_code')] };
}
