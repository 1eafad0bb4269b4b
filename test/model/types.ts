/**
 * The types of the reference model: a slow and obvious second implementation of the rules, only for tests. The model
 * shares no code with the product, so both agree only if both are right.
 */

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;
/** For choices the segment name, for users the user id, for dates a day, for numbers canonical decimal text. */
export type Value = string;

export type Segment = {
  name: string;
  aliases: string[];
  /** For numbers, or for whole years up to today (tenure, age). Lower bound included, upper bound excluded. */
  lowerNumber?: number;
  upperNumber?: number;
  lowerDay?: Day;
  upperDay?: Day;
};
export type Attribute = {
  name: string;
  type: 'choices' | 'dates' | 'numbers' | 'users';
  hierarchy: boolean;
  segments: Segment[];
};
export type Holding = { value: Value; since: Day };
export type User = {
  /** The model's own id; the database has another. */
  id: string;
  email: string | null;
  externalId: string | null;
  firstName: string;
  lastName: string | null;
  language: string;
  participates: boolean;
  role: 'user' | 'admin';
  /** Null if the user is active; otherwise how many days ago the user was deleted. */
  deletedDaysAgo: number | null;
  /** How many tokens the user has. Tokens of a deleted user come from an earlier version. */
  tokens: number;
  /** Current memberships, by attribute. */
  values: Record<string, Holding>;
};
/** A closed membership, from the first day up to, but not including, the last. */
export type Period = { person: string; attribute: string; value: Value; from: Day; to: Day };
export type Survey = { name: string; sentOn: Day };
export type Answer = {
  survey: string;
  person: string;
  answeredOn: Day;
  question: string;
  score: number | null;
  comment: string | null;
  scoreUnder: Record<string, Value>;
  commentUnder: Record<string, Value>;
  /** Null if the answer is in reports; otherwise how many days ago a mass edit removed it. */
  removedDaysAgo: number | null;
};
export type Organization = {
  timeZone: string;
  today: Day;
  uploader: string;
  attributes: Attribute[];
  people: User[];
  history: Period[];
  surveys: Survey[];
  answers: Answer[];
};

export type Options = { resetEmptyFields: boolean; deleteMissingUsers: boolean; review: 'deletions' | 'always' };
export type Decision = 'approve' | 'skip_deletions' | 'cancel';
export type Limits = { maxRows: number; maxColumns: number; maxCellCharacters: number; languages: string[] };

export type Finding = {
  line: number | null;
  severity: 'error' | 'warning';
  code: string;
  column: string | null;
  value: string | null;
  /** The details that a rule speaks of; other details are not compared. */
  details: Record<string, string | number>;
};

export const COUNTS = [
  ...(['read', 'created', 'updated', 'unchanged', 'refused', 'skipped', 'deleted', 'restored'] as const),
  ...(['segmentsCreated', 'membershipsChanged', 'backdated', 'answersRemoved', 'warnings', 'errors'] as const),
];
export type Counts = Record<(typeof COUNTS)[number], number>;

export type Result = {
  outcome: 'completed' | 'completed_with_errors' | 'failed' | 'cancelled';
  /** Whether the gate opens. */
  gate: boolean;
  /** The reasons in words. */
  why: string[];
  counts: Counts;
  findings: Finding[];
  /** The active users before and after; null if no plan was made. */
  users: { before: number; expected: number; after: number } | null;
  /** Ids of the users to delete, as the gate shows them. */
  missing: string[];
  /** Ids of the users that are missing from the file and kept. */
  kept: string[];
  deleted: string[];
  /** The organization afterwards. */
  next: Organization;
};
