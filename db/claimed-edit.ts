import type { Decision } from '../workflows/contract.ts';

/** The fencing token. A greater one is newer. Compared as (run, stage, attempt). */
export type Fence = { run: number; stage: number; attempt: number };

/** A mass edit with the fields that stages need. `id` is the internal key. */
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
  /** The users that the rows match, as a digest; and the ids reserved for new users, as (first, count) pairs. */
  matchedAs: string | null;
  newUserIds: number[] | null;
  /** The most findings that are listed; the rest is only counted. */
  findingsListed: number;
  /** Today in the organization's time zone, `YYYY-MM-DD`. */
  today: string;
  timeZone: string;
  deleteLimit: { percent: number; fromUsers: number; people: number };
  fence: Fence;
};
