import { anySegmentMadeByOthers, createPlannedSegments, useSegmentsOfOthers } from '../db/apply-segments.ts';
import type { MassEditRef, StageResult } from '../workflows/contract.ts';
import { inChunks, type StageDeps, type Step } from './in-chunks.ts';

export type SegmentsResult = { segmentsCreated: number };

/**
 * Stage 3. Makes the segments that an accepted row uses; where somebody else made one of them meanwhile, rows are
 * pointed at theirs. Run twice, nothing is made twice.
 *
 * @returns how many segments were made
 * @throws CancelledFailure, ApplicationFailure as `inChunks`
 */
export async function createSegments(deps: StageDeps, ref: MassEditRef): Promise<StageResult<SegmentsResult>> {
  return inChunks<SegmentsResult>(deps, ref, {
    stage: 'Creating new segments',
    steps: [make, pointAtThoseOfOthers],
    finish: async (_tx, _edit, at) => ({ status: 'done', result: { segmentsCreated: at.done } }),
  });
}

const make: Step = (edit) => async (tx) => {
  const segmentsCreated = await createPlannedSegments(tx, edit);
  return { cursor: 0, done: segmentsCreated, total: segmentsCreated, finished: true };
};

const pointAtThoseOfOthers: Step = (edit) => async (tx, at) => {
  const same = { done: at.done, total: at.total };
  if (!(await anySegmentMadeByOthers(tx, edit))) return { ...same, cursor: 0, finished: true };
  const { taken, lastId } = await useSegmentsOfOthers(tx, edit, at.cursor, at.limit);
  return { ...same, cursor: lastId, finished: taken < at.limit };
};
