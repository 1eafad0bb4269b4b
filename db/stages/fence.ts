import { sql } from 'drizzle-orm';
import type { ClaimedMassEdit } from '../claimed-edit.ts';
import { type Database, inOrganization, queryMany, type Transaction } from '../client.ts';
import { MUTE_NOTIFICATIONS } from '../mass-edits/change-notifications.ts';
import { sqlStateOf } from '../sql/sql-errors.ts';

/**
 * A request for the fence. `runId`: the run of the workflow; `stage`: the fence order of the stage; `attempt`: from 1.
 */
export type Claim = { organizationId: string; massEditId: string; runId: string; stage: number; attempt: number };

/** Thrown if a newer attempt has the fence. The older attempt must write nothing more. */
export class Superseded extends Error {
  override name = 'Superseded';
}

/**
 * How long a claim waits for an older attempt's open chunk before it ends that backend. A chunk takes well under a
 * second.
 */
const CLAIM_WAIT_MS = 3_000;
/** A claim that has ended the older backend needs one more try. The others are for chunks that begin in between. */
const CLAIM_TRIES = 4;
/** A hundred times the longest statement of a million rows. A statement that takes longer hangs, and is retried. */
const STATEMENT_TIMEOUT_MS = 15 * 60_000;
const LOCK_NOT_AVAILABLE = '55P03';

/**
 * Takes the fence for an attempt, if the attempt is newer than the holder. Ends the backend of an older attempt that
 * hangs in a transaction. The engine counts attempts from 1 in every activity and run. So the attempt number alone
 * would let an attempt of an earlier run write.
 *
 * @throws Superseded if a newer attempt has the fence
 */
export async function claim(db: Database, asked: Claim): Promise<ClaimedMassEdit> {
  for (let tries = 1; ; tries++) {
    try {
      return await inOrganization(db, asked.organizationId, (tx) => claimOnce(tx, asked));
    } catch (error) {
      if (tries === CLAIM_TRIES || sqlStateOf(error) !== LOCK_NOT_AVAILABLE) throw error;
      await inOrganization(db, asked.organizationId, (tx) => endOlderBackends(tx, asked.massEditId));
    }
  }
}

/**
 * Opens a chunk's transaction for writing: only the holder of the fence passes. No other attempt can take the fence
 * until the transaction ends. The lock (FOR KEY SHARE) blocks no other writer. Another chunk of the same attempt can
 * hold it too, and a request to stop does not wait.
 *
 * Names the backend, so that a newer attempt can find and end it. Turns off the triggers' notifications: viewers are
 * notified after the commit. The rows that the chunk adds are counted with the commit and not up to a second later,
 * because `analyzeIfGrown` reads the count.
 *
 * @throws Superseded if a newer attempt has the fence
 */
export async function assertFence(tx: Transaction, edit: ClaimedMassEdit): Promise<void> {
  const configured = tx.execute(sql`select set_config('application_name', ${backendName(edit.id)}, true),
    set_config('statement_timeout', ${String(STATEMENT_TIMEOUT_MS)}, true), ${MUTE_NOTIFICATIONS},
    pg_stat_force_next_flush()`);
  const held = queryMany(
    tx,
    sql`select 1 as held from mass_edits where id = ${edit.id} and fence_run = ${edit.fence.run}
        and fence_stage = ${edit.fence.stage} and fence_attempt = ${edit.fence.attempt} for key share`,
  );
  const [, rows] = await Promise.all([configured, held]);
  if (rows.length === 0) throw new Superseded('A newer attempt has taken over this mass edit');
}

const backendName = (id: number): string => `mass-edit stage of ${id}`;

async function claimOnce(tx: Transaction, asked: Claim): Promise<ClaimedMassEdit> {
  await tx.execute(sql`select set_config('lock_timeout', ${String(CLAIM_WAIT_MS)}, true), ${MUTE_NOTIFICATIONS}`);
  const [edit] = await queryMany<
    ClaimedMassEdit & { runIds: string[]; fenceRun: number; fenceStage: number; fenceAttempt: number }
  >(
    tx,
    sql`select m.id, m.organization_id as "organizationId", m.file_id as "fileId", m.size_bytes as "sizeBytes",
          m.reset_empty_fields as "resetEmptyFields", m.delete_missing_users as "deleteMissingUsers", m.review,
          m.approval_timeout_ms as "approvalTimeoutMs", m.started_by as "startedBy", m.decision,
          m.list_digest as "listDigest", m.applied_on as "appliedOn", m.frozen_at as "frozenAt", m.reading,
          m.matched_as as "matchedAs", m.new_user_ids as "newUserIds", m.findings_listed as "findingsListed",
          (now() at time zone o.time_zone)::date as today, o.time_zone as "timeZone",
          json_build_object('percent', o.delete_limit_percent, 'fromUsers', o.delete_limit_from_users,
                            'people', o.delete_limit_people) as "deleteLimit",
          m.run_ids as "runIds", m.fence_run as "fenceRun", m.fence_stage as "fenceStage", m.fence_attempt as "fenceAttempt"
        from mass_edits m join organizations o on o.id = m.organization_id
        where m.public_id = ${asked.massEditId} for update of m`,
  );
  if (!edit) throw new Error('There is no such mass edit in this organization');
  const { runIds, fenceRun, fenceStage, fenceAttempt, ...rest } = edit;
  const known = runIds.indexOf(asked.runId);
  const run = known === -1 ? runIds.length + 1 : known + 1;
  if (!isNewer([run, asked.stage, asked.attempt], [fenceRun, fenceStage, fenceAttempt])) {
    throw new Superseded('A newer attempt has taken over this mass edit');
  }
  await tx.execute(sql`update mass_edits set fence_run = ${run}, fence_stage = ${asked.stage}, fence_attempt = ${asked.attempt},
    run_ids = case when ${asked.runId} = any(run_ids) then run_ids else run_ids || ${asked.runId}::text end
    where id = ${edit.id}`);
  return { ...rest, fence: { run, stage: asked.stage, attempt: asked.attempt } };
}

function isNewer(asked: number[], holder: number[]): boolean {
  const at = asked.findIndex((part, i) => part !== holder[i]);
  return at !== -1 && (asked[at] ?? 0) > (holder[at] ?? 0);
}

async function endOlderBackends(tx: Transaction, massEditId: string): Promise<void> {
  await tx.execute(sql`select pg_terminate_backend(a.pid) from pg_stat_activity a, mass_edits m
    where m.public_id = ${massEditId} and a.application_name = 'mass-edit stage of ' || m.id and a.pid <> pg_backend_pid()`);
}
