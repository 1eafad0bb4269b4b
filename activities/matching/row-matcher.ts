import type { RecordFilter } from '../../csv/records/read-records.ts';
import { createTimeSlice } from '../../csv/turns.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { createIdentityParser, type Identity } from '../../rules/rows/parse-identity.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import { digitsOfNumber } from '../../rules/values/respellings.ts';
import { prefetch } from '../stage-runner/prefetch.ts';
import { chunkRowsOf } from '../stage-runner/run-stage.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import { inChunks } from '../upload/batches.ts';
import { type ReadableFile, readUploadRows } from '../upload/read-upload.ts';
import type { BaselineRows } from './baseline-rows.ts';
import { matchRespelledRows, type UnmatchedIdentity } from './respelled-rows.ts';
import { RowIndex, type RowKeys } from './row-index.ts';
import { createUserLookup, type UserLookup } from './user-lookup.ts';

/** `next` matches the next rows and returns their count, 0 at the end of the file. */
export type RowMatcher = { rows: RowIndex; next: () => Promise<number> };

/**
 * Matches each row of the file to a user: by external id, then by email, active users before deleted ones that can be
 * restored. Unchanged rows are found by the hash of their bytes and need no lookup. Writes nothing: a retry matches
 * again, which takes less time than to store the result.
 */
export async function createRowMatcher(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ReadableFile,
  known: BaselineRows | null,
): Promise<RowMatcher> {
  const rows = new RowIndex(file.reading.rows);
  const slice = createTimeSlice();
  const people = await createUserLookup(deps, edit);
  const identityOf = createIdentityParser(file.columns, deps.limits);
  const wanted: RecordFilter = known ? { hashed: true, baselineRowOf: known.find } : {};
  const batches = inChunks(chunkRowsOf(deps), readUploadRows(deps, edit, file, wanted));
  const nextBatch = prefetch(() => batches.next());
  return {
    rows,
    next: async () => {
      const batch = await nextBatch();
      if (batch.done) return 0;
      const identities: (Identity & { isExample: boolean })[] = [];
      for (const row of batch.value) {
        if (row.baselineRow === undefined) identities.push(identityOf(row));
        if (slice.isOver()) await slice.yieldToOthers();
      }
      await match({ rows, known, people }, batch.value, identities);
      return batch.value.length;
    },
  };
}

type MatchTarget = { rows: RowIndex; known: BaselineRows | null; people: UserLookup };

/** @param identities of the rows of the batch that are not unchanged */
async function match(
  { rows, known, people }: MatchTarget,
  batch: FileRow[],
  identities: (Identity & { isExample: boolean })[],
): Promise<void> {
  // In parallel: both results are needed before anything else.
  const [emails, externalIds] = await Promise.all([
    people.findActive(
      'email',
      identities.map(({ email }) => email),
    ),
    people.findActive(
      'externalId',
      identities.map(({ externalId }) => externalId),
    ),
  ]);
  const unmatched: AddedRow[] = [];
  const unowned: UnmatchedIdentity[] = [];
  let next = 0;
  for (const { line, baselineRow: as } of batch) {
    if (as !== undefined) {
      rows.addUnchanged(line, known?.userIdOf(as) ?? 0, as);
      continue;
    }
    const [email, externalId] = [emails.keys[next] ?? null, externalIds.keys[next] ?? null];
    const texts = identities[next++];
    if (texts?.isExample) {
      rows.addExample(line);
      continue;
    }
    const row = rows.add(line, { email, externalId });
    const found = { externalId: externalIds.found.get(externalId), email: emails.found.get(email) };
    rows.setMatch(row, found);
    if (found.externalId === undefined && found.email === undefined) unmatched.push({ row, email, externalId });
    if (found.email === undefined && texts?.email) unowned.push({ row, kind: 'email', text: texts.email });
    if (found.externalId !== undefined || !texts?.externalId) continue;
    unowned.push({ row, kind: 'externalId', text: texts.externalId });
    if (externalId !== null && digitsOfNumber(externalId) !== null) rows.markUnknownNumericId(row);
  }
  await matchDeleted(rows, people, unmatched);
  await matchRespelledRows(
    rows,
    people,
    unowned.filter(({ row }) => !rows.restoresUser(row)),
  );
}

/** A row that matches no active user may match a deleted one that can be restored. */
async function matchDeleted(rows: RowIndex, users: UserLookup, unmatched: AddedRow[]): Promise<void> {
  const byId = await users.findDeleted(
    'externalId',
    unmatched.map(({ externalId }) => externalId),
  );
  const byEmail = await users.findDeleted(
    'email',
    unmatched.map(({ email }) => email),
  );
  for (const { row, email, externalId } of unmatched) {
    rows.setMatch(row, { deleted: byId.get(externalId) ?? byEmail.get(email) });
  }
}

type AddedRow = RowKeys & { row: number };
