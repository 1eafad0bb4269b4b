/** The tables of mass edits: upload, checkpoints, plan, findings, record, before-images. See schema.ts. */
import { boolean, customType, date, integer, jsonb, pgTable, smallint, text, uuid } from 'drizzle-orm/pg-core';
import type { Severity } from '../../rules/findings/catalogue.ts';
import type { Gate, NewNames } from '../../rules/gate.ts';
import type { StoredValue } from '../../rules/rows/compare-row.ts';
import type { Action } from '../../rules/rows/plan-row.ts';
import type { Counts, Decision, Outcome, StageStatus, State } from '../../workflows/contract.ts';
import { bytea, createdAt, id, organizationId, publicId, ref, time } from './columns.ts';
import type { Failure, StoredValues } from './schema.ts';

const period = customType<{ data: string }>({ dataType: () => 'daterange' });

export const files = pgTable('files', {
  id: id().primaryKey().generatedAlwaysAsIdentity(),
  organizationId: organizationId(),
  createdAt: createdAt(),
});

export const fileChunks = pgTable('file_chunks', {
  fileId: ref('file_id').notNull(),
  organizationId: organizationId(),
  number: integer('number').notNull(),
  bytes: bytea('bytes').notNull(),
  deflated: boolean('deflated').notNull().default(false),
});

export const massEdits = pgTable('mass_edits', {
  id: id().primaryKey().generatedAlwaysAsIdentity(),
  publicId: publicId(),
  organizationId: organizationId(),
  state: text('state').$type<State>().notNull().default('validating'),
  outcome: text('outcome').$type<Outcome>(),
  fileId: ref('file_id').notNull(),
  fileName: text('file_name').notNull(),
  sizeBytes: ref('size_bytes').notNull(),
  sha256: text('sha256').notNull(),
  reading: jsonb('reading').$type<Record<string, unknown>>(),
  rows: integer('rows').notNull().default(0),
  resetEmptyFields: boolean('reset_empty_fields').notNull(),
  deleteMissingUsers: boolean('delete_missing_users').notNull(),
  review: text('review').$type<'deletions' | 'always'>().notNull(),
  approvalTimeoutMs: ref('approval_timeout_ms').notNull(),
  parentId: ref('parent_id'),
  idempotencyKey: text('idempotency_key'),
  requestFingerprint: text('request_fingerprint'),
  startedBy: ref('started_by').notNull(),
  workflowRunId: text('workflow_run_id'),
  runIds: text('run_ids').array().notNull().default([]),
  fenceRun: integer('fence_run').notNull().default(0),
  fenceStage: integer('fence_stage').notNull().default(0),
  fenceAttempt: integer('fence_attempt').notNull().default(0),
  planCounts: jsonb('plan_counts').$type<Counts>(),
  frozenAt: time('frozen_at'),
  listDigest: text('list_digest'),
  deletions: integer('deletions').notNull().default(0),
  ofUsers: integer('of_users').notNull().default(0),
  countRequired: boolean('count_required').notNull().default(false),
  gate: jsonb('gate').$type<Gate>(),
  newNames: jsonb('new_names').$type<NewNames[]>(),
  hierarchiesSeen: integer('hierarchies_seen'),
  expiresAt: time('expires_at'),
  decision: text('decision').$type<Decision>(),
  decidedBy: ref('decided_by'),
  answeredByOperator: text('answered_by_operator'),
  decidedAt: time('decided_at'),
  cancelRequestedAt: time('cancel_requested_at'),
  cancelRequestedBy: ref('cancel_requested_by'),
  appliedOn: date('applied_on', { mode: 'string' }),
  failure: jsonb('failure').$type<Failure>(),
  counts: jsonb('counts').$type<Counts>(),
  revision: integer('revision').notNull().default(1),
  rowContext: text('row_context'),
  matchedAs: text('matched_as'),
  newUserIds: ref('new_user_ids').array(),
  findingsListed: integer('findings_listed').notNull().default(100_000),
  fileKept: boolean('file_kept').notNull().default(true),
  usersMark: ref('users_mark'),
  usersByOthers: integer('users_by_others'),
  usersExpected: integer('users_expected'),
  usersAfter: integer('users_after'),
  createdAt: createdAt(),
  endedAt: time('ended_at'),
});

export const stages = pgTable('stages', {
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  number: integer('number').notNull(),
  status: text('status').$type<StageStatus>().notNull().default('waiting'),
  step: integer('step').notNull().default(0),
  cursor: ref('cursor').notNull().default(0),
  done: integer('done').notNull().default(0),
  total: integer('total').notNull().default(0),
  result: jsonb('result').$type<Record<string, unknown>>(),
  attempts: integer('attempts').notNull().default(0),
  failedAttempts: integer('failed_attempts').notNull().default(0),
  startedAt: time('started_at'),
  endedAt: time('ended_at'),
});

