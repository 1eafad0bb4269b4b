import type { KeptReading, Reading } from '../csv/reading.ts';
import type { Transaction } from '../db/client.ts';
import { deletionSense, listMissingUsers } from '../db/deletions.ts';
import type { ClaimedEdit } from '../db/fence.ts';
import { addFindings } from '../db/findings.ts';
import { knownRowsInDoubt, knownRowsNamingListed } from '../db/known-rows.ts';
import { matchWithoutZeros } from '../db/lost-zeros.ts';
import { linkParent } from '../db/parents.ts';
import { planRows } from '../db/plan-rows.ts';
import { countRows, keepReading, settleDuplicates } from '../db/staging.ts';
import { beginAnewAfterUpgrade } from '../db/validation-anew.ts';
import type { FileRead, MassEditRef, StageResult } from '../workflows/contract.ts';
import { inspectUpload, readByOf } from './file-input.ts';
import { inChunks, type StageDeps, type Step } from './in-chunks.ts';
import { type FindingCode, finding } from './rules/findings.ts';
import { halfOf, stageAgain, stageTheRows, toStore } from './stage-rows.ts';

/**
 * Stage 1. Reads the file, checks every row and cell and reports all it finds, matches rows to people, works out what
 * would become of each row and who is missing. Writes staging tables only, never live data.
 *
 * It takes one pass over the file to see how it must be read, one to stage its rows, and one over the staged rows to
 * plan; each goes on from its checkpoint. Rows that are known from an earlier mass edit go into the plan at once; those of
 * them that turn out to be in doubt are staged after all. A validation that another program has begun begins once more.
 *
 * @returns whether the file is wrong as a whole (then nothing may be applied), and how many rows it has
 * @throws CancelledFailure, ApplicationFailure as `inChunks`
 */
export async function validateFile(deps: StageDeps, ref: MassEditRef): Promise<StageResult<FileRead>> {
  // In `edit.reading` there is none until the first step has looked at the file.
  const file: { kept: KeptReading | null } = { kept: null };
  const unlessFileError =
    (step: (edit: ClaimedEdit, reading: Reading, cursor: number) => ReturnType<Step>): Step =>
    (edit, cursor) => {
      const kept = file.kept ?? (edit.reading as KeptReading);
      if (kept.fileError) return nothingToDo;
      return step(edit, kept as Reading, cursor);
    };
  return inChunks<FileRead>(deps, ref, {
    stage: 'Validation',
    prepare: (tx, edit) => beginAnewAfterUpgrade(tx, edit, readByOf(deps)),
    steps: [
      async (edit) => {
        const { reading, columns, findings, places } = await inspectUpload(deps, edit);
        const ours = columns?.list.map(({ index, name, kind }) => ({ index, name, kind })) ?? [];
        file.kept = { ...reading, columns: ours, fileError: columns === null, readBy: readByOf(deps) };
        const kept = file.kept;
        return async (tx) => {
          await keepReading(tx, edit, kept);
          await linkParent(tx, edit, places);
          await addFindings(tx, edit, 1, findings.map(toStore));
          return { cursor: 0, done: 0, total: reading?.rows ?? 0, finished: true };
        };
      },
      unlessFileError((edit, reading, cursor) => stageTheRows(deps, edit, reading, cursor)),
      unlessFileError(findLostZeros),
      unlessFileError((edit, reading, cursor) => stageAgain(deps, edit, { reading, cursor, which: knownRowsInDoubt })),
      unlessFileError(compareRowsWithEachOther),
      unlessFileError(listWhoIsMissing(file)),
      unlessFileError((edit, reading, cursor) =>
        stageAgain(deps, edit, { reading, cursor, which: knownRowsNamingListed }),
      ),
      unlessFileError(planTheRows),
    ],
    finish: async (tx, edit) => {
      const kept = file.kept ?? (edit.reading as KeptReading);
      return { status: 'done', result: { fileError: kept.fileError, rows: await countRows(tx, edit, 0) } };
    },
  });
}

const nothingToDo: ReturnType<Step> = async (_tx, at) => ({ ...at, cursor: 0, finished: true });

const findLostZeros =
  (edit: ClaimedEdit): ReturnType<Step> =>
  async (tx, at) => {
    await matchWithoutZeros(tx, edit);
    return { ...at, cursor: 0, finished: true };
  };

const compareRowsWithEachOther =
  (edit: ClaimedEdit): ReturnType<Step> =>
  async (tx, at) => {
    await settleDuplicates(tx, edit);
    return { ...at, cursor: 0, finished: true };
  };

const planTheRows =
  (edit: ClaimedEdit): ReturnType<Step> =>
  async (tx, at) => {
    const { rows, lastLine } = await planRows(tx, edit, at.cursor, at.limit);
    return {
      cursor: lastLine,
      done: at.done + halfOf(rows),
      total: at.total,
      finished: rows < at.limit,
      filled: { plan_rows: rows },
    };
  };

/** Who is not in the file; or why nobody may be called missing. */
const listWhoIsMissing =
  (file: { kept: KeptReading | null }) =>
  (edit: ClaimedEdit, reading: Reading): ReturnType<Step> =>
  async (tx, at) => {
    const nothing = { ...at, cursor: 0, finished: true };
    if (!edit.deleteMissingUsers) return nothing;
    const rows = await countRows(tx, edit, 0);
    const { anyMatch, unreadableLine } = await deletionSense(tx, edit);
    if (rows === 0 || !anyMatch) {
      file.kept = { ...reading, fileError: true };
      await keepReading(tx, edit, file.kept);
      await say(tx, edit, rows === 0 ? 'DELETE_WITHOUT_ROWS' : 'DELETE_WITHOUT_MATCH', {});
    } else if (unreadableLine !== null) {
      await say(tx, edit, 'DELETION_OFF', { line: unreadableLine });
    } else {
      return { ...nothing, filled: { missing_users: await listMissingUsers(tx, edit, rows) } };
    }
    return nothing;
  };

const say = (tx: Transaction, edit: ClaimedEdit, code: FindingCode, details: Record<string, number>): Promise<void> =>
  addFindings(tx, edit, 1, [toStore(finding(null, code, null, null, details))]);
