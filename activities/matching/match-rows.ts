import { createTimeSlice } from '../../csv/time-slice.ts';
import type { ClaimedMassEdit } from '../../db/claimed-edit.ts';
import { organizationTransactions } from '../../db/client.ts';
import {
  type FoundUsers,
  findActiveUsers,
  findDeletedUsers,
  hasRestorableUsers,
  normalizeIdentities,
} from '../../db/plan/find-users.ts';
import { createIdentityParser } from '../../rules/rows/parse-identity.ts';
import type { FileRow } from '../../rules/rows/parsed-row.ts';
import { digitsOfNumber, IDENTITY_KINDS, type IdentityKind, respellings } from '../../rules/values/respellings.ts';
import type { StageDeps } from '../stage-runner/stage.ts';
import type { ReadableFile } from '../upload/read-upload.ts';
import type { BaselineRows } from './baseline-rows.ts';
import type { RowKeys } from './row-index.ts';
import type { RowIndexBuilder } from './row-index-builder.ts';

/**
 * Matches rows to users, a chunk at a time: by external id, then by email, active users before deleted ones that can be
 * restored. Unchanged rows need no lookup. Notes for other rows which users their identities mean if a program has
 * spelled them otherwise. Each lookup is a transaction of its own.
 *
 * @returns adds the next rows of the file to `index`
 */
export async function createRowMatcher(
  { db, limits }: StageDeps,
  { organizationId }: ClaimedMassEdit,
  file: ReadableFile,
  { index, baseline }: { index: RowIndexBuilder; baseline: BaselineRows },
): Promise<(rows: readonly FileRow[]) => Promise<void>> {
  const inTransaction = organizationTransactions(db, organizationId);
  const anyRestorable = await inTransaction((tx) => hasRestorableUsers(tx, organizationId));
  const identityOf = createIdentityParser(file.columns, limits);
  const slice = createTimeSlice();

  const findActive = async (kind: IdentityKind, texts: readonly (string | null)[]) =>
    texts.length === 0
      ? { keys: [], found: NOT_FOUND }
      : inTransaction(async (tx) => {
          const keys = await normalizeIdentities(tx, texts);
          return { keys, found: await findActiveUsers(tx, organizationId, kind, keys) };
        });
  const findDeleted = async (kind: IdentityKind, keys: readonly (string | null)[]): Promise<FoundUsers> =>
    anyRestorable && keys.length > 0
      ? inTransaction((tx) => findDeletedUsers(tx, organizationId, kind, keys))
      : NOT_FOUND;

  const matchDeleted = async (rows: readonly (RowKeys & { row: number })[]): Promise<void> => {
    const byId = await findDeleted(
      'externalId',
      rows.map(({ externalId }) => externalId),
    );
    const byEmail = await findDeleted(
      'email',
      rows.map(({ email }) => email),
    );
    for (const { row, email, externalId } of rows)
      index.match(row, { deleted: (byId.get(externalId) ?? byEmail.get(email))?.id });
  };
  const matchRespelled = async (kind: IdentityKind, given: readonly Respelling[]): Promise<void> => {
    const asked = given.filter(({ row }) => !index.restoresUser(row));
    const { keys, found } = await findActive(
      kind,
      asked.map(({ text }) => text),
    );
    const deleted = await findDeleted(
      kind,
      keys.filter((key) => !found.has(key)),
    );
    for (const [at, { row }] of asked.entries()) {
      const key = keys[at] ?? null;
      const user = found.get(key) ?? deleted.get(key);
      if (user) index.matchRespelled(row, user.id);
    }
  };

  return async (rows) => {
    const texts: Record<IdentityKind, (string | null)[]> = { email: [], externalId: [] };
    for (const row of rows) {
      if (row.baselineRow !== undefined) continue;
      const { email, externalId } = identityOf(row);
      texts.email.push(email);
      texts.externalId.push(externalId);
      if (slice.isOver()) await slice.yieldToOthers();
    }
    // In parallel: both results are needed before anything else.
    const [emails, externalIds] = await Promise.all([
      findActive('email', texts.email),
      findActive('externalId', texts.externalId),
    ]);
    const withoutUser: (RowKeys & { row: number })[] = [];
    const respelled: Record<IdentityKind, Respelling[]> = { email: [], externalId: [] };
    let next = -1;
    for (const { line, baselineRow } of rows) {
      if (baselineRow !== undefined) {
        index.addUnchanged(line, baseline.userIdOf(baselineRow), baselineRow);
        continue;
      }
      next++;
      const [email, externalId] = [emails.keys[next] ?? null, externalIds.keys[next] ?? null];
      const row = index.add(line, { email, externalId });
      const found = { externalId: externalIds.found.get(externalId)?.id, email: emails.found.get(email)?.id };
      index.match(row, found);
      if (anyRestorable && (found.externalId ?? found.email) === undefined)
        withoutUser.push({ row, email, externalId });
      for (const kind of IDENTITY_KINDS) {
        const text = found[kind] === undefined ? texts[kind][next] : null;
        if (text) for (const other of respellings(kind, text)) respelled[kind].push({ row, text: other });
      }
      if (found.externalId === undefined && externalId !== null && digitsOfNumber(externalId) !== null)
        index.markUnknownNumericId(row);
    }
    await matchDeleted(withoutUser);
    await matchRespelled('externalId', respelled.externalId);
    await matchRespelled('email', respelled.email);
  };
}

/** Another spelling of an identity of a row. */
type Respelling = { row: number; text: string };

const NOT_FOUND: FoundUsers = new Map();
