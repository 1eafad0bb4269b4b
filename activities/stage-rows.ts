import type { Reading } from '../csv/reading.ts';
import { inOrganization, type Transaction } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { addFindings, type StoredFinding } from '../db/findings.ts';
import {
  basisOf,
  forgetKnownRows,
  type HashedRow,
  rememberContext,
  takeKnownRows,
  vocabularyRevision,
} from '../db/known-rows.ts';
import { countRows, type PlannedSegment, planSegments, type RowToStage, stageRows } from '../db/staging.ts';
import { openChoiceBook } from './choice-book.ts';
import { columnsOf, rangesOf, rowsAfter } from './file-input.ts';
import type { ChunkWork, StageDeps } from './in-chunks.ts';
import { digestOfContext } from './row-context.ts';
import { severityOf } from './rules/describe-finding.ts';
import type { Finding } from './rules/findings.ts';
import { interpretRow } from './rules/interpret-row.ts';
import type { FileRow, RowDraft } from './rules/row-draft.ts';

/** Progress is in rows of the file: half of each when it is read, the other half when it is planned. */
export const halfOf = (rows: number): number => Math.floor(rows / 2);

/**
 * Reads the rows after a line, chunk by chunk: the known ones go into the plan, all others are checked and staged. While
 * the database takes one chunk the next is read.
 */
export async function stageTheRows(
  deps: StageDeps,
  edit: ClaimedEdit,
  reading: Reading,
  cursor: number,
): Promise<ChunkWork> {
  const { batches, context, hashed, check, stage } = await openRows(deps, edit, reading, cursor);
  const basis = await inOrganization(deps.db, edit.organizationId, async (tx) => {
    await rememberContext(tx, edit, context);
    return basisOf(tx, edit, context);
  });
  const nextChunk = oneAhead(async () => {
    const next = await batches.next();
    const rows = next.done ? [] : next.value;
    return { rows, checked: basis === null ? await check(rows) : null, isLast: next.done === true };
  });
  return async (tx, at) => {
    const { rows, checked, isLast } = await nextChunk();
    const known = basis === null ? new Set<number>() : await takeKnownRows(tx, edit, basis, hashed(rows));
    const filled = await stage(tx, checked ?? (await check(rows.filter(({ line }) => !known.has(line)))));
    const read = await countRows(tx, edit, rows.length);
    return {
      cursor: rows.at(-1)?.line ?? at.cursor,
      done: at.done + halfOf(rows.length - known.size) + known.size,
      total: Math.max(reading.rows, read),
      finished: isLast,
      filled: { ...filled, plan_rows: known.size },
    };
  };
}

/** Begins the next piece of work whenever one is taken. */
function oneAhead<T>(work: () => Promise<T>): () => Promise<T> {
  const begin = (): Promise<T> => {
    const begun = work();
    // Whoever takes it is told; where nobody does any more, the fault that ended them is the one that counts.
    begun.catch(() => {});
    return begun;
  };
  let ahead = begin();
  return async () => {
    const taken = await ahead;
    ahead = begin();
    return taken;
  };
}

/** Which of the rows that were taken as known have to be read after all. */
export type InDoubt = {
  reading: Reading;
  cursor: number;
  which: (tx: Transaction, edit: ClaimedEdit) => Promise<number[]>;
};

/** Takes rows that are known out of the plan again and stages them as any other; mostly there are none. */
export async function stageAgain(
  deps: StageDeps,
  edit: ClaimedEdit,
  { reading, cursor, which }: InDoubt,
): Promise<ChunkWork> {
  const inDoubt = new Set(await inOrganization(deps.db, edit.organizationId, (tx) => which(tx, edit)));
  if (inDoubt.size === 0) return async (_tx, at) => ({ ...at, cursor: 0, finished: true });
  const { batches, check, stage } = await openRows(deps, edit, reading, cursor);
  return async (tx, at) => {
    const next = await batches.next();
    const rows = next.done ? [] : next.value;
    const again = rows.filter(({ line }) => inDoubt.has(line));
    await forgetKnownRows(
      tx,
      edit,
      again.map(({ line }) => line),
    );
    const filled = await stage(tx, await check(again));
    return { ...at, cursor: rows.at(-1)?.line ?? at.cursor, finished: next.done === true, filled };
  };
}

/** The file from a line on, with all that its rows are read by; `check` reads rows and `stage` writes what that gave. */
async function openRows(deps: StageDeps, edit: ClaimedEdit, reading: Reading, cursor: number) {
  // Before anything else is read: what moves from now on moves this number too.
  const revision = await inOrganization(deps.db, edit.organizationId, (tx) => vocabularyRevision(tx, edit));
  const { columns } = await columnsOf(deps, edit, reading);
  if (!columns) throw new Error('The header could be read before');
  const choices = await openChoiceBook(deps.db, edit);
  const choiceColumns = columns.list.filter((column) => column.kind === 'choices').length;
  const context = {
    resetEmptyFields: edit.resetEmptyFields,
    languages: deps.languages,
    today: edit.today,
    limits: deps.limits,
    choices,
    ranges: await rangesOf(deps, edit),
    formats: reading.formats,
  };
  const check = async (rows: FileRow[]): Promise<Checked> => {
    await choices.stockUp(rows.length * choiceColumns);
    const drafts = rows.map((row) => withHash(interpretRow(row, columns, context), row));
    return { drafts, newSegments: choices.takeNew(), findings: drafts.flatMap((draft) => draft.findings.map(toStore)) };
  };
  const stage = async (tx: Transaction, { drafts, newSegments, findings }: Checked) => {
    await planSegments(tx, edit, newSegments);
    await stageRows(tx, edit, drafts);
    await addFindings(tx, edit, 1, findings);
    return { staged_rows: drafts.length, findings: findings.length };
  };
  const [emailAt, externalIdAt] = (['email', 'externalId'] as const).map(
    (kind) => columns.list.find((column) => column.kind === kind)?.index,
  );
  /** By the email where there is one: either finds the person, if it is the same row. */
  const hashed = (rows: FileRow[]): HashedRow[] =>
    rows.flatMap(({ line, hash, cells }) => {
      if (hash === undefined) return [];
      const [email, externalId] = [emailAt, externalIdAt].map((at) =>
        at === undefined ? '' : (cells[at] ?? '').trim(),
      );
      // No text of the database can hold it, and no row with it was ever accepted.
      if (`${email}${externalId}`.includes('\0')) return [];
      return email
        ? { line, hash, email, externalId: null }
        : { line, hash, email: null, externalId: externalId || null };
    });
  return {
    hashed,
    batches: rowsAfter(deps, edit, { reading, columns }, cursor),
    context: digestOfContext(edit, { reading, columns, context, vocabularyRevision: revision }),
    check,
    stage,
  };
}

/** Rows that were checked, with what they bring and what was found. */
type Checked = { drafts: RowToStage[]; newSegments: PlannedSegment[]; findings: StoredFinding[] };

/** A row of which there is something to say says it each time, and one that is backdated depends on the day. */
function withHash(draft: RowDraft, row: FileRow): RowDraft & RowToStage {
  const isClean = draft.findings.length === 0 && Object.keys(draft.backdates).length === 0;
  return { ...draft, hash: isClean ? (row.hash ?? null) : null };
}

/** A finding as it is stored: with its severity beside it. */
export const toStore = (found: Finding): StoredFinding => ({ ...found, severity: severityOf(found.code) });
