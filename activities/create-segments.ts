import {
  anySegmentMadeByOthers,
  countSegmentsMade,
  findSegmentsOfOthers,
  makeSegments,
  nextSegments,
  useSegmentsOfOthers,
} from '../db/apply-segments.ts';
import { inOrganization } from '../db/client.ts';
import type { MassEditRef, StageResult } from '../workflows/contract.ts';
import { chunkRowsOf, inChunks, type StageDeps, type Step } from './in-chunks.ts';

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
    steps: [make(deps), findThoseOfOthers, pointAtThoseOfOthers],
    finish: async (tx, edit) => ({ status: 'done', result: { segmentsCreated: await countSegmentsMade(tx, edit) } }),
  });
}

const make =
  (deps: StageDeps): Step =>
  (edit, at) => {
    const limit = chunkRowsOf(deps);
    let [after, done] = [at.cursor, at.done];
    return {
      workOut: async () => {
        const span = await inOrganization(deps.db, edit.organizationId, (tx) => nextSegments(tx, edit, after, limit));
        after = span.lastId;
        done += span.taken;
        return {
          write: (tx) => makeSegments(tx, edit, span),
          ...{ cursor: span.lastId, done, total: done, finished: span.taken < limit },
        };
      },
    };
  };

const findThoseOfOthers: Step = (edit) => async (tx, at) => {
  await findSegmentsOfOthers(tx, edit);
  return { ...at, cursor: 0, finished: true };
};

const pointAtThoseOfOthers: Step = (edit) => async (tx, at) => {
  const same = { done: at.done, total: at.total };
  if (!(await anySegmentMadeByOthers(tx, edit))) return { ...same, cursor: 0, finished: true };
  const { taken, lastId } = await useSegmentsOfOthers(tx, edit, at.cursor, at.limit);
  return { ...same, cursor: lastId, finished: taken < at.limit };
};
