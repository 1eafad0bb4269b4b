import type { Decision } from '../workflows/contract.ts';

/** Which attempt of which piece of work may write: greater is newer. Compared as (run, stage, attempt). */
export type Fence = { run: number; stage: number; attempt: number };

/** A mass edit as the stages need it. `id` is the internal key. */
export type ClaimedMassEdit = {
  id: number;
  organizationId: string;
  fileId: number;
  sizeBytes: number;
  resetEmptyFields: boolean;
  deleteMissingUsers: boolean;
  review: 'deletions' | 'always';
  approvalTimeoutMs: number;
  startedBy: number;
  decision: Decision | null;
  listDigest: string | null;
  appliedOn: string | null;
  frozenAt: string | null;
  reading: Record<string, unknown> | null;
  /** A digest of the users that the rows match; and the ids reserved for new users, as (first, count) pairs. */
  matchedAs: string | null;
  newUserIds: number[] | null;
  /** How many findings are listed; more are only counted. */
  findingsListed: number;
  /** Today in the organization's time zone, `YYYY-MM-DD`. */
  today: string;
  timeZone: string;
  deleteLimit: { percent: number; fromUsers: number; people: number };
  fence: Fence;
};
