import type { KeptReading, Reading } from '../csv/reading.ts';
import { inOrganization, type Transaction, transactionsOf } from '../db/client.ts';
import { deletionSense, listMissingUsers, warnOfNamesOfMissing, whoPointsAtListed } from '../db/deletions.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { countRows, keepReading } from '../db/file-reading.ts';
import { addFindings } from '../db/findings.ts';
import { knownAmong, rememberContext } from '../db/known-rows.ts';
import { linkParent } from '../db/parents.ts';
import { rememberMatch, reserveUserIds } from '../db/user-ids.ts';
import { beginAnewAfterUpgrade, forgetPlan } from '../db/validation-anew.ts';
import type { FileRead, MassEditRef, StageResult } from '../workflows/contract.ts';
import { inspectUpload, readByOf } from './file-input.ts';
import { type ChunkWork, chunkRowsOf, inChunks, type StageDeps, type Step } from './in-chunks.ts';
import { type KnownAhead, readKnownAhead } from './known-rows.ts';
import { type MatchedFile, matchFile } from './matched-file.ts';
import { type OpenRows, openRows } from './open-rows.ts';
import { halfOf, planRows, planRowsAgain, toStore } from './plan-rows.ts';
import { type FindingCode, finding } from './rules/findings.ts';

/**
 * Chunks that are matched before progress is written: nothing of it has to be kept but that, and a commit waits for the
 * disk.
 */
const CHUNKS_PER_LOOK = 10;

/**
 * Stage 1. Reads the file, checks every row and cell and reports all it finds, matches rows to people, works out what
 * would become of each row and who is missing. Writes the plan and findings only, never live data.
 *
 * It takes one pass over the file to see how it must be read, one to find whom its rows are about, and one to plan them.
 * The last goes on from its checkpoint; the others are short, write nothing, and are done anew by an attempt that goes on.
 * Where such an attempt finds people otherwise than the one before, who have changed meanwhile, or is of another program,
 * it begins once more.
 *
 * @returns whether the file is wrong as a whole (then nothing may be applied), and how many rows it has
 * @throws CancelledFailure, ApplicationFailure as `inChunks`
 */
export async function validateFile(deps: StageDeps, ref: MassEditRef): Promise<StageResult<FileRead>> {
  const file = fileOf(deps);
  return inChunks<FileRead>(deps, ref, {
    stage: 'Validation',
    prepare: (tx, edit) => beginAnewAfterUpgrade(tx, edit, readByOf(deps)),
    steps: [
      lookAtTheFile(deps, file),
      unlessFileError(file, findWhoTheRowsAreAbout(deps, file)),
      unlessFileError(file, planTheRows(deps, file)),
      unlessFileError(file, listWhoIsMissing(file)),
      unlessFileError(file, planAgainWhoNamesThem(deps, file)),
    ],
    finish: async (tx, edit) => {
      return { status: 'done', result: { fileError: file.kept(edit).fileError, rows: await countRows(tx, edit, 0) } };
    },
  });
}

/** What an attempt knows of the file; found out when it is first asked for. */
type File = {
  kept(edit: ClaimedEdit): KeptReading;
  keep(tx: Transaction, edit: ClaimedEdit, reading: KeptReading): Promise<void>;
  open(edit: ClaimedEdit): Promise<OpenRows>;
  matched: { is: MatchedFile | null };
  known: { ahead: KnownAhead | null };
};

function fileOf(deps: StageDeps): File {
  let kept: KeptReading | null = null;
  let opened: Promise<OpenRows> | null = null;
  // In `edit.reading` there is none until the first step has looked at the file.
  const keptIn = (edit: ClaimedEdit): KeptReading => kept ?? (edit.reading as KeptReading);
  return {
    kept: keptIn,
    keep: async (tx, edit, reading) => {
      await keepReading(tx, edit, reading);
      kept = reading;
      opened = null;
    },
    open: (edit) => {
      opened ??= openRows(deps, edit, keptIn(edit) as Reading);
      return opened;
    },
    matched: { is: null },
    known: { ahead: null },
  };
}

const unlessFileError =
  (file: File, step: Step): Step =>
  (edit, at) =>
    file.kept(edit).fileError ? nothingToDo : step(edit, at);

const nothingToDo: ChunkWork = async (_tx, at) => ({ ...at, cursor: 0, finished: true });

const lookAtTheFile =
  (deps: StageDeps, file: File): Step =>
  async (edit) => {
    file.known.ahead = await readKnownAhead(deps, edit);
    const { reading, columns, findings, places, unread } = await inspectUpload(deps, edit);
    const ours = columns?.list.map(({ index, name, kind }) => ({ index, name, kind })) ?? [];
    return async (tx) => {
      await file.keep(tx, edit, {
        ...{ ...reading, columns: ours, unread, fileError: columns === null, readBy: readByOf(deps) },
      });
      await linkParent(tx, edit, places);
      await addFindings(tx, edit, 1, findings.map(toStore));
      return { cursor: 0, done: 0, total: reading?.rows ?? 0, finished: true };
    };
  };