export const plannedSegments = pgTable('planned_segments', {
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  id: id().notNull(),
  attributeId: ref('attribute_id').notNull(),
  name: text('name').notNull(),
  segmentId: ref('segment_id'),
  used: boolean('used').notNull().default(true),
});

export const planRows = pgTable('plan_rows', {
  massEditId: ref('mass_edit_id').notNull(),
  userId: ref('user_id').notNull(),
  organizationId: organizationId(),
  line: integer('line').notNull(),
  userVersion: integer('user_version'),
  membershipVersion: integer('membership_version'),
  namedAs: integer('named_as'),
  attributesChanged: smallint('attributes_changed').notNull().default(0),
  restores: boolean('restores').notNull().default(false),
  known: boolean('known').notNull().default(false),
  finds: boolean('finds').notNull().default(false),
  participates: boolean('participates'),
  rowHash: uuid('row_hash'),
  alsoFinds: ref('also_finds'),
  action: text('action').$type<Action>().notNull(),
  email: text('email'),
  externalId: text('external_id'),
  firstName: text('first_name'),
  lastName: text('last_name'),
  language: text('language'),
  before: jsonb('before').$type<Record<string, unknown>>(),
  attributesBefore: jsonb('attributes_before').$type<StoredValues>(),
  attributesAfter: jsonb('attributes_after').$type<Record<string, StoredValue | null>>(),
  people: jsonb('people').$type<Record<string, number>>(),
  needs: jsonb('needs').$type<Record<string, number>>(),
  backdates: jsonb('backdates').$type<Record<string, string>>(),
  promises: smallint('promises').notNull().default(0),
  alsoPresent: jsonb('also_present').$type<number[]>(),
});

export const missingUsers = pgTable('missing_users', {
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  userId: ref('user_id').notNull(),
  userVersion: integer('user_version').notNull(),
  kept: text('kept').$type<'uploader' | 'admin' | 'declined'>(),
  outcome: text('outcome').$type<'deleted' | 'changed' | 'gone'>(),
  reports: integer('reports').notNull().default(0),
  tokensEnded: integer('tokens_ended'),
});

export const findings = pgTable('findings', {
  id: id().primaryKey().generatedAlwaysAsIdentity(),
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  line: integer('line'),
  stage: integer('stage').notNull(),
  severity: text('severity').$type<Severity>().notNull(),
  code: text('code').notNull(),
  columnName: text('column_name'),
  value: text('value'),
  details: jsonb('details').$type<Record<string, string | number | boolean>>().notNull().default({}),
});

export const findingsLeftOut = pgTable('findings_left_out', {
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  stage: integer('stage').notNull(),
  severity: text('severity').$type<Severity>().notNull(),
  code: text('code').notNull(),
  count: integer('count').notNull(),
});

export const changes = pgTable('changes', {
  id: id().primaryKey().generatedAlwaysAsIdentity(),
  organizationId: organizationId(),
  userId: ref('user_id').notNull(),
  at: time('at').notNull().defaultNow(),
  byUser: ref('by_user'),
  massEditId: ref('mass_edit_id'),
  line: integer('line'),
  before: jsonb('before').$type<Record<string, unknown>>().notNull(),
  after: jsonb('after').$type<Record<string, unknown>>().notNull(),
});

export const answersBefore = pgTable('answers_before', {
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  stage: smallint('stage').notNull(),
  answerId: ref('answer_id').notNull(),
  userId: ref('user_id').notNull(),
  line: integer('line').notNull(),
  participation: text('participation').$type<'removed' | 'returned'>(),
  removedAt: time('removed_at'),
  removedByMassEdit: ref('removed_by_mass_edit'),
  scoreUnderBefore: jsonb('score_under_before').$type<StoredValues>().notNull().default({}),
  scoreUnderAfter: jsonb('score_under_after').$type<StoredValues>().notNull().default({}),
});

export const periodsBefore = pgTable('periods_before', {
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  userId: ref('user_id').notNull(),
  attributeId: ref('attribute_id').notNull(),
  line: integer('line').notNull(),
  value: jsonb('value').$type<StoredValue>().notNull(),
  period: period('period').notNull(),
  periodAfter: period('period_after'),
});

export const liveUserChanges = pgTable('live_user_changes', {
  organizationId: organizationId(),
  change: smallint('change').notNull(),
});
