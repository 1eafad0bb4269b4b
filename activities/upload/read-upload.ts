import { Context } from '@temporalio/activity';
import type { RecordFilter } from '../../csv/records/read-records.ts';
import { readErrorLogOrigin } from '../../csv/user-file/error-log-origin.ts';
import type { FileFormat, OpenFile, StoredUnreadColumn } from '../../csv/user-file/file-format.ts';
import { inspectFile } from '../../csv/user-file/inspect-file.ts';
import { readRows } from '../../csv/user-file/read-rows.ts';
import { wordsRead } from '../../csv/user-file/reading-warnings.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { inOrganization } from '../../db/client.ts';
import type { LoggedFindingRef } from '../../db/mass-edits/corrected-upload.ts';
import { readFile } from '../../db/mass-edits/files.ts';
import { attributesOf, earlierFileFormat, ranges } from '../../db/plan/upload-queries.ts';
import { InvariantViolation } from '../../db/stages/invariant-violation.ts';
import { type Columns, type HeaderMatch, matchHeaders } from '../../rules/columns/headers.ts';
import type { Finding } from '../../rules/findings/findings.ts';
import { finding } from '../../rules/findings/findings.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import type { Range } from '../../rules/values/ranges.ts';
import { throwIfCancelled } from '../stage-runner/attempt.ts';
import { prefetch } from '../stage-runner/prefetch.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import { SOURCE_DIGEST } from './source-digest.ts';

/**
 * The uploaded bytes, each time from the beginning. Checks for cancellation between pieces. Checks that the stored size
 * equals the received size: with the delete option, a truncated file would list users as missing.
 *
 * @throws InvariantViolation at the end of the stored bytes if they are too few
 */
export const openUpload = (deps: StageDeps, edit: ClaimedMassEdit): OpenFile =>
  async function* () {
    let sizeBytes = 0;
    const chunks = readFile(deps.db, edit.organizationId, edit.fileId);
    const nextChunk = prefetch(() => chunks.next());
    for (let chunk = await nextChunk(); !chunk.done; chunk = await nextChunk()) {
      throwIfCancelled();
      Context.current().heartbeat();
      sizeBytes += chunk.value.length;
      yield chunk.value;
    }
    if (sizeBytes === edit.sizeBytes) return;
    throw new InvariantViolation(`${sizeBytes} bytes are stored where ${edit.sizeBytes} were received`);
  };

/**
 * The format of the file, or null with findings on the whole file; warnings in both cases. `errorLogOrigin`: for an
 * error log, the mass edit and lines that its rows come from.
 */
export type InspectedUpload = {
  reading: FileFormat | null;
  columns: Columns | null;
  findings: Finding[];
  errorLogOrigin: LoggedFindingRef[];
  /** Columns with data that are not read; empty if the file is not read at all. */
  unread: StoredUnreadColumn[];
};

/**
 * Identifies the code, limits and languages that inspect a file. If they are the same, the same bytes give the same
 * format.
 */
export const readByOf = (deps: StageDeps): string =>
  `${SOURCE_DIGEST} ${JSON.stringify([deps.limits, deps.languages])}`;

/**
 * Inspects the whole file: encoding, delimiter, header, formats of columns. Reads the file once, streaming. Does not
 * read it if the same bytes were inspected before.
 */
export async function inspectUpload(deps: StageDeps, edit: ClaimedMassEdit): Promise<InspectedUpload> {
  const open = openUpload(deps, edit);
  const seen = await inOrganization(deps.db, edit.organizationId, (tx) => earlierFileFormat(tx, edit, readByOf(deps)));
  const { reading, findings: unreadable } = seen
    ? { reading: seen as FileFormat, findings: [] }
    : await inspectFile(open, deps.limits, deps.languages);
  if (reading === null) return { reading, columns: null, findings: unreadable, errorLogOrigin: [], unread: [] };
  const { columns, findings, unread } = await matchUploadHeader(deps, edit, reading);
  if (columns) findings.push(...wordsRead(reading, columns));
  const errorLogOrigin = await readErrorLogOrigin(open, reading, deps.limits);
  const withData = unread
    .map(({ index, header, nearest }) => ({ header, filled: reading.filled[index] ?? 0, nearest }))
    .filter(({ filled }) => filled > 0);
  return {
    reading,
    columns,
    findings: [...reading.warnings, ...findings],
    errorLogOrigin,
    unread: columns ? withData : [],
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

/** A file with its format and its matched columns. */
export type ReadableFile = { reading: FileFormat; columns: Columns };

/** The rows of the file, or the wanted ones; see `readRows`. */
export const readUploadRows = (
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ReadableFile,
  wanted: RecordFilter,
): AsyncGenerator<FileRow[]> =>
  readRows(openUpload(deps, edit)(), file.reading, deps.limits, {
    ourColumns: rowColumnsOf(edit, file.columns),
    ...wanted,
  });

/**
 * The columns of which a row must have at least one value. With the delete option, columns that are not read count too:
 * a row with values only in these is about a user, and it is unknown which.
 */
const rowColumnsOf = ({ deleteMissingUsers }: ClaimedMassEdit, { list, keys }: Columns): number[] =>
  deleteMissingUsers
    ? keys.flatMap((key, index) => (key.startsWith('_') ? [] : [index]))
    : list.map((column) => column.index);

/** A chunk of long rows has fewer rows: an operation on a whole chunk must not take long. */
export const CHUNK_BYTES = 2 * 1024 * 1024;

/** Groups rows into chunks of `size` rows or of CHUNK_BYTES. */
export async function* inBatches(size: number, batches: AsyncIterable<FileRow[]>): AsyncGenerator<FileRow[]> {
  let chunk: FileRow[] = [];
  let bytes = 0;
  for await (const rows of batches) {
    for (const row of rows) {
      bytes += row.bytes ?? 0;
      if (chunk.push(row) < size && bytes < CHUNK_BYTES) continue;
      yield chunk;
      chunk = [];
      bytes = 0;
    }
  }
  if (chunk.length > 0) yield chunk;
}

/** The ranges of dates and numbers attributes, by attribute. */
export async function loadRanges(deps: StageDeps, edit: ClaimedMassEdit): Promise<Map<number, Range[]>> {
  const rows = await inOrganization(deps.db, edit.organizationId, (tx) => ranges(tx, edit));
  return Map.groupBy(rows, (row) => row.attributeId);
}
