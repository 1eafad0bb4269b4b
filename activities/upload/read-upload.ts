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
 * The uploaded bytes, from the beginning each time; looks between pieces whether somebody asked to stop. What is stored
 * is proved to be as long as what was received: with the delete option, a file that lost its end would name people.
 *
 * @throws InvariantViolation at the end of what is stored, where that is not all
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
 * How the file is to be read, or null with what is wrong with it as a whole; warnings either way. `errorLogOrigin`: of an error
 * log, what it says of where its rows come from.
 */
export type InspectedUpload = {
  reading: FileFormat | null;
  columns: Columns | null;
  findings: Finding[];
  errorLogOrigin: LoggedFindingRef[];
  /** Columns with data that are not read; none if nothing of the file is. */
  unread: StoredUnreadColumn[];
};

/** The program, limits and languages by which a file is looked at: by the same, the same bytes give the same reading. */
export const readByOf = (deps: StageDeps): string =>
  `${SOURCE_DIGEST} ${JSON.stringify([deps.limits, deps.languages])}`;

/**
 * Looks at the file as a whole: encoding, delimiter, header, what its columns prove. Reads it once, streaming; not at all
 * where the same bytes were looked at before.
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

/** A file that can be read: how, and which of its columns are ours. */
export type ReadableFile = { reading: FileFormat; columns: Columns };

/** The rows of the file, or those that are wanted, as they come; see `readRows`. */
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
 * The columns of which one has a value in each row. If users are deleted that are not in the file, columns that are not
 * read count too: a row with values in these alone is about a user, and it cannot be told which.
 */
const rowColumnsOf = ({ deleteMissingUsers }: ClaimedMassEdit, { list, keys }: Columns): number[] =>
  deleteMissingUsers
    ? keys.flatMap((key, index) => (key.startsWith('_') ? [] : [index]))
    : list.map((column) => column.index);

/** Where rows are long a chunk has fewer: what is done with a whole chunk at once must not take long. */
export const CHUNK_BYTES = 2 * 1024 * 1024;

/** Rows a chunk at a time: so many, or as many as have CHUNK_BYTES. */
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
