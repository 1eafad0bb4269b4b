import { type SQL, sql } from 'drizzle-orm';
import type { Gate } from '../../rules/gate.ts';
import type { Counts, Decision, Lane, Options, Outcome, StageStatus, State } from '../../workflows/contract.ts';
import { queryMany, type Transaction } from '../client.ts';
import type { UsersCounted } from '../people/active-user-count.ts';
import type { Failure } from '../schema/schema.ts';
import { LANES_WITH_WORKERS } from './workers.ts';

/** A user as a mass edit names it: email, or external id if there is none; null if the user is purged. */
type NamedUser = { id: number | null; person: string | null; name: string | null };
export type ListedUser = {
  email: string | null;
  externalId: string | null;
  firstName: string;
  lastName: string | null;
};
export type KeptUser = ListedUser & { reason: 'uploader' | 'admin' };
/** Times are ISO 8601 UTC. `number` counts from 1. */
export type StageView = {
  number: number;
  status: StageStatus;
  done: number;
  total: number;
  startedAt: string | null;
  endedAt: string | null;
};

/** A mass edit with all that is shown. Times are ISO 8601 UTC. */
export type MassEditView = {
  /** The internal key; `publicId` is the public one. */
  id: number;
  publicId: string;
  organizationId: string;
  state: State;
  outcome: Outcome | null;
  fileId: number;
  fileName: string;
  sizeBytes: number;
  sha256: string;
  reading: Record<string, unknown> | null;
  rows: number;
  options: Options;
  approvalTimeoutMs: number;
  planCounts: Counts | null;
  counts: Counts | null;
  frozenAt: string | null;
  listDigest: string | null;
  deletions: number;
  ofUsers: number;
  countRequired: boolean;
  /** Null before the end, and if the plan was never frozen. */
  usersCounted: (UsersCounted & { before: number }) | null;
  /** The gate; null if it was not opened. */
  gate: Gate | null;
  /** The organization wants a second person at the gate. */
  secondApprover: boolean;
  /** Set if the gate was opened. */
  expiresAt: string | null;
  decision: Decision | null;
  cancelRequestedAt: string | null;
  failure: Failure | null;
  /** The public id of the mass edit whose error log was corrected and uploaded as this one. */
  parentId: string | null;
  /** The most findings that are listed, and the number of findings that are only counted. */
  findings: { limit: number; notListed: number };
  /** False: its bytes are deleted, because the file is no CSV. */
  fileKept: boolean;
  workflowRunId: string | null;
  /** The lanes that have a worker. */
  lanesWithWorkers: Lane[];
  idempotencyKey: string | null;
  requestFingerprint: string | null;
  startedBy: NamedUser;
  decidedBy: NamedUser;
  /** The operator who answered or cancelled in the engine's own UI, by the identity there. */
  answeredByOperator: string | null;
  createdAt: string;
  endedAt: string | null;
  stages: StageView[];
  /** The first hundred users that the file does not name and who stay all the same. */
  kept: KeptUser[];
  /** The first hundred users on the list who have an access token, while the gate is open. */
  withTokens: ListedUser[];
};

export type NewMassEdit = {
  organizationId: string;
  fileId: number;
  fileName: string;
  sizeBytes: number;
  sha256: string;
  options: Options;
  approvalTimeoutMs: number;
  idempotencyKey: string | null;
  requestFingerprint: string;
  startedBy: number;
  /** The most findings that are listed. */
  findingsListed: number;
};

/** Kept users in the preview: enough to see who they are. The rest is in the findings. */
const KEPT_SHOWN = 100;

/**
 * Creates a mass edit with its seven stages. Returns null, and writes nothing, if the organization has an open one or
 * the idempotency key is taken. Unique indexes decide between uploads at the same instant.
 */
export async function createMassEdit(tx: Transaction, edit: NewMassEdit): Promise<string | null> {
  const [created] = await queryMany<{ id: number; publicId: string }>(
    tx,
    sql`insert into mass_edits (organization_id, file_id, file_name, size_bytes, sha256, reset_empty_fields,
          delete_missing_users, review, approval_timeout_ms, idempotency_key, request_fingerprint, started_by, findings_listed)
        values (${edit.organizationId}, ${edit.fileId}, ${edit.fileName}, ${edit.sizeBytes}, ${edit.sha256},
          ${edit.options.resetEmptyFields}, ${edit.options.deleteMissingUsers}, ${edit.options.review},
          ${edit.approvalTimeoutMs}, ${edit.idempotencyKey}, ${edit.requestFingerprint}, ${edit.startedBy}, ${edit.findingsListed})
        on conflict do nothing returning id, public_id as "publicId"`,
  );
  if (!created) return null;
  await tx.execute(sql`insert into stages (mass_edit_id, organization_id, number)
    select ${created.id}, ${edit.organizationId}, number from generate_series(1, 7) number`);
  return created.publicId;
}

/** The mass edit with this public id (a UUID); null if the organization has none. */
export async function findMassEdit(tx: Transaction, publicId: string): Promise<MassEditView | null> {
  return oneOf(tx, sql`where m.public_id = ${publicId}`);
}

/** The open mass edit, if any. An organization has at most one. */
export async function findRunningMassEdit(tx: Transaction): Promise<MassEditView | null> {
  return oneOf(tx, sql`where m.state <> 'ended'`);
}

