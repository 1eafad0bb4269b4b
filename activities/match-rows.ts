import { takeTurns } from '../csv/turns.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { inChunksOf, rowsIn, type ToRead } from './file-input.ts';
import { FileRows, type RowKeys } from './file-rows.ts';
import { chunkRowsOf, type StageDeps } from './in-chunks.ts';
import type { KnownRows } from './known-rows.ts';
import { oneAhead } from './one-ahead.ts';
import { openPeopleFinder, type PeopleFinder } from './people-finder.ts';
import { noteRespelled, type Unowned } from './respelled-rows.ts';
import { type Identity, identityReader } from './rules/read-identity.ts';
import { digitsOfNumber } from './rules/respellings.ts';
import type { FileRow } from './rules/row-draft.ts';

/** Matches the next rows; gives how many they were, 0 at the end of the file. */
export type Matching = { rows: FileRows; next: () => Promise<number> };

/**
 * Goes through the file and finds whom every row is about: by external id, then email, living people before those who
 * can come back. Known rows are told by the hash of their bytes, and are not even looked up. Writes nothing: an attempt
 * that goes on does it anew, which takes less time than to keep it.
 */
export async function openMatching(
  deps: StageDeps,
  edit: ClaimedEdit,
  file: ToRead,
  known: KnownRows | null,
): Promise<Matching> {
  const rows = new FileRows(file.reading.rows);
  const turns = takeTurns();
  const people = await openPeopleFinder(deps, edit);
  const identityOf = identityReader(file.columns, deps.limits);
  const wanted = known ? { hashed: true, knownAs: known.find } : {};
  const batches = inChunksOf(chunkRowsOf(deps), rowsIn(deps, edit, file, wanted));
  const nextBatch = oneAhead(() => batches.next());
  return {
    rows,
    next: async () => {
      const batch = await nextBatch();
      if (batch.done) return 0;
      const identities: (Identity & { isExample: boolean })[] = [];
      for (const row of batch.value) {
        if (row.known === undefined) identities.push(identityOf(row));
        if (turns.isOver()) await turns.next();
      }
      await match({ rows, known, people }, batch.value, identities);
      return batch.value.length;
    },
  };
}

type Into = { rows: FileRows; known: KnownRows | null; people: PeopleFinder };

/** @param identities of the rows of the batch that are not known */
async function match(
  { rows, known, people }: Into,
  batch: FileRow[],
  identities: (Identity & { isExample: boolean })[],
): Promise<void> {
  // Beside each other, as nothing else is to be done before both are there.
  const [emails, externalIds] = await Promise.all([
    people.living(
      'email',
      identities.map(({ email }) => email),
    ),
    people.living(
      'externalId',
      identities.map(({ externalId }) => externalId),
    ),
  ]);
  const nobody: AddedRow[] = [];
  const unowned: Unowned[] = [];
  let next = 0;
  for (const { line, known: as } of batch) {
    if (as !== undefined) {
      rows.addKnown(line, known?.personOf(as) ?? 0, as);
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
    rows.found(row, found);
    if (found.externalId === undefined && found.email === undefined) nobody.push({ row, email, externalId });
    if (found.email === undefined && texts?.email) unowned.push({ row, kind: 'email', text: texts.email });
    if (found.externalId !== undefined || !texts?.externalId) continue;
    unowned.push({ row, kind: 'externalId', text: texts.externalId });
    if (externalId !== null && digitsOfNumber(externalId) !== null) rows.noteDigitsOfNobody(row);
  }
  await matchDeleted(rows, people, nobody);
  await noteRespelled(
    rows,
    people,
    unowned.filter(({ row }) => !rows.comesBack(row)),
  );
}

/** Rows in which nobody living is found may be about somebody who can come back. */
async function matchDeleted(rows: FileRows, people: PeopleFinder, nobody: AddedRow[]): Promise<void> {
  const byId = await people.deleted(
    'externalId',
    nobody.map(({ externalId }) => externalId),
  );
  const byEmail = await people.deleted(
    'email',
    nobody.map(({ email }) => email),
  );
  for (const { row, email, externalId } of nobody) {
    rows.found(row, { deleted: byId.get(externalId) ?? byEmail.get(email) });
  }
}

type AddedRow = RowKeys & { row: number };
