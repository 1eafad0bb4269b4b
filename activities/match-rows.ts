import { inOrganization, type Transaction } from '../db/client.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { anybodyRestorable, deletedByKey, type IdentityKind, livingByKey } from '../db/people-lookups.ts';
import { inChunksOf, rowsIn, type ToRead } from './file-input.ts';
import { FileRows, type RowKeys } from './file-rows.ts';
import { identityKeys } from './identity-keys.ts';
import { chunkRowsOf, type StageDeps } from './in-chunks.ts';
import type { KnownRows } from './known-rows.ts';
import { oneAhead } from './one-ahead.ts';
import { identityReader } from './rules/read-identity.ts';
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
  const identityOf = identityReader(file.columns, deps.limits);
  const inTransaction = <T>(work: (tx: Transaction) => Promise<T>) =>
    inOrganization(deps.db, edit.organizationId, work);
  const anybodyDeleted = await inTransaction((tx) => anybodyRestorable(tx, edit.organizationId));
  const wanted = known ? { hashed: true, knownAs: known.find } : {};
  const batches = inChunksOf(chunkRowsOf(deps), rowsIn(deps, edit, file, wanted));
  const nextBatch = oneAhead(() => batches.next());

  async function take(batch: readonly FileRow[]): Promise<void> {
    const unknown = batch.filter((row) => row.known === undefined).map(identityOf);
    if (unknown.length === 0) {
      for (const row of batch) addKnown(row);
      return;
    }
    await inTransaction(async (tx) => {
      const emails = await identityKeys(
        tx,
        unknown.map(({ email }) => email),
      );
      const externalIds = await identityKeys(
        tx,
        unknown.map(({ externalId }) => externalId),
      );
      const added: AddedRow[] = [];
      let next = 0;
      for (const row of batch) {
        if (row.known !== undefined) {
          addKnown(row);
          continue;
        }
        const keys = { email: emails[next] ?? null, externalId: externalIds[next] ?? null };
        if (unknown[next++]?.isExample) rows.addExample(row.line);
        else added.push({ row: rows.add(row.line, keys), ...keys });
      }
      await lookUp(tx, edit.organizationId, rows, added, anybodyDeleted);
    });
  }

  const addKnown = ({ line, known: as = 0 }: FileRow): void => rows.addKnown(line, known?.personOf(as) ?? 0, as);

  return {
    rows,
    next: async () => {
      const batch = await nextBatch();
      if (batch.done) return 0;
      await take(batch.value);
      return batch.value.length;
    },
  };
}

type AddedRow = RowKeys & { row: number };

/** Digits without zeros in front, as a spreadsheet program leaves them of an external id that has some. */
const DIGITS = /^[1-9][0-9]*$/;

async function lookUp(
  tx: Transaction,
  organizationId: string,
  rows: FileRows,
  added: readonly AddedRow[],
  anybodyDeleted: boolean,
): Promise<void> {
  const keysOf = (kind: IdentityKind, of: readonly AddedRow[]) => [
    ...new Set(of.map((row) => row[kind]).filter((key) => key !== null)),
  ];
  const find = async (
    lookup: typeof deletedByKey,
    kind: IdentityKind,
    of: readonly AddedRow[],
  ): Promise<Map<string | null, number>> => {
    const found = await lookup(tx, organizationId, kind, keysOf(kind, of));
    return new Map(found.map(({ key, id }) => [key, id]));
  };
  const byId = await find(livingByKey, 'externalId', added);
  const byEmail = await find(livingByKey, 'email', added);
  const nobody = added.filter(({ email, externalId }) => !byId.has(externalId) && !byEmail.has(email));
  const goneById = anybodyDeleted ? await find(deletedByKey, 'externalId', nobody) : NOBODY;
  const goneByEmail = anybodyDeleted ? await find(deletedByKey, 'email', nobody) : NOBODY;
  for (const { row, email, externalId } of added) {
    rows.found(row, { externalId: byId.get(externalId), email: byEmail.get(email) });
  }
  for (const { row, email, externalId } of nobody) {
    rows.found(row, { deleted: goneById.get(externalId) ?? goneByEmail.get(email) });
    if (!rows.isAboutSomebodyThere(row) && externalId !== null && DIGITS.test(externalId)) rows.noteDigitsOfNobody(row);
  }
}

const NOBODY: ReadonlyMap<string | null, number> = new Map();
