/**
 * The answers of the API about a mass edit, as far as the page reads them. The page uses HTTP only, so it has its own
 * types.
 */

export type StageName =
  | 'Validation'
  | 'Cycle detection'
  | 'Creating new segments'
  | 'Delete users'
  | 'Upsert users'
  | 'Attribute mutations'
  | 'Backdating changes';
export type StageStatus = 'waiting' | 'running' | 'done' | 'not_applied' | 'failed';
export type State = 'validating' | 'awaiting_approval' | 'applying' | 'ended';
/** Why a stage failed. */
export type FailureReason = 'value_refused' | 'no_progress' | 'not_proved' | 'timed_out' | 'miscounted' | 'unknown';
export type Outcome = 'completed' | 'completed_with_errors' | 'failed' | 'cancelled' | 'expired';

/** The running stage, or the last stage that ran. */
export type CurrentStage = {
  number: number;
  of: number;
  name: StageName;
  done: number;
  total: number;
  startedAt: string | null;
};
export type Stage = {
  name: StageName;
  status: StageStatus;
  done: number;
  total: number;
  startedAt: string | null;
  endedAt: string | null;
};

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
  answersRemoved: number;
  warnings: number;
  errors: number;
};

/** A person by the data that is known. */
export type Person = {
  email: string | null;
  externalId: string | null;
  firstName: string | null;
  lastName: string | null;
};
export type Kept = Person & { reason: 'uploader' | 'admin' };

export type Deletion = {
  count: number;
  ofUsers: number;
  percent: number;
  listDigest: string;
  expiresAt: string | null;
  countRequired: boolean;
  tokenHolders: number;
  managers: number;
  reports: number;
  withTokens: Person[];
  kept: Kept[];
};

export type GateReason =
  | { reason: 'deletions'; count: number; deletedLastDay: number }
  | { reason: 'review' }
  | {
      reason: 'answers_removed';
      answers: number;
      comments: number;
      users: number;
      ofAnswers: number;
      surveys: { name: string; answers: number; comments: number }[];
      moreSurveys: number;
    }
  | { reason: 'many_created'; created: number; ofUsers: number }
  | {
      reason: 'many_new_segments';
      attribute: string;
      segments: number;
      ofCells: number;
      allNew: boolean;
      examples: string[];
    };
/** Why it waits for an administrator, and which numbers an answer must carry. */
export type Gate = {
  reasons: GateReason[];
  expiresAt: string | null;
  countRequired: boolean;
  answersCountRequired: boolean;
  secondPersonRequired: boolean;
};

export type Cell = { line: number; value: string };
/** The detected format of a column, and the cell that proves it. */
export type ColumnReading = {
  position: number;
  header: string;
  column: string | null;
  type: string | null;
  format:
    | 'year_first'
    | 'day_first'
    | 'month_first'
    | 'decimal_comma'
    | 'decimal_point'
    | 'words'
    | 'names'
    | 'contradicting'
    | 'unproved'
    | null;
  proof: Cell | null;
  against: Cell | null;
};

export type Options = { resetEmptyFields: boolean; deleteMissingUsers: boolean; review: 'deletions' | 'always' };

export type MassEdit = {
  id: string;
  organizationId: string;
  state: State;
  outcome: Outcome | null;
  file: {
    name: string;
    sizeBytes: number;
    kept: boolean;
    rows: number | null;
    encoding: string | null;
    delimiter: string | null;
    samples: Cell[];
    reading: ColumnReading[];
    unreadColumns: { header: string; filled: number; nearest: string[] }[];
    unreadColumnCount: number;
  };
  options: Options;
  stage: CurrentStage;
  stages: Stage[];
  counts: Counts;
  usersCounted: { before: number; byOthers: number; expected: number; after: number } | null;
  findings: { limit: number; notListed: number };
  deletion: Deletion | null;
  gate: Gate | null;
  decision: 'approve' | 'skip_deletions' | 'cancel' | 'expire' | null;
  cancelRequestedAt: string | null;
  waitsForWorker: boolean;
  startedBy: string | null;
  startedByName: string | null;
  decidedBy: string | null;
  decidedByName: string | null;
  failure: { stage: number; reason: FailureReason; reference: string; message: string } | null;
  parent: { id: string; href: string } | null;
  createdAt: string;
  endedAt: string | null;
  links: {
    self: string;
    rows: string;
    findings: string;
    missingUsers: string;
    errorLog: string;
    file: string;
    approval: string;
    cancellation: string;
  };
};

export type Finding = {
  line: number | null;
  severity: 'error' | 'warning';
  code: string;
  column: string | null;
  value: string | null;
  title: string;
  message: string;
  suggestion: string;
};
export type FindingGroup = Pick<Finding, 'code' | 'severity' | 'title'> & { count: number; examples: Finding[] };

export type PlanRow = {
  line: number | null;
  action: 'create' | 'update' | 'unchanged' | 'refused' | 'skipped' | 'delete';
  user: Person & { id: string | null };
  restores: boolean;
  /** Only for a user that the mass edit deletes. */
  tokens?: number;
  reports?: number;
  changes: { column: string; before: string | null; after: string | null }[];
  findings: Finding[];
};

export type Page<Item> = { items: Item[]; nextCursor: string | null };

export type Limits = {
  maxBytes: number;
  maxRows: number;
  maxColumns: number;
  maxCellCharacters: number;
  approvalTimeout: string;
  deleteLimit: { percent: number; fromUsers: number; people: number };
  languages: string[];
};

export type Role = 'viewer' | 'editor' | 'approver' | 'admin';
export type Session = {
  organization: { id: string; name: string; timeZone: string };
  user: { email: string | null; externalId: string | null; firstName: string; lastName: string | null };
  role: Role;
  expiresAt: string;
};

/** Each role may do what the roles before it may do. */
const ROLES: Role[] = ['viewer', 'editor', 'approver', 'admin'];
/** Whether this role may do an action that needs the other role. The API decides. */
export const hasRole = (role: Role, needed: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** The address of a mass edit on the page. */
export const pageOf = (edit: Pick<MassEdit, 'organizationId' | 'id'>): string =>
  `/organizations/${edit.organizationId}/mass-edit/${edit.id}`;

/** The display name of a person: the name, else another identifier. */
export function nameOf(person: Person): string {
  const name = [person.firstName, person.lastName].filter(Boolean).join(' ');
  return name || person.email || person.externalId || '–';
}
