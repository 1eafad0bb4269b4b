import { setImmediate } from 'node:timers/promises';
import { inOrganization, type Transaction } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { attributesOf, countRows } from '../db/file-reading.ts';
import { addFindings } from '../db/findings.ts';
import { forgetKnownRows, type KnownRow, writeKnownRows } from '../db/known-rows.ts';
import type { Checkpoint } from '../db/ledger.ts';
import { type RowsToWrite, rowsToWrite } from '../db/plan-write.ts';
import { type FileChoices, keepChoices, type NewChoices, openChoices } from './choice-book.ts';
import { rowsIn } from './file-input.ts';
import type { FileRows } from './file-rows.ts';
import { type AheadOfWrite, chunkRowsOf, type StageDeps } from './in-chunks.ts';
import { type Attributes, lookUpRows, type ReadRow } from './look-up-rows.ts';
import type { MatchedFile } from './matched-file.ts';
import { oneAhead } from './one-ahead.ts';
import type { OpenRows } from './open-rows.ts';
import { severityOf } from './rules/describe-finding.ts';
import { type Finding, finding } from './rules/findings.ts';
import { interpretRow } from './rules/interpret-row.ts';
import { OWN_HEADERS } from './rules/own-headers.ts';
import { type PlannedRow, planRow } from './rules/plan-row.ts';
import type { FileRow, RowDraft } from './rules/row-draft.ts';
import type { Twin } from './rules/twins.ts';

