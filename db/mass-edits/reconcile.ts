import { sql } from 'drizzle-orm';
import type { State } from '../../workflows/contract.ts';
import { type Database, inOrganization, queryMany, queryOne, type Transaction } from '../client.ts';

/**
 * The queries of the reconciler about all organizations, and its deletions. Database functions do both, because the
 * role of the API sees no other organization's rows and may delete no user: see db/migrations/0023_narrow_roles.sql.
 */

export type StrandedMassEdit = { organizationId: string; massEditId: string };
export type StartedMassEdit = StrandedMassEdit & { runId: string };

const STRANDED = sql.raw(`organization_id as "organizationId", mass_edit_id as "massEditId"`);

/** Mass edits of all organizations that are stored and were never started in the engine, the oldest first. */
export async function findUnstarted(db: Database): Promise<StrandedMassEdit[]> {
  return db.transaction((tx) =>
    queryMany<StrandedMassEdit>(tx, sql`select ${STRANDED} from sweep_mass_edits() where run_id is null`),
  );
}

/** Mass edits of all organizations that a user answered or cancelled and that have not moved on since. */
export async function findUndelivered(db: Database): Promise<StrandedMassEdit[]> {
  return db.transaction((tx) =>
    queryMany<StrandedMassEdit>(tx, sql`select ${STRANDED} from sweep_mass_edits() where unheard`),
  );
}

/** Mass edits of all organizations that are open and have a workflow run, the oldest first. */
export async function findRunning(db: Database): Promise<StartedMassEdit[]> {
  return db.transaction((tx) =>
    queryMany<StartedMassEdit>(
      tx,
      sql`select ${STRANDED}, run_id as "runId" from sweep_mass_edits() where run_id is not null`,
    ),
  );
}

export type OpenMassEditStats = {
  /** The number of mass edits in each state except `ended`. */
  states: Partial<Record<State, number>>;
  /** The age of the oldest one in seconds; 0 if there is none. */
  oldestOpenS: number;
  /** The longest time in seconds that one has waited for an answer; 0 if none waits. */
  oldestWaitS: number;
};

/** Numbers of the open mass edits of all organizations. */
export async function openMassEditStats(db: Database): Promise<OpenMassEditStats> {
  const rows = await db.transaction((tx) =>
    queryMany<{ state: State; count: number; openS: number; waitS: number }>(
      tx,
      sql`select state, count, open_s as "openS", wait_s as "waitS" from count_open_mass_edits()`,
    ),
  );
  return {
    states: Object.fromEntries(rows.map(({ state, count }) => [state, count])),
    oldestOpenS: Math.max(0, ...rows.map(({ openS }) => openS)),
    oldestWaitS: rows.find(({ state }) => state === 'awaiting_approval')?.waitS ?? 0,
  };
}

/** The ids of all organizations. */
export async function allOrganizations(db: Database): Promise<string[]> {
  const rows = await db.transaction((tx) =>
    queryMany<{ id: string }>(tx, sql`select organization_id as id from sweep_organizations()`),
  );
  return rows.map(({ id }) => id);
}

/**
 * Purges the users who were deleted more than 30 days ago: the user, memberships, tokens and the record of changes by
 * hand. Answers in reports stay, without an author, because the result of a survey must not change when an author
 * leaves. Answers out of reports go. The files and plans of mass edits stay: they are the record. A user in an open
 * mass edit waits until the mass edit has ended. Returns the number of users; a further run continues.
 */
export async function purgeDeletedUsers(db: Database, organizationId: string): Promise<number> {
  return untilNothingIsLeft(db, organizationId, 'purge_deleted_users');
}

/**
 * Deletes answers that have been out of reports for 30 days, and before-images of mass edits that ended 30 days ago.
 * Returns the number of rows; a further run continues.
 */
export async function purgeRemoved(db: Database, organizationId: string): Promise<number> {
  return untilNothingIsLeft(db, organizationId, 'purge_removed_answers');
}

async function untilNothingIsLeft(
  db: Database,
  organizationId: string,
  purge: 'purge_deleted_users' | 'purge_removed_answers',
): Promise<number> {
  for (let purged = 0; ; ) {
    const part = await inOrganization(db, organizationId, (tx) => purgePart(tx, purge));
    if (part === 0) return purged;
    purged += part;
  }
}

async function purgePart(tx: Transaction, purge: string): Promise<number> {
  // No client waits for it, so it may take longer than the statements of requests.
  await tx.execute(sql`select set_config('statement_timeout', '15min', true)`);
  const { rows } = await queryOne<{ rows: number }>(tx, sql`select ${sql.identifier(purge)}() as rows`);
  return rows;
}
