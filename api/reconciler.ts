import { setTimeout as pause } from 'node:timers/promises';
import { inOrganization } from '../db/client.ts';
import { deleteFile, orphanedFiles } from '../db/mass-edits/files.ts';
import { findMassEdit } from '../db/mass-edits/mass-edits.ts';
import {
  allOrganizations,
  findRunning,
  findUndelivered,
  findUnstarted,
  purgeDeletedUsers,
  purgeRemoved,
  type StrandedMassEdit,
} from '../db/mass-edits/reconcile.ts';
import { deleteExpiredSessions } from '../db/people/sessions.ts';
import { deleteExpiredLinks } from '../db/people/sign-in-links.ts';
import { sqlStateOf } from '../db/sql/sql-errors.ts';
import { repairLostRun } from './repair-lost-run.ts';
import { signalCancellation, signalDecision, startMassEdit, type TemporalDeps } from './temporal.ts';

/** The log of failures, a part of pino's. Ids and error names only, never the content of a row. */
export type ReconcilerLog = { error: (what: object, message: string) => void };
export type ReconcilerDeps = TemporalDeps & { log: ReconcilerLog };
export type Reconciler = {
  /** Ends after the current step. */
  stop: () => Promise<void>;
};

/** The longest time before another process starts an upload whose process ended. */
const ROUND_MS = 5_000;
const HOUR_MS = 3_600_000;
/**
 * The longest pause between two signals that change nothing. The pauses grow, because a run takes ten thousand signals
 * at most.
 */
const LONGEST_SILENCE_MS = 10 * 60_000;
/** How long a run that an operator ended may block its organization. A query to the engine costs a millisecond. */
const LONGEST_LOOK_AWAY_MS = 20_000;

/**
 * Reconciles the database with the engine. Starts uploads that were stored and never started, sends decisions that the
 * engine has not received, and replaces runs that an operator ended. Purges files without a mass edit, deleted users,
 * removed answers, before-images, expired sessions and sign-in links.
 *
 * Has no state that matters and takes no lock. Any number of instances can run, and the next round retries what failed.
 */
export function startReconciler(deps: ReconcilerDeps): Reconciler {
  const stopping = new AbortController();
  const signals = createBackoff(LONGEST_SILENCE_MS);
  const looks = createBackoff(LONGEST_LOOK_AWAY_MS);
  const running = (async () => {
    let tidied = 0;
    while (!stopping.signal.aborted) {
      await reconcile(deps, signals);
      await repairLostRuns(deps, looks);
      if (Date.now() - tidied >= HOUR_MS) {
        tidied = Date.now();
        await purge(deps);
      }
      await pause(ROUND_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  })();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}

/** Starts stored mass edits and sends decisions, of all organizations. Never throws. */
export async function reconcile(deps: ReconcilerDeps, isDue: (key: string) => boolean = () => true): Promise<void> {
  await attempt(deps, {}, async () => {
    for (const left of await findUnstarted(deps.db)) await attempt(deps, left, () => startStranded(deps, left));
  });
  await attempt(deps, {}, async () => {
    for (const undelivered of await findUndelivered(deps.db)) {
      if (isDue(undelivered.massEditId)) await attempt(deps, undelivered, () => redeliver(deps, undelivered));
    }
  });
}

/** Checks whether open mass edits have a run, and repairs those without one, of all organizations. Never throws. */
export async function repairLostRuns(
  deps: ReconcilerDeps,
  isDue: (key: string) => boolean = () => true,
): Promise<void> {
  await attempt(deps, {}, async () => {
    for (const open of await findRunning(deps.db)) {
      if (isDue(open.massEditId)) await attempt(deps, open, () => repairLostRun(deps, open));
    }
  });
}

/**
 * Deletes files without a mass edit, and expired sessions and sign-in links. After 30 days it deletes deleted users,
 * removed answers, and the before-images of ended mass edits. Never throws.
 */
export async function purge(deps: ReconcilerDeps): Promise<void> {
  await attempt(deps, {}, async () => {
    for (const organizationId of await allOrganizations(deps.db)) {
      await attempt(deps, { organizationId }, async () => {
        const orphans = await inOrganization(deps.db, organizationId, orphanedFiles);
        for (const fileId of orphans) await inOrganization(deps.db, organizationId, (tx) => deleteFile(tx, fileId));
        await purgeDeletedUsers(deps.db, organizationId);
        await purgeRemoved(deps.db, organizationId);
        await inOrganization(deps.db, organizationId, deleteExpiredSessions);
        await inOrganization(deps.db, organizationId, deleteExpiredLinks);
      });
    }
  });
}

async function startStranded(deps: ReconcilerDeps, { organizationId, massEditId }: StrandedMassEdit): Promise<void> {
  const edit = await inOrganization(deps.db, organizationId, (tx) => findMassEdit(tx, massEditId));
  if (edit && edit.state !== 'ended' && edit.workflowRunId === null) await startMassEdit(deps, edit, 0);
}

async function redeliver({ db, temporal }: ReconcilerDeps, undelivered: StrandedMassEdit): Promise<void> {
  const edit = await inOrganization(db, undelivered.organizationId, (tx) => findMassEdit(tx, undelivered.massEditId));
  if (!edit || edit.state === 'ended' || edit.workflowRunId === null) return;
  const to = { ...undelivered, runId: edit.workflowRunId };
  const { decision, listDigest, deletions } = edit;
  if (edit.cancelRequestedAt !== null) await signalCancellation(temporal, to);
  else if (decision !== null) await signalDecision(temporal, { ...to, decision, listDigest, deletions });
}

async function attempt(
  deps: ReconcilerDeps,
  about: Partial<StrandedMassEdit>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { organizationId, massEditId } = about;
    const fault = { error: error instanceof Error ? error.name : typeof error, sqlState: sqlStateOf(error) };
    deps.log.error({ organizationId, massEditId, ...fault }, 'The reconciler tries again with its next round');
  }
}

/**
 * Returns true for the first call with a key, then after a pause that doubles each time. Drops keys that are not asked
 * for.
 */
function createBackoff(longestMs: number): (key: string) => boolean {
  const known = new Map<string, { next: number; wait: number }>();
  return (key) => {
    const now = Date.now();
    for (const [other, { next }] of known) if (now > next + longestMs) known.delete(other);
    const at = known.get(key) ?? { next: now, wait: ROUND_MS };
    if (now < at.next) return false;
    known.set(key, { next: now + at.wait, wait: Math.min(at.wait * 2, longestMs) });
    return true;
  };
}
