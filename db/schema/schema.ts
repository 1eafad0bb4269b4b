/**
 * The tables for TypeScript; those of mass edits are in mass-edits.ts. The migrations decide, and they hold the
 * constraints, policies and roles. test/db/schema/schema.test.ts compares the two. Calendar dates are text,
 * `YYYY-MM-DD`.
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
  uuid,
} from 'drizzle-orm/pg-core';
import type { AttributeType } from '../../rules/columns/headers.ts';
import type { StoredValue } from '../../rules/rows/compare-row.ts';
import type { FailureReason } from '../../workflows/contract.ts';
import {
  bytea,
  createdAt,
  fold,
  foldName,
  id,
  identity,
  organizationId,
  publicId,
  ref,
  time,
  twin,
} from './columns.ts';

/** Attribute id (as text, because it is a JSON key) → value. */
export type StoredValues = Record<string, StoredValue>;
export type TokenRole = 'viewer' | 'editor' | 'approver' | 'admin';

/** The place and reason of a failure of the service itself. Holds nothing from the file. */
export type Failure = { stage: number; reason?: FailureReason; reference: string; message: string };

export const organizations = pgTable('organizations', {
  id: uuid('id').primaryKey().default(sql`uuidv7()`),
  name: text('name').notNull(),
  timeZone: text('time_zone').notNull(),
  deleteLimitPercent: integer('delete_limit_percent').notNull().default(20),
  deleteLimitFromUsers: integer('delete_limit_from_users').notNull().default(100),
  deleteLimitPeople: integer('delete_limit_people').notNull().default(500),
  secondApprover: boolean('second_approver').notNull().default(false),
  vocabularyRevision: integer('vocabulary_revision').notNull().default(1),
  hierarchiesRevision: integer('hierarchies_revision').notNull().default(1),
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
  namesVersion: integer('names_version').notNull().default(1),
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
  twin: twin(),
  type: text('type').$type<AttributeType>().notNull(),
  hierarchy: boolean('hierarchy').notNull().default(false),
  isBirth: boolean('is_birth').notNull().default(false),
  createdAt: createdAt(),
});

export const segments = pgTable('segments', {
  id: identity(),
  publicId: publicId(),
  organizationId: organizationId(),
  attributeId: ref('attribute_id').notNull(),
  name: text('name').notNull(),
  nameKey: foldName('name_key', 'name'),
  twin: twin(),
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
  twin: twin(),
});

export const memberships = pgTable('memberships', {
  userId: ref('user_id').primaryKey(),
  organizationId: organizationId(),
  values: jsonb('values').$type<StoredValues>().notNull().default({}),
  since: date('since', { mode: 'string' }).notNull(),
  sinceOf: jsonb('since_of').$type<Record<string, string>>().notNull().default({}),
  version: integer('version').notNull().default(1),
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
  removedAt: time('removed_at'),
  removedByMassEdit: ref('removed_by_mass_edit'),
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
  createdBy: ref('created_by'),
  makers: bigint('makers', { mode: 'number' }).array().notNull().default([]),
});

export const sessions = pgTable('sessions', {
  id: id().primaryKey().generatedAlwaysAsIdentity(),
  publicId: publicId(),
  organizationId: organizationId(),
  tokenId: ref('token_id').notNull(),
  hash: bytea('hash').notNull(),
  expiresAt: time('expires_at').notNull(),
  createdAt: createdAt(),
});

export const signInLinks = pgTable('sign_in_links', {
  id: id().primaryKey().generatedAlwaysAsIdentity(),
  organizationId: organizationId(),
  tokenId: ref('token_id').notNull(),
  hash: bytea('hash').notNull(),
  expiresAt: time('expires_at').notNull(),
  createdAt: createdAt(),
});
