import type { FileFormat, StoredFileFormat } from '../csv/user-file/file-format.ts';
import type { ClaimedMassEdit } from '../db/claimed-edit.ts';
import { inOrganization, organizationTransactions, type Transaction } from '../db/client.ts';
import { linkParent } from '../db/mass-edits/corrected-upload.ts';
import { addFindings } from '../db/mass-edits/findings.ts';
import { saveRowContext, unchangedAmong } from '../db/plan/baseline-rows.ts';
import { saveFileFormat } from '../db/plan/file-format.ts';
import {
  deletionPreconditions,
  findUsersPointingAtListed,
  listMissingUsers,
  warnOfSameNames,
} from '../db/plan/missing-users.ts';
import { reserveUserIds, saveMatch } from '../db/plan/reserved-user-ids.ts';
import { deletePlan, restartAfterUpgrade } from '../db/plan/restart-validation.ts';
import { addRowCount } from '../db/plan/upload-queries.ts';
import type { FindingCode } from '../rules/findings/catalogue.ts';
import { finding } from '../rules/findings/findings.ts';
import type { FileRead, MassEditRef, StageResult } from '../workflows/contract.ts';
import { type BaselinePrefetch, prefetchBaseline } from './matching/baseline-rows.ts';
import { type MatchedFile, matchFile } from './matching/match-file.ts';
import { halfProgress, planRows, replanRows } from './planning/plan-rows.ts';
import { chunkRowsOf, runStage } from './stage-runner/run-stage.ts';
import type { ChunkHandler, StageDeps, Step } from './stage-runner/stage.ts';
import { inspectUpload, readByOf } from './upload/inspect-upload.ts';
import { loadParsingContext, type ParsingContext } from './upload/parsing-context.ts';

/** Chunks that are matched before progress is written. Only progress is stored, and each commit waits for the disk. */
const CHUNKS_PER_COMMIT = 10;

/**
 * Stage 1. Reads the file, checks every row and cell, reports all findings, matches rows to users, plans each row, and
 * lists the missing users. Writes the plan and findings only, never live data.
 *
 * The stage reads the file three times: to inspect it, to match its rows to users, and to plan them. The planning step
 * continues after its checkpoint. The other steps are short and write nothing, so a retry repeats them. If a retry
 * matches other users than the attempt before it, or runs another version of the code, validation restarts.
 *
 * @returns whether the file has a file error (then nothing may be applied), and how many rows it has
 * @throws CancelledFailure, ApplicationFailure as `runStage`
 */
export async function validateFile(deps: StageDeps, ref: MassEditRef): Promise<StageResult<FileRead>> {
  const file = createValidationAttempt(deps);
  return runStage<FileRead>(deps, ref, {
    stage: 'Validation',
    prepare: (tx, edit) => restartAfterUpgrade(tx, edit, readByOf(deps)),
    steps: [
      inspectStep(deps, file),
      unlessFileError(file, matchStep(deps, file)),
      unlessFileError(file, planStep(deps, file)),
      unlessFileError(file, listMissingStep(file)),
      unlessFileError(file, replanReferencesStep(deps, file)),
    ],
    finish: async (tx, edit) => {
      return {
        status: 'done',
        result: { fileError: file.storedFormat(edit).fileError, rows: await addRowCount(tx, edit, 0) },
      };
    },
  });
}

/** What an attempt knows of the file, loaded on first use. */
type ValidationAttempt = {
  storedFormat(edit: ClaimedMassEdit): StoredFileFormat;
  saveFormat(tx: Transaction, edit: ClaimedMassEdit, reading: StoredFileFormat): Promise<void>;
  loadContext(edit: ClaimedMassEdit): Promise<ParsingContext>;
  matched: { is: MatchedFile | null };
  baseline: { ahead: BaselinePrefetch | null };
};

function createValidationAttempt(deps: StageDeps): ValidationAttempt {
  let kept: StoredFileFormat | null = null;
  let opened: Promise<ParsingContext> | null = null;
  // `edit.reading` is empty until the first step has inspected the file.
  const keptIn = (edit: ClaimedMassEdit): StoredFileFormat => kept ?? (edit.reading as StoredFileFormat);
  return {
    storedFormat: keptIn,
    saveFormat: async (tx, edit, reading) => {
      await saveFileFormat(tx, edit, reading);
      kept = reading;
      opened = null;
    },
    loadContext: (edit) => {
      opened ??= loadParsingContext(deps, edit, keptIn(edit) as FileFormat);
      return opened;
    },
    matched: { is: null },
    baseline: { ahead: null },
  };
}

const unlessFileError =
  (file: ValidationAttempt, step: Step): Step =>
  (edit, at) =>
    file.storedFormat(edit).fileError ? nothingToDo : step(edit, at);

const nothingToDo: ChunkHandler = async (_tx, at) => ({ ...at, cursor: 0, finished: true });

