/**
 * What the workflow, its callers and its activities agree on. Plain data only: safe to import anywhere, the workflow
 * sandbox included. Nothing here may carry a name, an email or a cell: what crosses Temporal is ids, counts, digests.
 *
 * Glossary. Each term means one thing in code, docs and messages.
 * - mass edit: one upload of one CSV file and all that follows, one workflow. An organization has one at a time.
 * - stage: one of the seven steps below. A stage is one activity, named after it.
 * - chunk: up to 5,000 rows that one transaction writes. checkpoint: the position behind the last committed chunk.
 * - attempt: one run of a stage by a worker. A retry is the next attempt, and it starts at the checkpoint.
 * - fencing token (fence): the run, place and attempt that may write. A transaction with an older token fails.
 * - plan: what each row would change, made by stages 1 and 2, then frozen. Its deletion list has a digest.
 * - gate: the wait between stages 2 and 3 for a decision: approve, skip the deletions, cancel, or expire.
 * - finding: an error, warning or notice about a row or file, with a stable code. A finding is data.
 * - refusal: an HTTP answer with a stable problem code. fault: a thrown error, which the engine retries.
 * - refused row: a row with an error. skipped row: a row without one that is not applied.
 * - user: a record of the organization. caller, administrator, operator: the person who acts.
 * - active user: a user that is not deleted. missing user: an active user that no row of the file matches.
 * - attribute: a column of a user (Department). segment: one value of an attribute (Sales).
 * - membership: in which segment a user is, and from which day. backdate: an earlier day for a membership.
 * - known row: a row equal to a row that an earlier mass edit (the basis) applied. It is planned without parsing.
 * - lane: small or large, by the size of the file. Each lane has a task queue and workers of its own.
 */

/** The seven stages in their order, by the words the administrator sees. */
export const STAGE_NAMES = [
  'Validation',
  'Cycle detection',
  'Creating new segments',
  'Delete users',
  'Upsert users',
  'Attribute mutations',
  'Backdating changes',
] as const;
export type StageName = (typeof STAGE_NAMES)[number];

export const TASK_QUEUE = 'mass-edit';
/**
 * The two lanes. `small` runs the workflows, the stages of small files and what records; `large` runs the stages of large
 * files. Each lane has a task queue and slots of its own, so that no number of large files keeps a small one waiting.
 */
export const LANES = ['small', 'large'] as const;
export type Lane = (typeof LANES)[number];
/** The task queue of a lane, by the task queue of the workflows. */
export const queueOf = (taskQueue: string, lane: Lane): string => (lane === 'small' ? taskQueue : `${taskQueue}-large`);
/** About one chunk of 5,000 rows: a small file is a few transactions in each stage. */
export const SMALL_UP_TO_BYTES = 2 ** 20;
/** The lane whose workers carry out the stages of a file. The workflow itself is always run by those of `small`. */
export const laneOf = (sizeBytes: number): Lane => (sizeBytes > SMALL_UP_TO_BYTES ? 'large' : 'small');
export const WORKFLOW_TYPE = 'massEdit';
/** One open mass edit an organization: the workflow id is the lock. */
export const workflowIdOf = (organizationId: string): string => `mass-edit:${organizationId}`;

export const SIGNALS = {
  approve: 'approveDeletions',
  skipDeletions: 'applyWithoutDeletions',
  cancel: 'cancelMassEdit',
} as const;
export const PROGRESS_QUERY = 'progress';
/** All of the type Keyword. `stage` holds the name of a stage, or one of `OUTSIDE_STAGES`; `outcome` is there from the end on. */
export const SEARCH_ATTRIBUTES = {
  organizationId: 'OrganizationId',
  stage: 'MassEditStage',
  outcome: 'Outcome',
} as const;
export const OUTSIDE_STAGES = { waiting: 'Waiting for a person', ended: 'Ended' } as const;
/** What the identity of an API begins with, by which the engine names the sender of a signal. */
export const API_IDENTITY = 'mass-edit-api';

export type State = 'validating' | 'awaiting_approval' | 'applying' | 'ended';
export type Outcome = 'completed' | 'completed_with_errors' | 'failed' | 'cancelled' | 'expired';
export type StageStatus = 'waiting' | 'running' | 'done' | 'not_applied' | 'failed';
export type Decision = 'approve' | 'skip_deletions' | 'cancel' | 'expire';

