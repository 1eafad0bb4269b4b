import { inOrganization } from '../db/client.ts';
import { linkCorrectedUpload } from '../db/mass-edits/corrected-upload.ts';
import { addFindings } from '../db/mass-edits/findings.ts';
import { unchangedRowsPointingAtListed } from '../db/plan/missing-users.ts';
import { saveMatch } from '../db/plan/reserved-user-ids.ts';
import { deletePlan, restartAfterUpgrade } from '../db/plan/restart-validation.ts';
import { addRowCount } from '../db/plan/upload-queries.ts';
import type { Checkpoint } from '../db/stages/checkpoints.ts';
import type { FileRead, MassEditRef, StageResult } from '../workflows/contract.ts';
import { listMissing } from './planning/list-missing.ts';
import { halfProgress, planRows, type RowsToPlan } from './planning/plan-rows.ts';
import { ValidationAttempt } from './planning/validation-attempt.ts';
import { prefetch } from './stage-runner/prefetch.ts';
import { runStage } from './stage-runner/run-stage.ts';
import type { ChunkHandler, ChunkProducer, StageDeps, Step } from './stage-runner/stage.ts';
import { detectorOf, inspectUpload } from './upload/inspect-upload.ts';

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
  let attempt: ValidationAttempt | undefined;
  const step =
    (run: ValidationStep): Step =>
    (edit, at) => {
      attempt ??= new ValidationAttempt(deps, edit);
      return run(attempt, at);
    };
  return runStage<FileRead>(deps, ref, {
    stage: 'Validation',
    prepare: (tx, edit) => restartAfterUpgrade(tx, edit, detectorOf(deps)),
    steps: [
      step(inspectStep),
      ...[matchStep, planStep, listMissingStep, replanReferencesStep].map((run) => step(unlessFileError(run))),
    ],
    finish: async (tx, edit) => {
      const { fileError } = (attempt ?? new ValidationAttempt(deps, edit)).format;
      return { status: 'done', result: { fileError, rows: await addRowCount(tx, edit, 0) } };
    },
  });
}

type ValidationStep = (attempt: ValidationAttempt, at: Checkpoint) => ReturnType<Step>;

const unlessFileError =
  (run: ValidationStep): ValidationStep =>
  (attempt, at) =>
    attempt.format.fileError ? nothingToDo : run(attempt, at);

const nothingToDo: ChunkHandler = async (_tx, at) => ({ ...at, cursor: 0, finished: true });

const inspectStep: ValidationStep = async (attempt) => {
  const { deps, edit } = attempt;
  const { format, findings, errorLogOrigin } = await inspectUpload(deps, edit);
  return async (tx) => {
    await attempt.saveFormat(tx, format);
    await linkCorrectedUpload(tx, edit, errorLogOrigin);
    await addFindings(tx, edit, 'Validation', findings);
    return { cursor: 0, done: 0, total: format.rows ?? 0, finished: true };
  };
};

const matchStep: ValidationStep = (attempt) => {
  const matching = attempt.match();
  return {
    prepareNext: async () => {
      const { done, value } = await matching.next();
      return {
        write: async (tx) => done && saveMatch(tx, attempt.edit, value),
        ...{ cursor: 0, done: halfProgress(done ? value.index.size : value), total: attempt.format.rows ?? 0 },
        finished: done === true,
      };
    },
  };
};

const planStep: ValidationStep = (attempt, at) => plan(attempt, { after: at.cursor });

const listMissingStep: ValidationStep = (attempt) => async (tx, at) => {
  if (!attempt.edit.deleteMissingUsers) return nothingToDo(tx, at);
  const { missing, fileError } = await listMissing(tx, attempt.edit);
  if (fileError) await attempt.saveFormat(tx, { ...attempt.format, fileError });
  return { ...at, cursor: 0, finished: true, rowsAdded: { missing_users: missing } };
};

/** An unchanged row that references a user who will be deleted is refused, with the name as the file spells it. */
const replanReferencesStep: ValidationStep = async (attempt, at) => {
  const { deps, edit } = attempt;
  if (!edit.deleteMissingUsers) return nothingToDo;
  const lines = await inOrganization(deps.db, edit.organizationId, (tx) => unchangedRowsPointingAtListed(tx, edit));
  return lines.length > 0 ? plan(attempt, { after: at.cursor, again: new Set(lines) }) : nothingToDo;
};

/** Plans rows. If this attempt matches other users than the attempt before, validation restarts. */
async function plan(attempt: ValidationAttempt, rows: RowsToPlan): Promise<ChunkHandler | ChunkProducer> {
  const { deps, edit } = attempt;
  const index = await attempt.index();
  if (!index) {
    return async (tx, at) => {
      await deletePlan(tx, edit);
      return { ...at, cursor: 0, finished: true, restart: true };
    };
  }
  const chunks = planRows(deps, edit, await attempt.context(), index, rows);
  return { prepareNext: prefetch(async () => (await chunks.next()).value) };
}
