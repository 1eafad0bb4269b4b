import type { Transaction } from '../db/client.ts';
import type { AttributeView } from '../db/people/attributes.ts';
import { type ReportPosition, type ReportRow, reportOf } from '../db/people/survey-reports.ts';
import { MAX_LIMIT, pageOf, parseCursor } from './paging.ts';

/** A segment with those of its comments that are on this page. */
type SegmentJson = Pick<ReportRow, 'segment' | 'people' | 'answers' | 'meanScore'> & { comments: string[] };

/**
 * A page of a survey's report by one attribute: segments with their comments. If a segment has more comments than the
 * page has room for, the segment is on the next page again with the rest.
 */
export async function reportJson(
  tx: Transaction,
  survey: number,
  attribute: AttributeView,
  { cursor, limit }: { cursor?: string; limit: number },
): Promise<{ segments: SegmentJson[]; nextCursor: string | null }> {
  const { items, nextCursor } = await pageOf<ReportRow, ReportRow, ReportPosition | null>({
    limit,
    after: parseCursor(cursor, isReportPosition),
    // Each read computes the report again, and a comment has 10,000 characters at most.
    step: MAX_LIMIT + 1,
    read: (after, most) => reportOf(tx, survey, attribute, after, most),
    keyOf: ({ segment, commentKey }) => ({ segment, comment: commentKey }),
    itemsOf: (rows) => rows,
  });
  const segments: SegmentJson[] = [];
  for (const { comment, commentKey: _key, ...row } of items) {
    const last = segments.at(-1);
    const comments = comment === null ? [] : [comment];
    if (last?.segment === row.segment) last.comments.push(...comments);
    else segments.push({ ...row, comments });
  }
  return { segments, nextCursor };
}

function isReportPosition(given: unknown): given is ReportPosition {
  if (typeof given !== 'object' || given === null || !('segment' in given) || !('comment' in given)) return false;
  const { segment, comment } = given;
  const isName = segment === null || (typeof segment === 'string' && !segment.includes('\0'));
  return isName && Number.isSafeInteger(comment);
}