const findWhoTheRowsAreAbout =
  (deps: StageDeps, file: File): Step =>
  async (edit) => {
    const opened = await file.open(edit);
    const matching = await matchFile(deps, edit, opened, file.known.ahead);
    const total = opened.reading.rows;
    return {
      workOut: async () => {
        const matched = await matching.goOn(CHUNKS_PER_LOOK * chunkRowsOf(deps));
        return {
          write: async (tx) => {
            if (!matched) return;
            const newUserIds = await reserveUserIds(tx, matched.rows.countNew());
            await rememberMatch(tx, edit, { digest: matched.rows.digest(), newUserIds });
            await rememberContext(tx, edit, opened.digest);
            matched.rows.nameNew(newUserIds);
            file.matched.is = matched;
          },
          ...{ cursor: 0, done: halfOf(matching.done()), total, finished: matched !== null },
        };
      },
    };
  };

const planTheRows =
  (deps: StageDeps, file: File): Step =>
  async (edit, at) => {
    const opened = await file.open(edit);
    const matched = await matchedAsBefore(deps, edit, file, opened);
    if (!matched) return beginAnew(edit);
    return planRows(deps, edit, opened, matched, at.cursor);
  };

/** Whom the rows are about, as this attempt has found or as the one before did; null where that is not the same. */
async function matchedAsBefore(
  deps: StageDeps,
  edit: ClaimedEdit,
  file: File,
  opened: OpenRows,
): Promise<MatchedFile | null> {
  if (file.matched.is) return file.matched.is;
  await inOrganization(deps.db, edit.organizationId, (tx) => rememberContext(tx, edit, opened.digest));
  const matching = await matchFile(deps, edit, opened, file.known.ahead);
  const matched = await matching.goOn(Number.POSITIVE_INFINITY);
  if (matched?.rows.digest() !== edit.matchedAs) return null;
  matched.rows.nameNew(edit.newUserIds ?? []);
  file.matched.is = matched;
  return matched;
}

const beginAnew =
  (edit: ClaimedEdit): ChunkWork =>
  async (tx, at) => {
    await forgetPlan(tx, edit);
    return { ...at, cursor: 0, finished: true, anew: true };
  };

/** Who is not in the file; or why nobody may be called missing. */
const listWhoIsMissing =
  (file: File): Step =>
  (edit) =>
  async (tx, at) => {
    const nothing = { ...at, cursor: 0, finished: true };
    if (!edit.deleteMissingUsers) return nothing;
    const rows = await countRows(tx, edit, 0);
    const { anyMatch, unreadableLine } = await deletionSense(tx, edit);
    if (rows === 0 || !anyMatch) {
      await file.keep(tx, edit, { ...file.kept(edit), fileError: true });
      await say(tx, edit, rows === 0 ? 'DELETE_WITHOUT_ROWS' : 'DELETE_WITHOUT_MATCH', {});
    } else if (unreadableLine !== null) {
      await say(tx, edit, 'DELETION_OFF', { line: unreadableLine });
    } else {
      const missing = await listMissingUsers(tx, edit, rows);
      if (missing > 0) await warnOfNamesOfMissing(tx, edit);
      return { ...nothing, filled: { missing_users: missing } };
    }
    return nothing;
  };

/** A row that is known and names somebody who is about to be deleted is refused, with the name as the file spells it. */
const planAgainWhoNamesThem =
  (deps: StageDeps, file: File): Step =>
  async (edit, at) => {
    if (!edit.deleteMissingUsers) return nothingToDo;
    const inTransaction = transactionsOf(deps.db, edit.organizationId);
    const people = new Set(await inTransaction((tx) => whoPointsAtListed(tx, edit, 'l.kept is null')));
    if (people.size === 0) return nothingToDo;
    const opened = await file.open(edit);
    const matched = await matchedAsBefore(deps, edit, file, opened);
    if (!matched) return beginAnew(edit);
    const lines = await inTransaction((tx) => knownAmong(tx, edit, matched.rows.linesAbout(people)));
    if (lines.length === 0) return nothingToDo;
    return planRowsAgain(deps, edit, opened, matched, { lines, at });
  };

const say = (tx: Transaction, edit: ClaimedEdit, code: FindingCode, details: Record<string, number>): Promise<void> =>
  addFindings(tx, edit, 1, [toStore(finding(null, code, null, null, details))]);
