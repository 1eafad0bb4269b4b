import { type SQL, sql } from 'drizzle-orm';
import type { Decision, State } from '../workflows/contract.ts';
import { type Database, inOrganization, rowsOf, type Transaction } from './client.ts';
import { KEPT } from './retention.ts';

export type LeftLying = { organizationId: string; massEditId: string };
export type Unheard = LeftLying & {
  runId: string;
  decision: Decision | null;
  listDigest: string | null;
  deletions: number;
  cancelRequested: boolean;
};

/** Younger than this, whoever stored or decided is still about to tell the engine. */
const GRACE = sql.raw(`interval '2 seconds'`);

/** Mass edits of any organization that are stored and that the engine was never told of, the oldest first. */
export async function storedButNotStarted(db: Database): Promise<LeftLying[]> {
  return sweep(db, (tx) =>
    rowsOf<LeftLying>(
      tx,
      sql`select organization_id as "organizationId", public_id as "massEditId" from mass_edits
          where state <> 'ended' and workflow_run_id is null and created_at < now() - ${GRACE} order by id`,
    ),
  );
}

/**
 * Mass edits of any organization that somebody has answered and that have not moved on since. An expiry is no answer:
 * the engine gave it itself.
 */
export async function answeredButUnheard(db: Database): Promise<Unheard[]> {
  return sweep(db, (tx) =>
    rowsOf<Unheard>(
      tx,
      sql`select organization_id as "organizationId", public_id as "massEditId", workflow_run_id as "runId", decision,
            list_digest as "listDigest", deletions, cancel_requested_at is not null as "cancelRequested"
          from mass_edits
          where state <> 'ended' and workflow_run_id is not null and (
            (state = 'awaiting_approval' and decision <> 'expire' and decided_at < now() - ${GRACE})
            or cancel_requested_at < now() - ${GRACE})
          order by id`,
    ),
  );
}

/** Mass edits of any organization that are under way in a run of the engine's, the oldest first. */
export async function startedAndOpen(db: Database): Promise<(LeftLying & { runId: string })[]> {
  return sweep(db, (tx) =>
    rowsOf<LeftLying & { runId: string }>(
      tx,
      sql`select organization_id as "organizationId", public_id as "massEditId", workflow_run_id as "runId"
          from mass_edits where state <> 'ended' and workflow_run_id is not null order by id`,
    ),
  );
}

export type OpenNow = {
  /** How many mass edits are in each state but the last. */
  states: Partial<Record<State, number>>;
  /** Of the oldest, in seconds; 0 if there is none. */
  oldestOpenS: number;
  /** How long the one waits for an answer that has waited longest; 0 if none waits. */
  oldestWaitS: number;
};

/** Mass edits that have not ended, of all organizations, in numbers. */
export async function openNow(db: Database): Promise<OpenNow> {
  const rows = await sweep(db, (tx) =>
    rowsOf<{ state: State; count: number; openS: number; waitS: number }>(
      tx,
      sql`select state, count(*)::int as count, extract(epoch from now() - min(created_at))::float as "openS",
            coalesce(extract(epoch from now() - min(frozen_at) filter (where decision is null)), 0)::float as "waitS"
          from mass_edits where state <> 'ended' group by state`,
    ),
  );
  return {
    states: Object.fromEntries(rows.map(({ state, count }) => [state, count])),
    oldestOpenS: Math.max(0, ...rows.map(({ openS }) => openS)),
    oldestWaitS: rows.find(({ state }) => state === 'awaiting_approval')?.waitS ?? 0,
  };
}

/** Every organization there is. */
export async function allOrganizations(db: Database): Promise<string[]> {
  const rows = await sweep(db, (tx) => rowsOf<{ id: string }>(tx, sql`select id from organizations order by id`));
  return rows.map(({ id }) => id);
}

/** People purged in one transaction: few enough that nobody waits for it. */
const PURGE_CHUNK = 500;

/**
 * Takes away for good who was deleted more than 30 days ago: the person, what they are and were in, their tokens and the
 * record of changes by hand. Their answers stay, without an author, as a survey's result must not change because
 * somebody left; those that are out of reports go. The files and plans of mass edits stay too, as their record. Whoever an
 * open mass edit is about waits until it has ended. Gives how many; run again it goes on.
 */
