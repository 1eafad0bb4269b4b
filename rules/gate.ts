/** A column that brings many names of segments that the attribute does not have. */
export type NewNames = {
  attribute: string;
  /** Segments that the mass edit would create in the attribute. */
  segments: number;
  /** Filled cells of the column, in rows that are applied or change nothing. */
  ofCells: number;
  /** No cell of the column names a segment that is there. */
  allNew: boolean;
  /** The first of the new names. */
  examples: string[];
};

/**
 * Answers that the mass edit takes out of reports, and how many are in reports. An answer has a score, a comment or both:
 * `comments` are those with a comment.
 */
export type AnswersToRemove = {
  answers: number;
  comments: number;
  /** Whose answers: so many users. */
  users: number;
  ofAnswers: number;
  /** The surveys that lose most, and how many others lose answers too. */
  surveys: { name: string; answers: number; comments: number }[];
  moreSurveys: number;
};

/** Of the users to delete: who has an access token, who stands above users that stay, and how many such users there are. */
export type Listed = { tokenHolders: number; managers: number; reports: number };

/** Why a mass edit waits for a person before anything is written, with the numbers that say so. */
export type GateReason =
  | ({ reason: 'deletions'; count: number; ofUsers: number; deletedLastDay: number } & Listed)
  | { reason: 'review' }
  | ({ reason: 'answers_removed' } & AnswersToRemove)
  | { reason: 'many_created'; created: number; ofUsers: number }
  | ({ reason: 'many_new_segments' } & NewNames);

/** What the gate of one mass edit asks. It opens if there is a reason. */
export type Gate = {
  reasons: GateReason[];
  /** Whether an approval must carry the number of users to delete. */
  countRequired: boolean;
  /** Whether an answer must carry the number of answers that are removed. */
  answersCountRequired: boolean;
};

/** The numbers of a plan by which the gate opens or stays shut. */
export type GateNumbers = {
  review: boolean;
  /** Users that are not deleted, before anything is applied. */
  users: number;
  created: number;
  deletions: number;
  /** Users that were deleted in the last 24 hours and are deleted still. */
  deletedLastDay: number;
  listed: Listed;
  deleteLimit: { percent: number; fromUsers: number; people: number };
  /** By attribute that enough users have a value of. */
  newNames: NewNames[];
  answersRemoved: AnswersToRemove;
};

/** A smaller organization is still being filled: half of it is a few rows. */
const CREATED_FROM_USERS = 100;
/** Fewer new users than this are looked through in the preview. */
const CREATED_AT_MOST = 100;
/** In a small organization, deleting fewer people than this is everyday. */
const SMALL_FROM_PEOPLE = 5;
/** Up to so many new segments are a reorganization; more, in more than one of ten cells, are another list of names. */
const SEGMENTS_AT_MOST = 20;
const SEGMENTS_PERCENT = 10;
/** Above so many, or such a part of all, the number of removed answers has to be typed. */
const ANSWERS_AT_MOST = 100;
const ANSWERS_PERCENT = 20;

/** Decides from numbers alone why a mass edit must wait for a person, and which numbers an answer must carry. */
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

/** Deletions of the last 24 hours count together, so that a limit cannot be passed by portions. */
function areManyDeletions({ users, deletions, deletedLastDay, deleteLimit: limit }: GateNumbers): boolean {
  const gone = deletions + deletedLastDay;
  const of = users + deletedLastDay;
  if (gone > limit.people) return true;
  if (of >= limit.fromUsers) return isMoreThan(gone, limit.percent, of);
  return gone >= SMALL_FROM_PEOPLE && isMoreThan(gone, 50, of);
}

export const areManyNewNames = ({ segments, ofCells, allNew }: NewNames): boolean =>
  segments > 0 && (allNew || (segments > SEGMENTS_AT_MOST && isMoreThan(segments, SEGMENTS_PERCENT, ofCells)));

const isMoreThan = (part: number, percent: number, of: number): boolean => part * 100 > of * percent;

/** What a person, or an operator by a signal, answers. */
export type GateAnswer = { decision: 'approve' | 'skip_deletions'; count?: number; answersCount?: number };
export type GateAsked = {
  /** Null in a mass edit that an earlier version froze: then the strictest holds of what it cannot say. */
  gate: Gate | null;
  deletions: number;
  countRequired: boolean;
  /** The organization wants two people. */
  secondApprover: boolean;
};

/**
 * Whether the organization demands another user than the uploader for this answer. What is created, or named otherwise, can
 * be taken back by the next file.
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
 * Why an answer cannot be taken as it is; null where it can. A number that is given must be the right one at any size; one
 * that has to be typed must be given.
 */
export function gateRefusalOf({ gate, deletions, countRequired }: GateAsked, answer: GateAnswer): GateRefusal | null {
  const approves = answer.decision === 'approve';
  if (!approves && deletions === 0) return 'nothing_to_skip';
  if (isWrong(answer.count, deletions, approves && countRequired)) return 'count';
  if (isWrong(answer.answersCount, answersRemoved(gate), gate?.answersCountRequired ?? false)) return 'answersCount';
  return null;
}

/** How many answers the mass edit would remove. */
export function answersRemoved(gate: Gate | null): number {
  for (const one of gate?.reasons ?? []) if (one.reason === 'answers_removed') return one.answers;
  return 0;
}

const isWrong = (given: number | undefined, is: number, required: boolean): boolean =>
  given === undefined ? required : given !== is;
