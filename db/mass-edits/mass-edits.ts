import { and, desc, eq, isNull, lt, ne, type SQL, sql } from 'drizzle-orm';
import type { Options } from '../../workflows/contract.ts';
import { queryMany, type RowOf, type Transaction } from '../client.ts';
import type { UsersCounted } from '../people/active-user-count.ts';
import { massEdits, type stages } from '../schema/mass-edits.ts';
import type { users } from '../schema/schema.ts';
import { iso } from '../sql/timestamps.ts';
import { LANES_WITH_WORKERS } from './workers.ts';

/** A user as a mass edit names it: email, or external id if there is none; null if the user is purged. */
type NamedUser = { id: number | null; person: string | null; name: string | null };
type ListedUser = Pick<typeof users.$inferSelect, 'email' | 'externalId' | 'firstName' | 'lastName'>;
type KeptUser = ListedUser & { reason: 'uploader' | 'admin' };
/** Times are ISO 8601 UTC. `number` counts from 1. */
export type StageView = Pick<typeof stages.$inferSelect, 'number' | 'status' | 'done' | 'total'> & {
  startedAt: string | null;
  endedAt: string | null;
};

const named = (user: SQL): SQL<NamedUser> => sql`(select json_build_object('id', max(u.id),
  'person', max(coalesce(u.email, u.external_id)), 'name', max(concat_ws(' ', u.first_name, u.last_name)))
  from users u where u.id = ${user})`;

/** Users in the preview: enough to see who they are. The rest is in the findings. */
const USERS_SHOWN = 100;

const VIEW = {
  /** The internal key; `publicId` is the public one. */
  id: massEdits.id,
  publicId: massEdits.publicId,
  organizationId: massEdits.organizationId,
  state: massEdits.state,
  outcome: massEdits.outcome,
  fileId: massEdits.fileId,
  fileName: massEdits.fileName,
  sizeBytes: massEdits.sizeBytes,
  sha256: massEdits.sha256,
  reading: massEdits.reading,
  rows: massEdits.rows,
  options: {
    resetEmptyFields: massEdits.resetEmptyFields,
    deleteMissingUsers: massEdits.deleteMissingUsers,
    review: massEdits.review,
  },
  approvalTimeoutMs: massEdits.approvalTimeoutMs,
  planCounts: massEdits.planCounts,
  counts: massEdits.counts,
  frozenAt: iso(massEdits.frozenAt),
  listDigest: massEdits.listDigest,
  deletions: massEdits.deletions,
  ofUsers: massEdits.ofUsers,
  countRequired: massEdits.countRequired,
  /** Null before the end, and if the plan was never frozen. */
  usersCounted: sql<(UsersCounted & { before: number }) | null>`case when users_after is not null then
    json_build_object('before', of_users, 'byOthers', users_by_others, 'expected', users_expected, 'after', users_after) end`,
  /** The gate; null if it was not opened. */
  gate: massEdits.gate,
  /** The organization wants a second person at the gate. */
  secondApprover: sql<boolean>`(select o.second_approver from organizations o where o.id = ${massEdits.organizationId})`,
  /** Set if the gate was opened. */
  expiresAt: iso(massEdits.expiresAt),
  decision: massEdits.decision,
  cancelRequestedAt: iso(massEdits.cancelRequestedAt),
  failure: massEdits.failure,
  /** The public id of the mass edit whose error log was corrected and uploaded as this one. */
  parentId: sql<string | null>`(select p.public_id from mass_edits p where p.id = ${massEdits.parentId})`,
  /** The most findings that are listed, and the number of findings that are only counted. */
  findings: sql<{ limit: number; notListed: number }>`json_build_object('limit', findings_listed, 'notListed',
    (select coalesce(sum(l.count), 0) from findings_left_out l where l.mass_edit_id = ${massEdits.id}))`,
  /** False: its bytes are deleted, because the file is no CSV. */
  fileKept: massEdits.fileKept,
  workflowRunId: massEdits.workflowRunId,
  /** The lanes that have a worker. */
  lanesWithWorkers: LANES_WITH_WORKERS,
  idempotencyKey: massEdits.idempotencyKey,
  requestFingerprint: massEdits.requestFingerprint,
  startedBy: named(sql`${massEdits.startedBy}`),
  decidedBy: named(sql`a.answered_by`),
  /** The operator who answered or cancelled in the engine's own UI, by the identity there. */
  answeredByOperator: massEdits.answeredByOperator,
  createdAt: iso(massEdits.createdAt),
  endedAt: iso(massEdits.endedAt),
  stages: sql<StageView[]>`(select json_agg(json_build_object('number', s.number, 'status', s.status, 'done', s.done,
      'total', s.total, 'startedAt', ${iso('s.started_at')}, 'endedAt', ${iso('s.ended_at')}) order by s.number)
    from stages s where s.mass_edit_id = ${massEdits.id})`,
  /** The first hundred users that the file does not name and who stay all the same. */
  kept: sql<KeptUser[]>`coalesce((select json_agg(k) from (
    select u.email, u.external_id as "externalId", u.first_name as "firstName", u.last_name as "lastName", x.kept as reason
    from missing_users x join users u on u.id = x.user_id
    where ${massEdits.deleteMissingUsers} and x.mass_edit_id = ${massEdits.id} and x.kept in ('uploader', 'admin')
    order by x.user_id limit ${USERS_SHOWN}) k), '[]')`,
  /** The first hundred users on the list who have an access token, while the gate is open. */
  withTokens: sql<ListedUser[]>`coalesce((select json_agg(k) from (
    select u.email, u.external_id as "externalId", u.first_name as "firstName", u.last_name as "lastName"
    from (select distinct t.user_id from tokens t
      where ${massEdits.state} = 'awaiting_approval' and ${massEdits.deletions} > 0
        and t.organization_id = ${massEdits.organizationId} and (t.expires_at is null or t.expires_at > now())
        and (select true from missing_users x where x.mass_edit_id = ${massEdits.id} and x.user_id = t.user_id and x.kept is null)
    ) h join users u on u.id = h.user_id order by u.id limit ${USERS_SHOWN}) k), '[]')`,
};
/** A mass edit with all that is shown. Times are ISO 8601 UTC. */
export type MassEditView = RowOf<typeof VIEW>;

