import { takeTurns } from '../csv/turns.ts';
import { inOrganization, type Transaction } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { countRows } from '../db/file-reading.ts';
import { addDivided, divide, type Room, roomFor } from '../db/findings-listed.ts';
import { forgetKnownRows, type KnownRow, writeKnownRows } from '../db/known-rows.ts';
import type { Checkpoint } from '../db/ledger.ts';
import { planSegments, useSegments } from '../db/planned-segments.ts';
import { CHUNK_BYTES, rowsIn } from './file-input.ts';
import type { FileRows } from './file-rows.ts';
import { type AheadOfWrite, chunkRowsOf, type StageDeps } from './in-chunks.ts';
import type { MatchedFile } from './matched-file.ts';
import { oneAhead } from './one-ahead.ts';
import type { OpenRows } from './open-rows.ts';
import { type GivenRow, nothingPlanned, openRowPlanner, type Planned } from './row-planner.ts';
import { severityOf } from './rules/describe-finding.ts';
import type { Finding } from './rules/findings.ts';
import type { FileRow } from './rules/row-draft.ts';

/** Rows of the file from one place to another, worked out and not written yet. */
type Chunk = Lines & Planned;
type Lines = { to: number; known: KnownRow[]; lines: number[] };

/**
 * Plans the rows after a line, chunk by chunk: the known ones go into the plan as they are, all others are read, compared
 * with whom they are about, and written once. While the database takes one chunk, the next is worked out and the one
 * behind it read.
 */
export async function planRows(
  deps: StageDeps,
  edit: ClaimedEdit,
  file: OpenRows,
  matched: MatchedFile,
  after: number,
): Promise<AheadOfWrite> {
  const { rows } = matched;
  const nextChunk = oneAhead(await chunksOf(deps, edit, file, matched, { after }));
  const room = await inOrganization(deps.db, edit.organizationId, (tx) => roomFor(tx, edit));
  return {
    workOut: async () => {
      const chunk = withinRoom(await nextChunk(), room);
      const planned = chunk.known.length + chunk.planned.size;
      return {
        write: (tx) => write(tx, edit, chunk),
        writeLast: (tx) => Promise.all([countRows(tx, edit, planned), useSegments(tx, edit, chunk.choices.used)]),
        cursor: lineBefore(rows, chunk.to),
        done: halfOf(rows.size + chunk.to),
        total: rows.size,
        finished: chunk.to === rows.size,
        filled: { plan_rows: planned, findings: chunk.said.listed.length },
      };
    },
  };
}

/** Takes known rows, by their lines, out of the plan again and plans them as any other. */
export async function planRowsAgain(
  deps: StageDeps,
  edit: ClaimedEdit,
  file: OpenRows,
  matched: MatchedFile,
  { lines, at }: { lines: readonly number[]; at: Checkpoint },
): Promise<AheadOfWrite> {
  const { rows } = matched;
  const only = new Set(lines);
  for (let place = 0; place < rows.size; place++) if (only.has(rows.lineOf(place))) rows.forget(place);
  const nextChunk = await chunksOf(deps, edit, file, matched, { after: at.cursor, only });
  const room = await inOrganization(deps.db, edit.organizationId, (tx) => roomFor(tx, edit));
  return {
    workOut: async () => {
      const chunk = withinRoom(await nextChunk(), room);
      return {
        write: async (tx) => {
          await forgetKnownRows(tx, edit, chunk.lines);
          await write(tx, edit, chunk);
        },
        writeLast: (tx) => useSegments(tx, edit, chunk.choices.used),
        ...{ done: at.done, total: at.total, cursor: lineBefore(rows, chunk.to), finished: chunk.to === rows.size },
      };
    },
  };
}

const lineBefore = (rows: FileRows, place: number): number => (place === 0 ? 0 : rows.lineOf(place - 1));

/** Progress is in rows of the file: half of each when it is matched, the other half when it is planned. */
export const halfOf = (rows: number): number => Math.floor(rows / 2);

/** Chunks are worked out in the order of the file and committed in it: which findings are listed, the first attempt decides as any other. */
const withinRoom = ({ findings, ...chunk }: Chunk, room: Room) => ({
  ...chunk,
  said: divide(findings.map(toStore), room),
});

async function write(tx: Transaction, edit: ClaimedEdit, chunk: ReturnType<typeof withinRoom>): Promise<void> {
  // One behind the other on their way, as each answer would be waited for by a thread that is busy with the next chunk.
  await Promise.all([
    planSegments(tx, edit, chunk.choices.names),
    chunk.planned.write(tx, edit),
    writeKnownRows(tx, edit, chunk.known),
    addDivided(tx, edit, 1, chunk.said),
  ]);
}

/** A finding as it is stored: with its severity beside it. */
export const toStore = (found: Finding) => ({ ...found, severity: severityOf(found.code, found.details) });

/** Works out one chunk after the other, while the one behind it is read. */
async function chunksOf(
  deps: StageDeps,
  edit: ClaimedEdit,
  file: OpenRows,
  { rows, known: knownRows, twins }: MatchedFile,
  { after, only }: { after: number; only?: ReadonlySet<number> },
): Promise<() => Promise<Chunk>> {
  const size = chunkRowsOf(deps);
  let begin = 0;
  while (begin < rows.size && rows.lineOf(begin) <= after) begin++;
  let from = begin;
  const turns = takeTurns();
  const planner = rows.unread > 0 ? await openRowPlanner(deps, edit, file) : null;
  const isAsked = (place: number) => place >= begin && (!only || only.has(rows.lineOf(place)));
  const onLine = linesOf(rows, (place) => isAsked(place) && !rows.isKnown(place));
  const reader = rows.unread > 0 ? readerOf(rowsIn(deps, edit, file, { hashed: true, onLine })) : null;
  const nextRead = oneAhead(async () => {
    const known: KnownRow[] = [];
    const given: GivenRow[] = [];
    let bytes = 0;
    let to = from;
    for (; to < rows.size && known.length + given.length < size && bytes < CHUNK_BYTES; to++) {
      if (turns.isOver()) await turns.next();
      if (!isAsked(to)) continue;
      if (knownRows && rows.isKnown(to)) known.push(knownRows.rowOf(rows.knownAsOf(to), rows.lineOf(to)));
      else if (reader) {
        const row = reader.next() ?? (await reader.nextBatch());
        bytes += row.bytes ?? 0;
        given.push({ place: to, row });
      }
    }
    from = to;
    const lines = { to, known, lines: given.map(({ place }) => rows.lineOf(place)) };
    return { ...lines, read: planner && given.length > 0 ? await planner.read(rows, given, twins) : null };
  });
  return async () => {
    const { read, ...lines } = await nextRead();
    return { ...lines, ...(planner && read ? await planner.plan(read) : nothingPlanned()) };
  };
}

/** Whether a line is that of a row of which something holds; to be asked of lines in their order. */
function linesOf(rows: FileRows, holds: (place: number) => boolean): (line: number) => boolean {
  let place = 0;
  return (line) => {
    while (place < rows.size && rows.lineOf(place) < line) place++;
    return place < rows.size && rows.lineOf(place) === line && holds(place);
  };
}

/** Gives the rows of the file one after the other; `next` gives none where the next batch has to be waited for. */
function readerOf(batches: AsyncGenerator<FileRow[]>) {
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