const inspectStep =
  (deps: StageDeps, file: ValidationAttempt): Step =>
  async (edit) => {
    file.baseline.ahead = await prefetchBaseline(deps, edit);
    const { reading, columns, findings, errorLogOrigin, unread } = await inspectUpload(deps, edit);
    const ours = columns?.list.map(({ index, name, kind }) => ({ index, name, kind })) ?? [];
    return async (tx) => {
      await file.saveFormat(tx, edit, {
        ...{ ...reading, columns: ours, unread, fileError: columns === null, readBy: readByOf(deps) },
      });
      await linkParent(tx, edit, errorLogOrigin);
      await addFindings(tx, edit, 'Validation', findings);
      return { cursor: 0, done: 0, total: reading?.rows ?? 0, finished: true };
    };
  };

const matchStep =
  (deps: StageDeps, file: ValidationAttempt): Step =>
  async (edit) => {
    const opened = await file.loadContext(edit);
    const matching = await matchFile(deps, edit, opened, file.baseline.ahead);
    const total = opened.reading.rows;
    return {
      prepareNext: async () => {
        const matched = await matching.advance(CHUNKS_PER_COMMIT * chunkRowsOf(deps));
        return {
          write: async (tx) => {
            if (!matched) return;
            const newUserIds = await reserveUserIds(tx, matched.rows.countNew());
            await saveMatch(tx, edit, { digest: matched.rows.digest(), newUserIds });
            await saveRowContext(tx, edit, opened.digest);
            matched.rows.assignNewUserIds(newUserIds);
            file.matched.is = matched;
          },
          ...{ cursor: 0, done: halfProgress(matching.done()), total, finished: matched !== null },
        };
      },
    };
  };

const planStep =
  (deps: StageDeps, file: ValidationAttempt): Step =>
  async (edit, at) => {
    const opened = await file.loadContext(edit);
    const matched = await rematch(deps, edit, file, opened);
    if (!matched) return restartValidation(edit);
    return planRows(deps, edit, opened, matched, at.cursor);
  };

/** The match of this attempt, or the match repeated after a retry; null if it differs from the previous attempt's. */
async function rematch(
  deps: StageDeps,
  edit: ClaimedMassEdit,
  file: ValidationAttempt,
  opened: ParsingContext,
): Promise<MatchedFile | null> {
  if (file.matched.is) return file.matched.is;
  await inOrganization(deps.db, edit.organizationId, (tx) => saveRowContext(tx, edit, opened.digest));
  const matching = await matchFile(deps, edit, opened, file.baseline.ahead);
  const matched = await matching.advance(Number.POSITIVE_INFINITY);
  if (matched?.rows.digest() !== edit.matchedAs) return null;
  matched.rows.assignNewUserIds(edit.newUserIds ?? []);
  file.matched.is = matched;
  return matched;
}

const restartValidation =
  (edit: ClaimedMassEdit): ChunkHandler =>
  async (tx, at) => {
    await deletePlan(tx, edit);
    return { ...at, cursor: 0, finished: true, restart: true };
  };

/** Lists the missing users, or stores the finding why no user may be called missing. */
const listMissingStep =
  (file: ValidationAttempt): Step =>
  (edit) =>
  async (tx, at) => {
    const nothing = { ...at, cursor: 0, finished: true };
    if (!edit.deleteMissingUsers) return nothing;
    const rows = await addRowCount(tx, edit, 0);
    const { anyMatch, unreadableLine } = await deletionPreconditions(tx, edit);
    if (rows === 0 || !anyMatch) {
      await file.saveFormat(tx, edit, { ...file.storedFormat(edit), fileError: true });
      await addFileFinding(tx, edit, rows === 0 ? 'DELETE_WITHOUT_ROWS' : 'DELETE_WITHOUT_MATCH', {});
    } else if (unreadableLine !== null) {
      await addFileFinding(tx, edit, 'DELETION_OFF', { line: unreadableLine });
    } else {
      const missing = await listMissingUsers(tx, edit, rows);
      if (missing > 0) await warnOfSameNames(tx, edit);
      return { ...nothing, rowsAdded: { missing_users: missing } };
    }
    return nothing;
  };

/** An unchanged row that references a user who will be deleted is refused, with the name as the file spells it. */
const replanReferencesStep =
  (deps: StageDeps, file: ValidationAttempt): Step =>
  async (edit, at) => {
    if (!edit.deleteMissingUsers) return nothingToDo;
    const inTransaction = organizationTransactions(deps.db, edit.organizationId);
    const users = new Set(await inTransaction((tx) => findUsersPointingAtListed(tx, edit, 'planned')));
    if (users.size === 0) return nothingToDo;
    const opened = await file.loadContext(edit);
    const matched = await rematch(deps, edit, file, opened);
    if (!matched) return restartValidation(edit);
    const lines = await inTransaction((tx) => unchangedAmong(tx, edit, matched.rows.linesOfUsers(users)));
    if (lines.length === 0) return nothingToDo;
    return replanRows(deps, edit, opened, matched, { lines, at });
  };

const addFileFinding = (
  tx: Transaction,
  edit: ClaimedMassEdit,
  code: FindingCode,
  details: Record<string, number>,
): Promise<void> => addFindings(tx, edit, 'Validation', [finding(null, code, null, null, details)]);