const views = (tx: Transaction) =>
  tx
    .select(VIEW)
    .from(massEdits)
    // A column of its own: under row-level security PostgreSQL uses no index with a coalesce(), and would read all
    // users.
    .crossJoinLateral(sql`(select coalesce(decided_by, cancel_requested_by) as answered_by offset 0) a`);

export type NewMassEdit = Pick<
  typeof massEdits.$inferSelect,
  | 'organizationId'
  | 'fileId'
  | 'fileName'
  | 'sizeBytes'
  | 'sha256'
  | 'approvalTimeoutMs'
  | 'idempotencyKey'
  | 'requestFingerprint'
  | 'startedBy'
  | 'findingsListed'
> & { options: Options };

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
  return first(views(tx).where(eq(massEdits.publicId, publicId)));
}

/** The open mass edit, if any. An organization has at most one. */
export async function findRunningMassEdit(tx: Transaction): Promise<MassEditView | null> {
  return first(views(tx).where(sql`${massEdits.state} <> 'ended'`));
}

/** The mass edit that was started with an idempotency key, open or ended. */
export async function findMassEditByKey(tx: Transaction, key: string): Promise<MassEditView | null> {
  return first(views(tx).where(eq(massEdits.idempotencyKey, key)));
}

/** The mass edit that was uploaded last. */
export async function findLatestMassEdit(tx: Transaction): Promise<MassEditView | null> {
  return first(views(tx).orderBy(desc(massEdits.id)).limit(1));
}

/** Mass edits, the newest first; `before` is the internal key of the last one on the page before. */
export async function listMassEdits(tx: Transaction, page: { before: number; limit: number }): Promise<MassEditView[]> {
  return views(tx).where(lt(massEdits.id, page.before)).orderBy(desc(massEdits.id)).limit(page.limit);
}

/** Saves the id of the workflow run that signals are sent to. The first one stays. */
export async function setWorkflowRunId(tx: Transaction, publicId: string, runId: string): Promise<void> {
  await tx
    .update(massEdits)
    .set({ workflowRunId: runId })
    .where(and(eq(massEdits.publicId, publicId), isNull(massEdits.workflowRunId)));
}

/** Replaces the id of a workflow run that has ended, unless another process has replaced it already. */
export async function replaceWorkflowRunId(
  tx: Transaction,
  publicId: string,
  run: { was: string; is: string },
): Promise<void> {
  const { publicId: id, workflowRunId, state } = massEdits;
  await tx
    .update(massEdits)
    .set({ workflowRunId: run.is })
    .where(and(eq(id, publicId), eq(workflowRunId, run.was), ne(state, 'ended')));
}

const first = async (found: PromiseLike<MassEditView[]>): Promise<MassEditView | null> => (await found)[0] ?? null;
