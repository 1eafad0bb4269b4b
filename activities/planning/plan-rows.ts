import { createTimeSlice } from '../../csv/time-slice.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { inOrganization } from '../../db/client.ts';
import { addListedFindings, listCapacityFor, splitByCapacity } from '../../db/mass-edits/findings-listed.ts';
import { deleteUnchangedRows, type UnchangedRow, writeUnchangedRows } from '../../db/plan/baseline-rows.ts';
import { planSegments } from '../../db/plan/planned-segments.ts';
import { addRowCount } from '../../db/plan/upload-queries.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import type { RowIndex } from '../matching/row-index.ts';
import { chunkRowsOf } from '../stage-runner/run-stage.ts';
import type { PreparedChunk, StageDeps } from '../stage-runner/stage.ts';
import type { ParsingContext } from '../upload/parsing-context.ts';
import { CHUNK_BYTES, readUploadRows } from '../upload/read-upload.ts';
import { createRowPlanner, type IndexedRow, noRows } from './row-planner.ts';

/** The rows after a line; `again`: only these lines, which are in the plan as unchanged rows. */
export type RowsToPlan = { after: number; again?: ReadonlySet<number> };

/**
 * Plans rows of the file, chunk by chunk, in file order. Unchanged rows are copied into the plan. All other rows are
 * read, compared with their users, and written once.
 */
export async function* planRows(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ParsingContext,
  index: RowIndex,
  { after, again }: RowsToPlan,
): AsyncGenerator<PreparedChunk, never> {
  let first = 0;
  while (first < index.size && index.lineOf(first) <= after) first++;
  const isRead = (row: number): boolean =>
    row >= first && (again ? again.has(index.lineOf(row)) : !index.isUnchanged(row));
  let firstRead = first;
  while (firstRead < index.size && !isRead(firstRead)) firstRead++;
  const anyRead = firstRead < index.size;
  const plan = anyRead ? await createRowPlanner(deps, edit, file, index) : null;
  const rows = anyRead ? readUploadRows(deps, edit, file, { hashed: true, onLine: linesOf(index, isRead) }) : [];
  const unchangedRowOf = again ? () => null : (row: number) => index.unchangedRowOf(row);
  const capacity = await inOrganization(deps.db, edit.organizationId, (tx) => listCapacityFor(tx, edit));
  const chunks = chunksOf(rows, index, { first, isRead, unchangedRowOf, size: chunkRowsOf(deps) });
  for await (const { to, unchanged, given } of chunks) {
    const { planned, segments, findings } = plan && given.length > 0 ? await plan(given) : noRows();
    // Chunks are planned and committed in file order. So a retry lists the same findings as the first attempt.
    const stored = splitByCapacity(findings, capacity);
    const size = unchanged.length + planned.size;
    const lines = again ? given.map(({ fileRow }) => fileRow.line) : [];
    yield {
      write: async (tx) => {
        if (again) await deleteUnchangedRows(tx, edit, lines);
        // Sent together: a thread that is busy with the next chunk would delay each answer.
        await Promise.all([
          planned.write(tx, edit),
          writeUnchangedRows(tx, edit, unchanged),
          addListedFindings(tx, edit, 'Validation', stored),
        ]);
      },
      writeAfterPrevious: (tx) =>
        Promise.all([planSegments(tx, edit, segments), addRowCount(tx, edit, again ? 0 : size)]),
      cursor: to === 0 ? 0 : index.lineOf(to - 1),
      done: halfProgress(index.size + to),
      total: index.size,
      finished: to === index.size,
      rowsAdded: { plan_rows: size, findings: stored.listed.length },
    };
  }
  throw new Error('The last chunk was taken before');
}

/** Progress counts rows of the file: half a row when it is matched, the other half when it is planned. */
export const halfProgress = (rows: number): number => Math.floor(rows / 2);

/** Rows up to the index `to`, in file order: unchanged rows, and rows that were read. */
type Chunk = { to: number; unchanged: UnchangedRow[]; given: IndexedRow[] };

/** Divides the rows of the index into chunks, with the rows that were read of the file. The last chunk may be empty. */
async function* chunksOf(
  batches: Iterable<FileRow[]> | AsyncIterable<FileRow[]>,
  index: RowIndex,
  { first, isRead, unchangedRowOf, size }: ChunkedRows,
): AsyncGenerator<Chunk> {
  const slice = createTimeSlice();
  let chunk: Chunk = { to: first, unchanged: [], given: [] };
  let taken = -1;
  let bytes = 0;
  const isFull = (): boolean => chunk.unchanged.length + chunk.given.length >= size || bytes >= CHUNK_BYTES;
  const take = (): Chunk => {
    const full = chunk;
    chunk = { to: full.to, unchanged: [], given: [] };
    [taken, bytes] = [full.to, 0];
    return full;
  };
  /** Passes the rows before a line. None of them is read. */
  async function* passTo(line: number): AsyncGenerator<Chunk> {
    for (; chunk.to < index.size && index.lineOf(chunk.to) < line; ) {
      if (isRead(chunk.to)) throw new Error('The file has fewer rows than were matched');
      const unchanged = unchangedRowOf(chunk.to++);
      if (unchanged) chunk.unchanged.push(unchanged);
      if (isFull()) yield take();
      if (slice.isOver()) await slice.yieldToOthers();
    }
  }
  for await (const rows of batches) {
    for (const fileRow of rows) {
      if (index.lineOf(chunk.to) < fileRow.line) yield* passTo(fileRow.line);
      chunk.given.push({ row: chunk.to++, fileRow });
      bytes += fileRow.bytes ?? 0;
      if (isFull()) yield take();
    }
  }
  yield* passTo(Number.POSITIVE_INFINITY);
  if (taken < index.size) yield take();
}

type ChunkedRows = {
  first: number;
  isRead: (row: number) => boolean;
  /** The plan row of a row that is not read; null if it stays as it is. */
  unchangedRowOf: (row: number) => UnchangedRow | null;
  size: number;
};

/** Whether a line has a row for which `holds` is true. Must be called with lines in ascending order. */
function linesOf(index: RowIndex, holds: (row: number) => boolean): (line: number) => boolean {
  let row = 0;
  return (line) => {
    while (row < index.size && index.lineOf(row) < line) row++;
    return row < index.size && index.lineOf(row) === line && holds(row);
  };
}