/** Rows of the file from one place to another, worked out and not written yet. */
type Chunk = Lines & Planned;
type Lines = { to: number; known: KnownRow[]; lines: number[] };
type Planned = { planned: RowsToWrite; choices: NewChoices; findings: Finding[] };

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
  const nextChunk = oneAhead(await planner(deps, edit, file, matched, { after }));
  return {
    workOut: async () => {
      const chunk = await nextChunk();
      const planned = chunk.known.length + chunk.planned.size;
      return {
        write: (tx) => write(tx, edit, chunk),
        writeLast: (tx) => countRows(tx, edit, planned),
        cursor: lineBefore(rows, chunk.to),
        done: halfOf(rows.size + chunk.to),
        total: rows.size,
        finished: chunk.to === rows.size,
        filled: { plan_rows: planned, findings: chunk.findings.length },
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
  const nextChunk = await planner(deps, edit, file, matched, { after: at.cursor, only });
  return {
    workOut: async () => {
      const chunk = await nextChunk();
      return {
        write: async (tx) => {
          await forgetKnownRows(tx, edit, chunk.lines);
          await write(tx, edit, chunk);
        },
        ...{ done: at.done, total: at.total, cursor: lineBefore(rows, chunk.to), finished: chunk.to === rows.size },
      };
    },
  };
}

const lineBefore = (rows: FileRows, place: number): number => (place === 0 ? 0 : rows.lineOf(place - 1));

/** Progress is in rows of the file: half of each when it is matched, the other half when it is planned. */
export const halfOf = (rows: number): number => Math.floor(rows / 2);

async function write(tx: Transaction, edit: ClaimedEdit, chunk: Chunk): Promise<void> {
  // One behind the other on their way, as each answer would be waited for by a thread that is busy with the next chunk.
  await Promise.all([
    keepChoices(tx, edit, chunk.choices),
    chunk.planned.write(tx, edit),
    writeKnownRows(tx, edit, chunk.known),
    addFindings(tx, edit, 1, chunk.findings.map(toStore)),
  ]);
}

/** A finding as it is stored: with its severity beside it. */
export const toStore = (found: Finding) => ({ ...found, severity: severityOf(found.code) });

/** Works out one chunk after the other, while the one behind it is read. */
async function planner(
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
  const tools = rows.unread > 0 ? await openTools(deps, edit, file) : null;
  const isAsked = (place: number) => place >= begin && (!only || only.has(rows.lineOf(place)));
  const onLine = linesOf(rows, (place) => isAsked(place) && !rows.isKnown(place));
  const reader = rows.unread > 0 ? readerOf(rowsIn(deps, edit, file, { hashed: true, onLine })) : null;
  const nextRead = oneAhead(async () => {
    const known: KnownRow[] = [];
    const unread: number[] = [];
    let to = from;
    for (; to < rows.size && known.length + unread.length < size; to++) {
      if (!isAsked(to)) continue;
      if (knownRows && rows.isKnown(to)) known.push(knownRows.rowOf(rows.knownAsOf(to), rows.lineOf(to)));
      else unread.push(to);
    }
    from = to;
    const lines = { to, known, lines: unread.map((place) => rows.lineOf(place)) };
    if (!tools || !reader || unread.length === 0) return { ...lines, read: null };
    return { ...lines, read: await tools.read(rows, await reader(unread), twins) };
  });
  return async () => {
    const { read, ...lines } = await nextRead();
    return { ...lines, ...(tools && read ? await tools.plan(read) : nothingPlanned()) };
  };
}

const nothingPlanned = (): Planned => ({ planned: rowsToWrite(), choices: { names: [], used: [] }, findings: [] });

/** Whether a line is that of a row of which something holds; to be asked of lines in their order. */
function linesOf(rows: FileRows, holds: (place: number) => boolean): (line: number) => boolean {
  let place = 0;
  return (line) => {
    while (place < rows.size && rows.lineOf(place) < line) place++;
    return place < rows.size && rows.lineOf(place) === line && holds(place);
  };
}

/** Gives the next rows of the file, which are those at some places. */
function readerOf(batches: AsyncGenerator<FileRow[]>) {
  let batch: FileRow[] = [];
  let next = 0;
  return async (places: readonly number[]): Promise<GivenRow[]> => {
    const found: GivenRow[] = [];
    for (const place of places) {
      while (next === batch.length) {
        const more = await batches.next();
        if (more.done) throw new Error('The file has fewer rows than were matched');
        [batch, next] = [more.value, 0];
      }
      const row = batch[next++];
      if (row) found.push({ place, row });
    }
    return found;
  };
}

type GivenRow = { place: number; row: FileRow };

/** Rows that were read, with what each is to be compared with and the names of segments that they were the first to bring. */
type RowsRead = {
  given: readonly GivenRow[];
  read: readonly ReadRow[];
  factsOf: Awaited<ReturnType<typeof lookUpRows>>;
  names: NewChoices['names'];
};
type Tools = {
  read(rows: FileRows, given: readonly GivenRow[], twins: MatchedFile['twins']): Promise<RowsRead>;
  plan(rows: RowsRead): Promise<Planned>;
};

/** All that rows are read and planned by. */
async function openTools(deps: StageDeps, edit: ClaimedEdit, file: OpenRows): Promise<Tools> {
  const choices = await openChoices(deps.db, edit);
  const attributes = await openAttributes(deps, edit, file);
  const choiceColumns = file.columns.list.filter(({ kind }) => kind === 'choices').length;
  const context = { ...file.context, choices };
  const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) =>
    inOrganization(deps.db, edit.organizationId, work);
  return {
    read: async (rows, given, twins) => {
      await choices.stockUp(given.length * choiceColumns);
      const read: ReadRow[] = [];
      for (const { place, row } of given) {
        if (read.length % ROWS_A_TURN === 0) await setImmediate();
        const draft = interpretRow(row, file.columns, context);
        const twin = twins.get(place);
        read.push({ place, draft: twin ? asTwin(draft, twin) : draft });
      }
      const names = choices.takeNames();
      const factsOf = await inTransaction((tx) => lookUpRows(tx, edit.organizationId, rows, read, attributes));
      return { given, read, factsOf, names };
    },
    plan: async ({ given, read, factsOf, names }) => {
      const planned = rowsToWrite();
      const findings: Finding[] = [];
      let at = -1;
      for (const { draft } of read) {
        if (++at % ROWS_A_TURN === 0) await setImmediate();
        const row = planRow(draft, factsOf(at));
        if (row.findings.length > 0) findings.push(...row.findings);
        useChoices(choices, draft, row);
        // Whom a row names is asked again only where somebody may be deleted.
        if (!edit.deleteMissingUsers) row.people = null;
        planned.add(row, isClean(draft, row) ? (given[at]?.row.hash ?? null) : null);
      }
      return { planned, findings, choices: choices.toWrite(names) };
    },
  };
}

/** Rows worked on between two looks at what has come in: a millisecond or two, so that the database need not wait for us. */
const ROWS_A_TURN = 100;

async function openAttributes(deps: StageDeps, edit: ClaimedEdit, { columns }: OpenRows): Promise<Attributes> {
  const attributes = await inOrganization(deps.db, edit.organizationId, (tx) => attributesOf(tx, edit));
  const names = new Map(attributes.map(({ id, name }) => [String(id), name]));
  const pointing = attributes.filter(({ type }) => type === 'users').map(({ id }) => String(id));
  return { columns: columns.values, pointing, nameOf: (id) => names.get(id) ?? '' };
}

const useChoices = (choices: FileChoices, { newSegments }: RowDraft, { action }: PlannedRow): void => {
  if (newSegments.length > 0 && (action === 'create' || action === 'update')) choices.use(newSegments);
};

/**
 * Whether an equal row may be taken as known later: nothing was said of it, nothing in it depends on the day, and nobody it
 * is about or names had to be brought back or given a name first.
 */
const isClean = ({ backdates }: RowDraft, { findings, action, restores, needs }: PlannedRow): boolean =>
  findings.length === 0 &&
  (action === 'create' || action === 'update' || action === 'unchanged') &&
  !restores &&
  needs === null &&
  Object.keys(backdates).length === 0;

/** A row that repeats an earlier one says nothing else; one that contradicts another is refused. */
function asTwin(draft: RowDraft, { repeats, otherLine, by }: Twin): RowDraft {
  const byId = by === 'externalId' || draft.email === null;
  const [column, value] = byId ? [OWN_HEADERS.externalId, draft.externalId] : [OWN_HEADERS.email, draft.email];
  const code = repeats ? 'DUPLICATE_IDENTICAL' : 'DUPLICATE_ROW';
  const said = finding(draft.line, code, column, value, { otherLine });
  if (repeats) return { ...draft, skipped: true, findings: [said] };
  return { ...draft, refused: true, findings: [...draft.findings, said] };
}
