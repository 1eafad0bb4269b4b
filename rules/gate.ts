/** A column with names of segments that the attribute does not have. */
export type NewNames = {
  attribute: string;
  /** Segments that the mass edit would create in the attribute. */
  segments: number;
  /** Filled cells of the column, in rows that are applied or change nothing. */
  ofCells: number;
  /** No cell of the column names an existing segment. */
  allNew: boolean;
  /** The first of the new names. */
  examples: string[];
};

/**
 * The survey answers that the mass edit removes from reports, and how many the reports have. An answer has a score, a
 * comment or both: `comments` counts answers with a comment.
 */
export type AnswersToRemove = {
  answers: number;
  comments: number;
  /** The number of users who gave these answers. */
  users: number;
  ofAnswers: number;
  /** The surveys that lose most answers, and how many other surveys lose answers too. */
  surveys: { name: string; answers: number; comments: number }[];
  moreSurveys: number;
};

/**
 * Of the users to delete: how many have an access token, and how many manage users who stay; and the number of those
 * users.
 */
export type Listed = { tokenHolders: number; managers: number; reports: number };

/** Why a mass edit waits for an answer before it writes, with the numbers that show it. */
export type GateReason =
  | ({ reason: 'deletions'; count: number; ofUsers: number; deletedLastDay: number } & Listed)
  | { reason: 'review' }
  | ({ reason: 'answers_removed' } & AnswersToRemove)
  | { reason: 'many_created'; created: number; ofUsers: number }
  | ({ reason: 'many_new_segments' } & NewNames);

/** The gate of one mass edit. It opens if there is a reason. */
export type Gate = {
  reasons: GateReason[];
  /** Whether an approval must carry the number of users to delete. */
  countRequired: boolean;
  /** Whether an answer must carry the number of answers that are removed. */
  answersCountRequired: boolean;
};

/** The numbers of a plan that decide whether the gate opens. */
export type GateNumbers = {
  review: boolean;
  /** Active users before the mass edit. */
  users: number;
  created: number;
  deletions: number;
  /** Users deleted in the last 24 hours and not restored. */
  deletedLastDay: number;
  listed: Listed;
  deleteLimit: { percent: number; fromUsers: number; people: number };
  /** For each attribute that enough users have a value of. */
  newNames: NewNames[];
  answersRemoved: AnswersToRemove;
};

/** A smaller organization is still being set up, and half of it is a few rows. */
const CREATED_FROM_USERS = 100;
/** An administrator can check fewer new users than this in the preview. */
const CREATED_AT_MOST = 100;
/** In a small organization, it is usual to delete fewer users than this. */
const SMALL_FROM_PEOPLE = 5;
/** Up to so many new segments are a reorganization. More, in more than one of ten cells, are another list of names. */
const SEGMENTS_AT_MOST = 20;
const SEGMENTS_PERCENT = 10;
/** Above so many removed answers, or such a part of all answers, the administrator must type their number. */
const ANSWERS_AT_MOST = 100;
const ANSWERS_PERCENT = 20;

/** Decides from numbers alone why a mass edit must wait for an answer, and which numbers the answer must carry. */
export function decideGate(numbers: GateNumbers): Gate {
  const { review, users, created, deletions, deletedLastDay, listed, newNames } = numbers;
  const { answers, ofAnswers } = numbers.answersRemoved;
  const reasons: GateReason[] = [];
  if (deletions > 0) reasons.push({ reason: 'deletions', count: deletions, ofUsers: users, deletedLastDay, ...listed });
  if (answers > 0) reasons.push({ reason: 'answers_removed', ...numbers.answersRemoved });
  if (users >= CREATED_FROM_USERS && created > CREATED_AT_MOST && isMoreThan(created, 50, users))
    reasons.push({ reason: 'many_created', created, ofUsers: users });
  for (const names of newNames) if (areManyNewNames(names)) reasons.push({ reason: 'many_new_segments', ...names });
  if (review) reasons.push({ reason: 'review' });
  return {
    reasons,
    countRequired: deletions > 0 && areManyDeletions(numbers),
    answersCountRequired: answers > ANSWERS_AT_MOST || isMoreThan(answers, ANSWERS_PERCENT, ofAnswers),
  };
}

/** Deletions of the last 24 hours count together, so that several files cannot pass the limit in parts. */
function areManyDeletions({ users, deletions, deletedLastDay, deleteLimit: limit }: GateNumbers): boolean {
  const gone = deletions + deletedLastDay;
  const of = users + deletedLastDay;
  if (gone > limit.people) return true;
  if (of >= limit.fromUsers) return isMoreThan(gone, limit.percent, of);
  return gone >= SMALL_FROM_PEOPLE && isMoreThan(gone, 50, of);
}

/** Whether the new names of an attribute are reason enough to open the gate. */
export const areManyNewNames = ({ segments, ofCells, allNew }: NewNames): boolean =>
  segments > 0 && (allNew || (segments > SEGMENTS_AT_MOST && isMoreThan(segments, SEGMENTS_PERCENT, ofCells)));

const isMoreThan = (part: number, percent: number, of: number): boolean => part * 100 > of * percent;

/** The answer of an administrator, or of an operator by a signal. */
export type GateAnswer = { decision: 'approve' | 'skip_deletions'; count?: number; answersCount?: number };
export type GateAsked = {
  /** Null in a mass edit whose plan an earlier version froze. Then the strictest rule holds. */
  gate: Gate | null;
  deletions: number;
  countRequired: boolean;
  /** The organization demands a second approver. */
  secondApprover: boolean;
};

/**
 * Whether another user than the uploader must give this answer. New users and new segment names do not demand that,
 * because the next file can undo them.
 */
export function isSecondPersonRequired({ gate, secondApprover }: GateAsked, decision: GateAnswer['decision']): boolean {
  if (!secondApprover) return false;
  const demanding = decision === 'approve' ? DEMANDING : DEMANDING_WITHOUT_DELETIONS;
  return !gate || gate.reasons.some(({ reason }) => demanding.includes(reason));
}
const DEMANDING_WITHOUT_DELETIONS: readonly GateReason['reason'][] = ['answers_removed', 'review'];
const DEMANDING: readonly GateReason['reason'][] = ['deletions', ...DEMANDING_WITHOUT_DELETIONS];

export type GateRefusal = 'nothing_to_skip' | 'count' | 'answersCount';

/**
 * Why an answer is refused; null if it is accepted. A number in the answer must always be right. A required number must
 * be in the answer.
 */
export function gateRefusalOf({ gate, deletions, countRequired }: GateAsked, answer: GateAnswer): GateRefusal | null {
  const approves = answer.decision === 'approve';
  if (!approves && deletions === 0) return 'nothing_to_skip';
  if (isWrong(answer.count, deletions, approves && countRequired)) return 'count';
  if (isWrong(answer.answersCount, answersRemoved(gate), gate?.answersCountRequired ?? false)) return 'answersCount';
  return null;
}

/** How many survey answers the mass edit would remove. */
export function answersRemoved(gate: Gate | null): number {
  for (const one of gate?.reasons ?? []) if (one.reason === 'answers_removed') return one.answers;
  return 0;
}

const isWrong = (given: number | undefined, is: number, required: boolean): boolean =>
  given === undefined ? required : given !== is;
