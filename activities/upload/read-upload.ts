import { Context } from '@temporalio/activity';
import type { RecordFilter } from '../../csv/records/read-records.ts';
import type { FileFormat, OpenFile } from '../../csv/user-file/file-format.ts';
import { readRows } from '../../csv/user-file/read-rows.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { readFile } from '../../db/mass-edits/files.ts';
import { InvariantViolation } from '../../db/stages/invariant-violation.ts';
import type { Columns } from '../../rules/columns/headers.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import { throwIfCancelled } from '../stage-runner/attempt.ts';
import type { StageDeps } from '../stage-runner/stage.ts';

/**
 * The uploaded bytes, each time from the beginning. Checks for cancellation between pieces. Checks that the stored size
 * equals the received size: with the delete option, a truncated file would list users as missing.
 *
 * @throws InvariantViolation at the end of the stored bytes if they are too few
 */
export const openUpload = (deps: StageDeps, edit: ClaimedMassEdit): OpenFile =>
  async function* () {
    let sizeBytes = 0;
    for await (const bytes of readFile(deps.db, edit.organizationId, edit.fileId)) {
      throwIfCancelled();
      Context.current().heartbeat();
      sizeBytes += bytes.length;
      yield bytes;
    }
    if (sizeBytes === edit.sizeBytes) return;
    throw new InvariantViolation(`${sizeBytes} bytes are stored where ${edit.sizeBytes} were received`);
  };

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
 * A row must have a value in at least one of these columns. With the delete option, unknown columns count too. A row
 * with values only in unknown columns is about a user, but the user is unknown.
 */
const rowColumnsOf = ({ deleteMissingUsers }: ClaimedMassEdit, { list, keys }: Columns): number[] =>
  deleteMissingUsers
    ? keys.flatMap((key, index) => (key.startsWith('_') ? [] : [index]))
    : list.map((column) => column.index);

/** A chunk of long rows has fewer rows: an operation on a whole chunk must not take long. */
export const CHUNK_BYTES = 2 * 1024 * 1024;

/** Groups rows into chunks of `size` rows or of CHUNK_BYTES. */
export async function* inChunks(size: number, batches: AsyncIterable<FileRow[]>): AsyncGenerator<FileRow[]> {
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
