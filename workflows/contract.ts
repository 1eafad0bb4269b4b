/**
 * The contract between the workflow, its callers and its activities. Plain data only: safe to import anywhere, the
 * workflow sandbox included. No name, email or cell may stand here: only ids, counts and digests cross Temporal.
 *
 * Glossary. Each term means one thing in code, docs and messages.
 * - upload: the CSV file that an administrator sends, stored as it came. It starts one mass edit.
 * - mass edit: one upload with its options, carried through all stages by one workflow. An organization has one open.
 * - stage: one of the seven parts of a mass edit. A stage is one activity, named after it. step: one pass of a stage.
 * - chunk: up to 5,000 rows that one transaction writes. key range: a chunk of plan rows in user id order.
 * - checkpoint: step, cursor and progress after the last committed chunk. It is committed with the chunk.
 * - attempt: one run of a stage by a worker. A retry is the next attempt, and it continues after the checkpoint.
 * - fencing token (fence): the run, stage order and attempt that may write. A transaction with an older token fails.
 * - plan: what each row would change, made by stages 1 and 2, then frozen. A plan row is one row of the file in it.
 * - list digest: a digest of the users to delete and their versions. Stage 4 deletes only the list that was approved.
 * - gate: the wait between stages 2 and 3 for a decision: approve, skip the deletions, cancel, or expire.
 * - finding: an error, warning or notice about a file, row or cell, with a stable code. A finding is data.
 * - refusal: an HTTP answer with a stable problem code. fault: a thrown error, which the engine retries.
 * - refused row: a row with an error. skipped row: a row without an error that is not applied.
 * - user: a record of the organization. caller, administrator, operator: the person who acts.
 * - active user: a user that is not deleted. missing user: an active user that no row of the file matches.
 * - attribute: a column of a user (Department). segment: one value of an attribute (Sales).
 * - membership: in which segment a user is, and from which day. backdate: an earlier day for a membership.
 * - reference: the value of a users attribute (Manager). hierarchy: a users attribute without cycles.
 * - baseline: the last mass edit that was applied to its end. A row equal to a baseline row is planned without parsing.
 * - lane: small or large, by the size of the file. Each lane has its own task queue and workers.
 * - reconciler: the loop in the API that compares the database with Temporal and repairs differences.
 */

/** The seven stages in order, named as the administrator sees them. */
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
 * The two lanes. `small` runs the workflows, the stages of small files and the activities that record. `large` runs the
 * stages of large files. Each lane has its own task queue and slots, so large files never keep a small one waiting.
 */
export const LANES = ['small', 'large'] as const;
export type Lane = (typeof LANES)[number];
/** The task queue of a lane, given the task queue of the workflows. */
export const queueOf = (taskQueue: string, lane: Lane): string => (lane === 'small' ? taskQueue : `${taskQueue}-large`);
/** About one chunk of 5,000 rows: a small file is a few transactions in each stage. */
export const SMALL_UP_TO_BYTES = 2 ** 20;
/** The lane that runs the stages of a file. The workflow itself always runs in `small`. */
export const laneOf = (sizeBytes: number): Lane => (sizeBytes > SMALL_UP_TO_BYTES ? 'large' : 'small');
export const WORKFLOW_TYPE = 'massEdit';
/** One open mass edit for each organization: the workflow id is the lock. */
export const workflowIdOf = (organizationId: string): string => `mass-edit:${organizationId}`;

export const SIGNALS = {
  approve: 'approveDeletions',
  skipDeletions: 'applyWithoutDeletions',
  cancel: 'cancelMassEdit',
} as const;
export const PROGRESS_QUERY = 'progress';
/** All of the type Keyword. `stage` is the name of a stage, or one of `OUTSIDE_STAGES`; `outcome` is set at the end. */
export const SEARCH_ATTRIBUTES = {
  organizationId: 'OrganizationId',
  stage: 'MassEditStage',
  outcome: 'Outcome',
} as const;
export const OUTSIDE_STAGES = { waiting: 'Waiting for a person', ended: 'Ended' } as const;
/** Prefix of the client identity of an API. The engine stores that identity with each signal. */
export const API_IDENTITY = 'mass-edit-api';