/** The mass edit that was started with an idempotency key, open or ended. */
export async function findMassEditByKey(tx: Transaction, key: string): Promise<MassEditView | null> {
  return oneOf(tx, sql`where m.idempotency_key = ${key}`);
}

/** The mass edit that was uploaded last. */
export async function findLatestMassEdit(tx: Transaction): Promise<MassEditView | null> {
  return oneOf(tx, sql`order by m.id desc limit 1`);
}

/** Mass edits, the newest first; `before` is the internal key of the last one on the page before. */
export async function listMassEdits(tx: Transaction, page: { before: number; limit: number }): Promise<MassEditView[]> {
  return views(tx, sql`where m.id < ${page.before} order by m.id desc limit ${page.limit}`);
}

/** Saves the id of the workflow run that signals are sent to. The first one stays. */
export async function setWorkflowRunId(tx: Transaction, publicId: string, runId: string): Promise<void> {
  await tx.execute(sql`update mass_edits set workflow_run_id = ${runId}
    where public_id = ${publicId} and workflow_run_id is null`);
}

/** Replaces the id of a workflow run that has ended, unless another process has replaced it already. */
export async function replaceWorkflowRunId(
  tx: Transaction,
  publicId: string,
  run: { was: string; is: string },
): Promise<void> {
  await tx.execute(sql`update mass_edits set workflow_run_id = ${run.is}
    where public_id = ${publicId} and workflow_run_id = ${run.was} and state <> 'ended'`);
}

async function oneOf(tx: Transaction, which: SQL): Promise<MassEditView | null> {
  const [found] = await views(tx, which);
  return found ?? null;
}

async function views(tx: Transaction, which: SQL): Promise<MassEditView[]> {
  return queryMany<MassEditView>(
    tx,
    sql`select m.id, m.public_id as "publicId", m.organization_id as "organizationId", m.state, m.outcome,
      m.file_id as "fileId", m.file_name as "fileName", m.size_bytes as "sizeBytes", m.sha256, m.reading, m.rows,
      json_build_object('resetEmptyFields', m.reset_empty_fields, 'deleteMissingUsers', m.delete_missing_users,
        'review', m.review) as options,
      m.approval_timeout_ms as "approvalTimeoutMs", m.plan_counts as "planCounts", m.counts,
      ${iso('m.frozen_at')} as "frozenAt", m.list_digest as "listDigest", m.deletions, m.of_users as "ofUsers",
      m.count_required as "countRequired", m.gate,
      (select o.second_approver from organizations o where o.id = m.organization_id) as "secondApprover",
      case when m.users_after is not null then json_build_object('before', m.of_users, 'byOthers', m.users_by_others,
        'expected', m.users_expected, 'after', m.users_after) end as "usersCounted", ${iso('m.expires_at')} as "expiresAt", m.decision,
      ${iso('m.cancel_requested_at')} as "cancelRequestedAt", m.failure,
      (select p.public_id from mass_edits p where p.id = m.parent_id) as "parentId",
      json_build_object('limit', m.findings_listed, 'notListed', (select coalesce(sum(l.count), 0) from findings_left_out l
        where l.mass_edit_id = m.id)) as findings, m.file_kept as "fileKept",
      m.workflow_run_id as "workflowRunId", ${LANES_WITH_WORKERS} as "lanesWithWorkers", m.idempotency_key as "idempotencyKey",
      m.request_fingerprint as "requestFingerprint", ${named('m.started_by')} as "startedBy",
      ${named('a.answered_by')} as "decidedBy", m.answered_by_operator as "answeredByOperator",
      ${iso('m.created_at')} as "createdAt", ${iso('m.ended_at')} as "endedAt",
      (select json_agg(json_build_object('number', s.number, 'status', s.status, 'done', s.done, 'total', s.total,
          'startedAt', ${iso('s.started_at')}, 'endedAt', ${iso('s.ended_at')}) order by s.number)
        from stages s where s.mass_edit_id = m.id) as stages,
      coalesce((select json_agg(k) from (
        select u.email, u.external_id as "externalId", u.first_name as "firstName", u.last_name as "lastName",
          x.kept as reason
        from missing_users x join users u on u.id = x.user_id
        where m.delete_missing_users and x.mass_edit_id = m.id and x.kept in ('uploader', 'admin')
        order by x.user_id limit ${KEPT_SHOWN}) k), '[]') as kept,
      coalesce((select json_agg(k) from (
        select u.email, u.external_id as "externalId", u.first_name as "firstName", u.last_name as "lastName"
        from (select distinct t.user_id from tokens t
          where m.state = 'awaiting_approval' and m.deletions > 0 and t.organization_id = m.organization_id
            and (t.expires_at is null or t.expires_at > now())
            and (select true from missing_users x where x.mass_edit_id = m.id and x.user_id = t.user_id and x.kept is null)
        ) h join users u on u.id = h.user_id order by u.id limit ${KEPT_SHOWN}) k), '[]') as "withTokens"
    from mass_edits m
    -- A column of its own: under row-level security PostgreSQL uses no index with a coalesce(), and would read all
    -- users.
    cross join lateral (select coalesce(m.decided_by, m.cancel_requested_by) as answered_by offset 0) a ${which}`,
  );
}

const iso = (column: string): SQL => sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`);

const named = (userId: string): SQL =>
  sql.raw(`(select json_build_object('id', max(u.id), 'person', max(coalesce(u.email, u.external_id)),
    'name', max(concat_ws(' ', u.first_name, u.last_name))) from users u where u.id = ${userId})`);
