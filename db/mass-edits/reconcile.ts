import { sql } from 'drizzle-orm';
import type { State } from '../../workflows/contract.ts';
import { type Database, inOrganization, queryMany, queryOne, type Transaction } from '../client.ts';

/**
 * What the sweeper asks of all organizations, and what it deletes. Functions of the database do both, as the API's role may see
 * no other organization's rows and may delete no user: db/migrations/0023_narrow_roles.sql has them.
 */

export type StrandedMassEdit = { organizationId: string; massEditId: string };
export type StartedMassEdit = StrandedMassEdit & { runId: string };

const LEFT_LYING = sql.raw(`organization_id as "organizationId", mass_edit_id as "massEditId"`);

/** Mass edits of any organization that are stored and that the engine was never told of, the oldest first. */
export async function findUnstarted(db: Database): Promise<StrandedMassEdit[]> {
  return db.transaction((tx) =>
    queryMany<StrandedMassEdit>(tx, sql`select ${LEFT_LYING} from sweep_mass_edits() where run_id is null`),
  );
}

/** Mass edits of any organization that a user has answered or cancelled and that have not moved on since. */
export async function findUndelivered(db: Database): Promise<StrandedMassEdit[]> {
  return db.transaction((tx) =>
    queryMany<StrandedMassEdit>(tx, sql`select ${LEFT_LYING} from sweep_mass_edits() where unheard`),
  );
}

/** Mass edits of any organization that are under way in a run of the engine's, the oldest first. */
export async function findRunning(db: Database): Promise<StartedMassEdit[]> {
  return db.transaction((tx) =>
    queryMany<StartedMassEdit>(
      tx,
      sql`select ${LEFT_LYING}, run_id as "runId" from sweep_mass_edits() where run_id is not null`,
    ),
  );
}

export type OpenMassEditStats = {
  /** How many mass edits are in each state but the last. */
  states: Partial<Record<State, number>>;
  /** Of the oldest, in seconds; 0 if there is none. */
  oldestOpenS: number;
  /** How long the one waits for an answer that has waited longest; 0 if none waits. */
  oldestWaitS: number;
};

/** Mass edits that have not ended, of all organizations, in numbers. */
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

/** Every organization there is. */
export async function allOrganizations(db: Database): Promise<string[]> {
  const rows = await db.transaction((tx) =>
    queryMany<{ id: string }>(tx, sql`select organization_id as id from sweep_organizations()`),
  );
  return rows.map(({ id }) => id);
}

/**
 * Deletes for good the users who were deleted more than 30 days ago: the user, their memberships, their tokens and the record
 * of changes by hand. Their answers stay, without an author, because the result of a survey must not change if an author leaves;
 * those that are out of reports go. The files and plans of mass edits stay too, as their record. A user that an open mass edit
 * is about waits until it has ended. Gives how many; run again it goes on.
 */
export async function purgeDeletedUsers(db: Database, organizationId: string): Promise<number> {
  return untilNothingIsLeft(db, organizationId, 'purge_deleted_users');
}

/**
 * Deletes answers that have been out of reports for 30 days, and before-images of mass edits that ended 30 days ago. Gives how
 * many rows; run again it goes on.
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
  // No client waits for it: it may take longer than the role's statements for clients may.
  await tx.execute(sql`select set_config('statement_timeout', '15min', true)`);
  const { rows } = await queryOne<{ rows: number }>(tx, sql`select ${sql.identifier(purge)}() as rows`);
  return rows;
}
