/**
 * The tables, for TypeScript. The migrations are the truth (constraints, policies and roles stand there);
 * test/db/schema.test.ts compares the two. Calendar dates are text, `YYYY-MM-DD`.
 */
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  date,
  integer,
  jsonb,
  numeric,
  pgTable,
  smallint,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core';
import type { Counts, Decision, Outcome, StageStatus, State } from '../workflows/contract.ts';

/** A value as memberships and answers hold it: segment or person id, `YYYY-MM-DD`, or canonical decimal text. */
export type StoredValue = number | string;
/** Attribute id (as text, for that is what JSON keys are) → value. */
export type StoredValues = Record<string, StoredValue>;
export type AttributeType = 'choices' | 'dates' | 'numbers' | 'users';
export type TokenRole = 'viewer' | 'editor' | 'approver' | 'admin';
export type Action = 'create' | 'update' | 'unchanged' | 'refused' | 'skipped';

const bytea = customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => 'bytea' });
const id = () => bigint('id', { mode: 'number' });
const identity = () => id().primaryKey().generatedByDefaultAsIdentity();
const ref = (name: string) => bigint(name, { mode: 'number' });
const publicId = () => uuid('public_id').notNull().default(sql`uuidv7()`);
const organizationId = () => uuid('organization_id').notNull();
const time = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
const createdAt = () => time('created_at').notNull().defaultNow();
const fold = (name: string, from: string) => text(name).generatedAlwaysAs(sql.raw(`fold(${from})`));
const foldName = (name: string, from: string) =>
  text(name)
    .notNull()
    .generatedAlwaysAs(sql.raw(`fold_name(${from})`));

export const organizations = pgTable('organizations', {
  id: uuid('id').primaryKey().default(sql`uuidv7()`),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull(),
  deleteLimitPercent: integer('delete_limit_percent').notNull().default(20),
  deleteLimitFromUsers: integer('delete_limit_from_users').notNull().default(100),
  deleteLimitPeople: integer('delete_limit_people').notNull().default(500),
  secondApprover: boolean('second_approver').notNull().default(false),
  createdAt: createdAt(),
});

export const users = pgTable('users', {
  id: identity(),
  publicId: publicId(),
  organizationId: organizationId(),
  email: text('email'),
  externalId: text('external_id'),
  emailKey: fold('email_key', 'email'),
  externalIdKey: fold('external_id_key', 'external_id'),
  firstName: text('first_name').notNull(),
  lastName: text('last_name'),
  language: text('language').notNull().default('en'),
  participates: boolean('participates').notNull().default(true),
  role: text('role').$type<'user' | 'admin'>().notNull().default('user'),
  version: integer('version').notNull().default(1),
  createdAt: createdAt(),
  updatedAt: time('updated_at').notNull().defaultNow(),
  deletedAt: time('deleted_at'),
});

export const attributes = pgTable('attributes', {
  id: identity(),
  publicId: publicId(),
  organizationId: organizationId(),
  name: text('name').notNull(),
  nameKey: foldName('name_key', 'name'),
  type: text('type').$type<AttributeType>().notNull(),
  hierarchy: boolean('hierarchy').notNull().default(false),
  createdAt: createdAt(),
});

export const segments = pgTable('segments', {
  id: identity(),
  publicId: publicId(),
  organizationId: organizationId(),
  attributeId: ref('attribute_id').notNull(),
  name: text('name').notNull(),
  nameKey: foldName('name_key', 'name'),
  lowerNumber: numeric('lower_number'),
  upperNumber: numeric('upper_number'),
  lowerDay: date('lower_day', { mode: 'string' }),
  upperDay: date('upper_day', { mode: 'string' }),
  createdByMassEdit: ref('created_by_mass_edit'),
  createdAt: createdAt(),
});

export const segmentAliases = pgTable('segment_aliases', {
  organizationId: organizationId(),
  attributeId: ref('attribute_id').notNull(),
  segmentId: ref('segment_id').notNull(),
  alias: text('alias').notNull(),
  aliasKey: foldName('alias_key', 'alias'),
});

export const memberships = pgTable('memberships', {
  userId: ref('user_id').primaryKey(),
  organizationId: organizationId(),
  values: jsonb('values').$type<StoredValues>().notNull().default({}),
  since: date('since', { mode: 'string' }).notNull(),
  sinceOf: jsonb('since_of').$type<Record<string, string>>().notNull().default({}),
});

export const membershipPeriods = pgTable('membership_periods', {
  organizationId: organizationId(),
  userId: ref('user_id').notNull(),
  attributeId: ref('attribute_id').notNull(),
  period: customType<{ data: string }>({ dataType: () => 'daterange' })('period').notNull(),
  value: jsonb('value').$type<StoredValue>().notNull(),
});