export type State = 'validating' | 'awaiting_approval' | 'applying' | 'ended';
export type Outcome = 'completed' | 'completed_with_errors' | 'failed' | 'cancelled' | 'expired';
export type StageStatus = 'waiting' | 'running' | 'done' | 'not_applied' | 'failed';
export type Decision = 'approve' | 'skip_deletions' | 'cancel' | 'expire';

export type Options = {
  resetEmptyFields: boolean;
  deleteMissingUsers: boolean;
  /** `always`: always wait at the gate; `deletions`: only if there are users to delete. */
  review: 'deletions' | 'always';
};

/** The ids of one mass edit, both UUIDs. */
export type MassEditRef = { organizationId: string; massEditId: string };

export type MassEditInput = MassEditRef & {
  options: Options;
  /** How long the gate waits before it expires, in milliseconds. */
  approvalTimeoutMs: number;
  /** Size of the file. Absent in mass edits that an earlier version started; these count as small. */
  sizeBytes?: number;
};

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
  /** Answers that are removed from reports. */
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

/** The result of stage 1; with `fileError` nothing may be applied. */
export type FileRead = { fileError: boolean; rows: number };
/**
 * The result of stage 2: the counts of the plan, the number of users to delete, whether the gate opens, and why;
 * `withoutWork`: the stages that have nothing to do. Plans that an earlier version froze have no reasons and no
 * `withoutWork`.
 */
export type FrozenPlan = {
  counts: Counts;
  deletions: number;
  listDigest: string;
  gate: boolean;
  reasons?: string[];
  withoutWork?: StageName[];
};
/** The result of a stage: its own numbers, and whether the stage applied. */
export type StageResult<Own> = Own & { status: 'done' | 'not_applied' };

/** `note` is what the stage counted, as in `rows 375`. */
export type StageProgress = { name: StageName; status: StageStatus; note: string };
/** The answer to the query `progress`. */
export type Progress = { state: State; stages: StageProgress[]; deletions: number; decision: Decision | null };
/**
 * Why a mass edit ends: it was applied, the file has an error, an answer at the gate, or a stage that could not
 * complete.
 */
export type Ending = 'applied' | 'file_error' | 'cancel' | 'expire' | 'fault';
/**
 * Why a stage could not be completed. `value_refused`: the database refuses a value. `no_progress`: attempts failed, or
 * were silent, at one checkpoint. `not_proved`: the stored data differ from what was counted or approved. `timed_out`:
 * twelve hours were not enough. `miscounted`: there are more or fewer active users at the end than expected. `unknown`:
 * see the engine's record.
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
/**
 * An answer at the gate. `count`, of the users to delete, is required for an approval above the organization's delete
 * limit, and `answersCount` if many answers are removed. A given number must always be right.
 */
export type RequestedDecision = { decision: Decision; listDigest?: string; count?: number; answersCount?: number };
/** The payload of each signal. The signal itself is the decision. */
export type SignalledAnswer = Omit<RequestedDecision, 'decision'> & { massEditId: string };
/**
 * Why an answer was refused. `other_mass_edit`, `other_list`: it names another one, or no list. `count`,
 * `answersCount`: this number is wrong or absent. `nothing_to_skip`: there are no deletions. `second_person`: the
 * organization demands another user than the uploader, and a signal names no user.
 */
export type AnswerRefusal =
  | 'other_mass_edit'
  | 'other_list'
  | 'count'
  | 'answersCount'
  | 'nothing_to_skip'
  | 'second_person';
/**
 * The decision in force; null if the gate still waits, with the reason for the refusal. Earlier versions gave no
 * reason.
 */
export type Recorded = { inForce: Decision | null; refused?: AnswerRefusal };
export type MassEditResult = { outcome: Outcome; counts: Counts };
/** The result of the end: `miscounted` only if a fault of the service was found. */
export type FinishResult = MassEditResult & { miscounted?: true };
