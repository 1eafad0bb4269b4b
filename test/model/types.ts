/**
 * The words of the reference model: a slow and obvious second reading of the rules, for tests alone. It shares no code
 * with the product, so that the two agree only where both are right.
 */

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;
/** Of choices the segment's name, of users the person's id, of dates a day, of numbers canonical decimal text. */
export type Value = string;

export type Segment = {
  name: string;
  aliases: string[];
  /** Of numbers, or of whole years up to today (tenure, age). Lower bound in, upper bound out. */
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
export type Person = {
  /** Of this model alone: the database has another. */
  id: string;
  email: string | null;
  externalId: string | null;
  firstName: string;
  lastName: string | null;
  language: string;
  participates: boolean;
  role: 'user' | 'admin';
  /** Null where the person is there; else how many days ago they were deleted. */
  deletedDaysAgo: number | null;
  /** How many tokens the person has. Those of a deleted person are left by an earlier version. */
  tokens: number;
  /** Today's memberships, by attribute. */
  values: Record<string, Holding>;
};
/** A closed membership: in from the first day up to, and without, the last. */
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
  /** Null where the answer is in reports; else how many days ago a mass edit took it out. */
  removedDaysAgo: number | null;
};
export type Organization = {
  timeZone: string;
  today: Day;
  uploader: string;
  attributes: Attribute[];
  people: Person[];
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
  /** Those details that a rule of its own speaks of; others are not looked at. */
  details: Record<string, string | number>;
};

export const COUNTS = [
  ...(['read', 'created', 'updated', 'unchanged', 'refused', 'skipped', 'deleted', 'restored'] as const),
  ...(['segmentsCreated', 'membershipsChanged', 'backdated', 'answersRemoved', 'warnings', 'errors'] as const),
];
export type Counts = Record<(typeof COUNTS)[number], number>;

export type Result = {
  outcome: 'completed' | 'completed_with_errors' | 'failed' | 'cancelled';
  /** Whether a person is asked before anything is written. */
  gate: boolean;
  /** Why, in words. */
  why: string[];
  counts: Counts;
  findings: Finding[];
  /** The users that are not deleted, counted before and after; null where no plan was made. */
  users: { before: number; expected: number; after: number } | null;
  /** Ids of those who would be deleted, as the gate shows them. */
  missing: string[];
  /** Ids of those who are not in the file and stay all the same. */
  kept: string[];
  deleted: string[];
  /** The organization afterwards. */
  next: Organization;
};
