import {
  countCreatedSegments,
  createPlannedSegments,
  findConcurrentSegments,
  hasConcurrentSegments,
  nextSegments,
  useConcurrentSegments,
} from '../db/apply/apply-segments.ts';
import { inOrganization } from '../db/client.ts';
import type { MassEditRef, StageResult } from '../workflows/contract.ts';
import { chunkRowsOf, runStage } from './stage-runner/run-stage.ts';
import type { StageDeps, Step } from './stage-runner/stage.ts';

export type SegmentsResult = { segmentsCreated: number };

/**
 * Stage 3. Creates the planned segments that accepted rows use. If another writer has created a segment of that name
 * since the plan, the rows use that segment instead. A second run creates nothing.
 *
 * @returns how many segments were created
 * @throws CancelledFailure, ApplicationFailure as `runStage`
 */
export async function createSegments(deps: StageDeps, ref: MassEditRef): Promise<StageResult<SegmentsResult>> {
  return runStage<SegmentsResult>(deps, ref, {
    stage: 'Creating new segments',
    steps: [createStep(deps), findConcurrentStep, useConcurrentStep],
    finish: async (tx, edit) => ({ status: 'done', result: { segmentsCreated: await countCreatedSegments(tx, edit) } }),
  });
}

const createStep =
  (deps: StageDeps): Step =>
  (edit, at) => {
    const limit = chunkRowsOf(deps);
    let [after, done] = [at.cursor, at.done];
    return {
      prepareNext: async () => {
        const range = await inOrganization(deps.db, edit.organizationId, (tx) => nextSegments(tx, edit, after, limit));
        after = range.lastId;
        done += range.taken;
        return {
          write: (tx) => createPlannedSegments(tx, edit, range),
          ...{ cursor: range.lastId, done, total: done, finished: range.taken < limit },
        };
      },
    };
  };

const findConcurrentStep: Step = (edit) => async (tx, at) => {
  await findConcurrentSegments(tx, edit);
  return { ...at, cursor: 0, finished: true };
};

const useConcurrentStep: Step = (edit) => async (tx, at) => {
  const same = { done: at.done, total: at.total };
  if (!(await hasConcurrentSegments(tx, edit))) return { ...same, cursor: 0, finished: true };
  const { taken, lastId } = await useConcurrentSegments(tx, edit, at.cursor, at.limit);
  return { ...same, cursor: lastId, finished: taken < at.limit };
};