export async function purgeDeletedUsers(db: Database, organizationId: string): Promise<number> {
  for (let purged = 0; ; ) {
    const chunk = await inOrganization(db, organizationId, purgeChunk);
    purged += chunk;
    if (chunk < PURGE_CHUNK) return purged;
  }
}

async function purgeChunk(tx: Transaction): Promise<number> {
  // No client waits for it: it may take longer than the role's statements for clients may.
  await tx.execute(sql`select set_config('statement_timeout', '15min', true)`);
  const gone = await rowsOf<{ id: number }>(
    tx,
    sql`select u.id from users u where u.deleted_at < now() - ${KEPT} and u.id not in (
          select p.user_id from plan_rows p where p.mass_edit_id in (select id from mass_edits where state <> 'ended'))
        order by u.id limit ${PURGE_CHUNK} for update of u skip locked`,
  );
  if (gone.length === 0) return 0;
  const ids = sql`any(${sql.param(gone.map(({ id }) => id))}::bigint[])`;
  await purgeFromPlans(tx, ids);
  await tx.execute(sql`delete from tokens where user_id = ${ids}`);
  await tx.execute(sql`delete from changes where user_id = ${ids}`);
  await tx.execute(sql`delete from answers where user_id = ${ids} and removed_at is not null`);
  await tx.execute(sql`delete from answers_before where user_id = ${ids}`);
  await tx.execute(sql`delete from periods_before where user_id = ${ids}`);
  await tx.execute(sql`delete from membership_periods where user_id = ${ids}`);
  await tx.execute(sql`delete from memberships where user_id = ${ids}`);
  await tx.execute(sql`delete from users where id = ${ids}`);
  return gone.length;
}

/** What rows said and changed of people: that they did stays, what it was does not. Each part by the index that it has. */
async function purgeFromPlans(tx: Transaction, ids: SQL): Promise<void> {
  for (const actions of [['create', 'update'], ['refused'], ['skipped']])
    await tx.execute(sql`update plan_rows set email = null, external_id = null, first_name = null, last_name = null,
        language = null, participates = null, before = null, attributes_before = null, attributes_after = null,
        row_hash = null, named_as = null
      where mass_edit_id in (select id from mass_edits) and user_id = ${ids}
        and action in (${sql.raw(actions.map((action) => `'${action}'`).join(', '))})`);
  // Of rows that changed nothing there is a digest, which is looked at in the newest mass edit of each context alone.
  await tx.execute(sql`update plan_rows set row_hash = null, named_as = null
    where mass_edit_id in (select max(id) from mass_edits group by row_context) and user_id = ${ids} and row_hash is not null`);
}

/** Rows deleted in one transaction: about 100 ms. */
const ROWS_CHUNK = 5_000;

/**
 * Deletes answers that have been out of reports for 30 days, and before-images of mass edits that ended 30 days ago. Gives how
 * many rows; run again it goes on.
 */
export async function purgeRemoved(db: Database, organizationId: string): Promise<number> {
  const old = sql`organization_id = ${organizationId}
    and mass_edit_id in (select id from mass_edits where ended_at < now() - ${KEPT})`;
  let purged = 0;
  for (const [table, which] of [
    [sql`answers`, sql`organization_id = ${organizationId} and removed_at < now() - ${KEPT}`],
    [sql`answers_before`, old],
    [sql`periods_before`, old],
  ] as const) {
    for (let chunk = ROWS_CHUNK; chunk === ROWS_CHUNK; purged += chunk)
      chunk = await inOrganization(db, organizationId, (tx) => deleteSome(tx, table, which));
  }
  return purged;
}

async function deleteSome(tx: Transaction, table: SQL, which: SQL): Promise<number> {
  await tx.execute(sql`select set_config('statement_timeout', '15min', true)`);
  const deleted = await rowsOf(
    tx,
    sql`delete from ${table} where ctid = any(array(select ctid from ${table} where ${which} limit ${ROWS_CHUNK}))
        returning 1 as one`,
  );
  return deleted.length;
}

/** A transaction that may see which mass edits and organizations there are, of all of them, and nothing else. */
async function sweep<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  return db.transaction(async (tx) => {
    await tx.execute(sql`select set_config('app.sweep', 'on', true)`);
    return work(tx);
  });
}