export type Options = {
  resetEmptyFields: boolean;
  deleteMissingUsers: boolean;
  /** `always`: wait at the gate whatever the plan is; `deletions`: only where there are users to delete. */
  review: 'deletions' | 'always';
};

/** Names one mass edit. Both are UUIDs. */
export type MassEditRef = { organizationId: string; massEditId: string };

export type MassEditInput = MassEditRef & {
  options: Options;
  /** How long the gate waits before it expires, in milliseconds. */
  approvalTimeoutMs: number;
  /** Of the file. Mass edits that an earlier version started do not have it; they count as small. */
  sizeBytes?: number;
};

/**
 * The payload of `approveDeletions`; `count` is needed above the organization's delete limit, `answersCount` where many
 * answers are removed. A number that is given must be the right one at any size.
 */
export type Approval = { massEditId: string; listDigest: string; count?: number; answersCount?: number };
/** The payload of the two other answers; `answersCount` is looked at where everything but the deletions is applied. */
export type Answer = { massEditId: string; listDigest?: string; answersCount?: number };

/** The counts of a mass edit: read = created + updated + unchanged + refused + skipped. */
export type Counts = {
  read: number;
  created: number;
  updated: number;
  unchanged: number;
  refused: number;
  skipped: number;
  deleted: number;
  restored: number;
  segmentsCreated: number;
  membershipsChanged: number;
  backdated: number;
  /** Answers that are taken out of reports. */
  answersRemoved: number;
  warnings: number;
  errors: number;
};
export const NO_COUNTS: Counts = {
  read: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  refused: 0,
  skipped: 0,
  deleted: 0,
  restored: 0,
  segmentsCreated: 0,
  membershipsChanged: 0,
  backdated: 0,
  answersRemoved: 0,
  warnings: 0,
  errors: 0,
};

/** What stage 1 leaves: `fileError` means that nothing may be applied. */
export type FileRead = { fileError: boolean; rows: number };
/**
 * What stage 2 leaves: the plan's counts, how many people would be deleted, whether a person must be asked, and why. Plans
 * that an earlier version froze have no reasons.
 */
export type FrozenPlan = {
  counts: Counts;
  deletions: number;
  listDigest: string;
  gate: boolean;
  reasons?: string[];
};
/** What every stage gives the workflow: numbers of its own, and whether it applied at all. */
export type StageResult<Own> = Own & { status: 'done' | 'not_applied' };

/** `note` is what the stage counted, as `rows 375`. */
export type StageProgress = { name: StageName; status: StageStatus; note: string };
/** The answer to the query `progress`. */
export type Progress = { state: State; stages: StageProgress[]; deletions: number; decision: Decision | null };
/** How a mass edit ends: at its end, by a file error, by an answer at the gate, or because a stage could not be done. */
export type Ending = 'applied' | 'file_error' | 'cancel' | 'expire' | 'fault';
/**
 * Why a stage could not be done. `value_refused`: the database refuses a value. `no_progress`: attempts failed, or were
 * silent, at one place. `not_proved`: what is stored is not what was counted or approved. `timed_out`: twelve hours were
 * not enough. `miscounted`: the live users at the end are more or fewer than there must be. `unknown`: the engine's record
 * says.
 */
export const FAILURE_REASONS = [
  'value_refused',
  'no_progress',
  'not_proved',
  'timed_out',
  'miscounted',
  'unknown',
] as const;
export type FailureReason = (typeof FAILURE_REASONS)[number];
/** An answer at the gate. The decision is the one that the database says is in force. */
export type RequestedDecision = { decision: Decision; listDigest?: string; count?: number; answersCount?: number };
/**
 * Why an answer decided nothing. `other_mass_edit`, `other_list`: it names another one, or no list. `count`, `answersCount`: this
 * number is wrong or is lacking. `nothing_to_skip`: there are no deletions. `second_person`: the organization demands another user
 * than the uploader, and a signal names no user.
 */
export type AnswerRefusal =
  | 'other_mass_edit'
  | 'other_list'
  | 'count'
  | 'answersCount'
  | 'nothing_to_skip'
  | 'second_person';
/** The decision in force, null if the gate waits on; and why the answer decided nothing. Earlier versions did not say why. */
export type Recorded = { inForce: Decision | null; refused?: AnswerRefusal };
/** What the workflow returns. */
export type MassEditResult = { outcome: Outcome; counts: Counts };
/** What ending it gives: `miscounted` only if a fault of the service was found at the end. */
export type FinishResult = MassEditResult & { miscounted?: true };