export const surveys = pgTable('surveys', {
  id: id().primaryKey().generatedAlwaysAsIdentity(),
  publicId: publicId(),
  organizationId: organizationId(),
  name: text('name').notNull(),
  sentOn: date('sent_on', { mode: 'string' }).notNull(),
  createdAt: createdAt(),
});

export const answers = pgTable('answers', {
  id: id().primaryKey().generatedAlwaysAsIdentity(),
  organizationId: organizationId(),
  surveyId: ref('survey_id').notNull(),
  userId: ref('user_id').notNull(),
  answeredOn: date('answered_on', { mode: 'string' }).notNull(),
  question: text('question').notNull(),
  score: smallint('score'),
  comment: text('comment'),
  scoreUnder: jsonb('score_under').$type<StoredValues>().notNull().default({}),
  commentUnder: jsonb('comment_under').$type<StoredValues>().notNull().default({}),
});

export const tokens = pgTable('tokens', {
  id: id().primaryKey().generatedAlwaysAsIdentity(),
  publicId: publicId(),
  organizationId: organizationId(),
  userId: ref('user_id').notNull(),
  role: text('role').$type<TokenRole>().notNull(),
  name: text('name').notNull(),
  hash: bytea('hash').notNull(),
  expiresAt: time('expires_at'),
  createdAt: createdAt(),
});

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
});

/** Where and why the service itself failed; never what was in the file. */
export type Failure = { stage: number; reference: string; message: string };

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
  expiresAt: time('expires_at'),
  decision: text('decision').$type<Decision>(),
  decidedBy: ref('decided_by'),
  decidedAt: time('decided_at'),
  cancelRequestedAt: time('cancel_requested_at'),
  cancelRequestedBy: ref('cancel_requested_by'),
  appliedOn: date('applied_on', { mode: 'string' }),
  failure: jsonb('failure').$type<Failure>(),
  counts: jsonb('counts').$type<Counts>(),
  revision: integer('revision').notNull().default(1),
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
  startedAt: time('started_at'),
  endedAt: time('ended_at'),
});

export const stagedRows = pgTable('staged_rows', {
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  line: integer('line').notNull(),
  email: text('email'),
  externalId: text('external_id'),
  emailKey: fold('email_key', 'email'),
  externalIdKey: fold('external_id_key', 'external_id'),
  readable: boolean('readable').notNull(),
  firstName: text('first_name'),
  lastName: text('last_name'),
  language: text('language'),
  participates: boolean('participates'),
  values: jsonb('values').notNull(),
  people: jsonb('people').notNull(),
  backdates: jsonb('backdates').notNull(),
  newSegments: ref('new_segments').array(),
  fingerprint: text('fingerprint').notNull(),
  verdict: text('verdict').$type<'ok' | 'refused' | 'skipped'>().notNull(),
  byExternalId: ref('by_external_id'),
  byEmail: ref('by_email'),
  userId: ref('user_id').notNull(),
  existing: text('existing').$type<'live' | 'deleted' | 'none'>().notNull(),
});

export const plannedSegments = pgTable('planned_segments', {
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  id: id().notNull(),
  attributeId: ref('attribute_id').notNull(),
  name: text('name').notNull(),
  nameKey: foldName('name_key', 'name'),
  segmentId: ref('segment_id'),
});

export const planRows = pgTable('plan_rows', {
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  line: integer('line').notNull(),
  action: text('action').$type<Action>().notNull(),
  userId: ref('user_id').notNull(),
  userVersion: integer('user_version'),
  restores: boolean('restores').notNull().default(false),
  before: jsonb('before').$type<Record<string, unknown>>(),
  after: jsonb('after').$type<Record<string, unknown>>(),
  attributesBefore: jsonb('attributes_before').$type<StoredValues>(),
  attributesAfter: jsonb('attributes_after').$type<Record<string, StoredValue | null>>(),
  people: jsonb('people').$type<Record<string, number>>(),
  needs: jsonb('needs').$type<Record<string, number>>(),
  backdates: jsonb('backdates').$type<Record<string, string>>(),
  newSegments: ref('new_segments').array(),
});

export const missingUsers = pgTable('missing_users', {
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  userId: ref('user_id').notNull(),
  userVersion: integer('user_version').notNull(),
  kept: text('kept').$type<'uploader' | 'admin' | 'declined'>(),
  outcome: text('outcome').$type<'deleted' | 'changed' | 'gone'>(),
});

export const findings = pgTable('findings', {
  id: id().primaryKey().generatedAlwaysAsIdentity(),
  massEditId: ref('mass_edit_id').notNull(),
  organizationId: organizationId(),
  line: integer('line'),
  stage: integer('stage').notNull(),
  severity: text('severity').$type<'error' | 'warning'>().notNull(),
  code: text('code').notNull(),
  columnName: text('column_name'),
  value: text('value'),
  details: jsonb('details').$type<Record<string, string | number | boolean>>().notNull().default({}),
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
