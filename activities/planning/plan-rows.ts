import { createTimeSlice } from '../../csv/turns.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { inOrganization, type Transaction } from '../../db/client.ts';
import {
  addListedFindings,
  type ListCapacity,
  listCapacityFor,
  splitByCapacity,
} from '../../db/mass-edits/findings-listed.ts';
import { deleteUnchangedRows, type UnchangedRow, writeUnchangedRows } from '../../db/plan/baseline-rows.ts';
import { planSegments, useSegments } from '../../db/plan/planned-segments.ts';
import { addRowCount } from '../../db/plan/upload-queries.ts';
import type { Checkpoint } from '../../db/stages/checkpoints.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import type { MatchedFile } from '../matching/match-file.ts';
import type { RowIndex } from '../matching/row-index.ts';
import { prefetch } from '../stage-runner/prefetch.ts';
import { chunkRowsOf } from '../stage-runner/run-stage.ts';
import type { ChunkProducer, StageDeps } from '../stage-runner/stage.ts';
import { CHUNK_BYTES } from '../upload/batches.ts';
import type { ParsingContext } from '../upload/parsing-context.ts';
import { readUploadRows } from '../upload/read-upload.ts';
import { createRowPlanner, emptyPlan, type IndexedRow, type PlannedChunk } from './row-planner.ts';

/** A planned range of rows, before it is written. */
type Chunk = Lines & PlannedChunk;
type Lines = { to: number; unchanged: UnchangedRow[]; lines: number[] };

/**
 * Plans the rows after a line, chunk by chunk. Unchanged rows go into the plan as they are. All others are read,
 * compared with their users, and written once. While the database writes one chunk, the next is planned and the one
 * after is read.
 */
export async function planRows(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ParsingContext,
  matched: MatchedFile,
  after: number,
): Promise<ChunkProducer> {
  const { rows } = matched;
  const nextChunk = prefetch(await createChunkReader(deps, edit, file, matched, { after }));
  const capacity = await inOrganization(deps.db, edit.organizationId, (tx) => listCapacityFor(tx, edit));
  return {
    prepareNext: async () => {
      const chunk = withinCapacity(await nextChunk(), capacity);
      const planned = chunk.unchanged.length + chunk.planned.size;
      return {
        write: (tx) => write(tx, edit, chunk),
        writeAfterPrevious: (tx) =>
          Promise.all([addRowCount(tx, edit, planned), useSegments(tx, edit, chunk.segments.used)]),
        cursor: lineBefore(rows, chunk.to),
        done: halfProgress(rows.size + chunk.to),
        total: rows.size,
        finished: chunk.to === rows.size,
        rowsAdded: { plan_rows: planned, findings: chunk.said.listed.length },
      };
    },
  };
}

/** Deletes unchanged rows, by their lines, from the plan and plans them like any other row. */
export async function replanRows(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ParsingContext,
  matched: MatchedFile,
  { lines, at }: { lines: readonly number[]; at: Checkpoint },
): Promise<ChunkProducer> {
  const { rows } = matched;
  const onlyLines = new Set(lines);
  for (let place = 0; place < rows.size; place++) if (onlyLines.has(rows.lineOf(place))) rows.unmarkUnchanged(place);
  const nextChunk = await createChunkReader(deps, edit, file, matched, { after: at.cursor, only: onlyLines });
  const capacity = await inOrganization(deps.db, edit.organizationId, (tx) => listCapacityFor(tx, edit));
  return {
    prepareNext: async () => {
      const chunk = withinCapacity(await nextChunk(), capacity);
      return {
        write: async (tx) => {
          await deleteUnchangedRows(tx, edit, chunk.lines);
          await write(tx, edit, chunk);
        },
        writeAfterPrevious: (tx) => useSegments(tx, edit, chunk.segments.used),
        ...{ done: at.done, total: at.total, cursor: lineBefore(rows, chunk.to), finished: chunk.to === rows.size },
      };
    },
  };
}

const lineBefore = (rows: RowIndex, place: number): number => (place === 0 ? 0 : rows.lineOf(place - 1));

/** Progress counts rows of the file: half a row when it is matched, the other half when it is planned. */
export const halfProgress = (rows: number): number => Math.floor(rows / 2);

/** Chunks are planned and committed in file order. So a retry lists the same findings as the first attempt. */
const withinCapacity = ({ findings, ...chunk }: Chunk, capacity: ListCapacity) => ({
  ...chunk,
  said: splitByCapacity(findings, capacity),
});

async function write(tx: Transaction, edit: ClaimedMassEdit, chunk: ReturnType<typeof withinCapacity>): Promise<void> {
  // Sent together: a thread that is busy with the next chunk would delay each answer.
  await Promise.all([
    planSegments(tx, edit, chunk.segments.newSegments),
    chunk.planned.write(tx, edit),
    writeUnchangedRows(tx, edit, chunk.unchanged),
    addListedFindings(tx, edit, 'Validation', chunk.said),
  ]);
}

/** Plans the chunks in order, and reads the next chunk meanwhile. */
async function createChunkReader(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ParsingContext,
  { rows, baseline: knownRows, duplicates }: MatchedFile,
  { after, only }: { after: number; only?: ReadonlySet<number> },
): Promise<() => Promise<Chunk>> {
  const size = chunkRowsOf(deps);
  let begin = 0;
  while (begin < rows.size && rows.lineOf(begin) <= after) begin++;
  let from = begin;
  const slice = createTimeSlice();
  const planner = rows.unread > 0 ? await createRowPlanner(deps, edit, file) : null;
  const isAsked = (place: number) => place >= begin && (!only || only.has(rows.lineOf(place)));
  const onLine = linesOf(rows, (place) => isAsked(place) && !rows.isUnchanged(place));
  const reader = rows.unread > 0 ? createRowReader(readUploadRows(deps, edit, file, { hashed: true, onLine })) : null;
  const nextRead = prefetch(async () => {
    const unchanged: UnchangedRow[] = [];
    const given: IndexedRow[] = [];
    let bytes = 0;
    let to = from;
    for (; to < rows.size && unchanged.length + given.length < size && bytes < CHUNK_BYTES; to++) {
      if (slice.isOver()) await slice.yieldToOthers();
      if (!isAsked(to)) continue;
      if (knownRows && rows.isUnchanged(to)) unchanged.push(knownRows.rowOf(rows.baselineRowOf(to), rows.lineOf(to)));
      else if (reader) {
        const row = reader.next() ?? (await reader.nextBatch());
        bytes += row.bytes ?? 0;
        given.push({ place: to, row });
      }
    }
    from = to;
    const lines = { to, unchanged, lines: given.map(({ place }) => rows.lineOf(place)) };
    return { ...lines, read: planner && given.length > 0 ? await planner.read(rows, given, duplicates) : null };
  });
  return async () => {
    const { read, ...lines } = await nextRead();
    return { ...lines, ...(planner && read ? await planner.plan(read) : emptyPlan()) };
  };
}

/** Whether a line has a row for which `holds` is true. Must be called with lines in ascending order. */
function linesOf(rows: RowIndex, holds: (place: number) => boolean): (line: number) => boolean {
  let place = 0;
  return (line) => {
    while (place < rows.size && rows.lineOf(place) < line) place++;
    return place < rows.size && rows.lineOf(place) === line && holds(place);
  };
}

/** Returns the rows one by one. `next` returns undefined if the next batch must be awaited first. */
function createRowReader(batches: AsyncGenerator<FileRow[]>) {
  let batch: FileRow[] = [];
  let at = 0;
  return {
    next: (): FileRow | undefined => batch[at++],
    nextBatch: async (): Promise<FileRow> => {
      const more = await batches.next();
      const first = more.done ? undefined : more.value[0];
      if (more.done || !first) throw new Error('The file has fewer rows than were matched');
      [batch, at] = [more.value, 1];
      return first;
    },
  };
}
