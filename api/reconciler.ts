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

/** Where the sweeper says what did not go; pino's shape. Ids and error names alone, never what a row holds. */
export type ReconcilerLog = { error: (what: object, message: string) => void };
export type ReconcilerDeps = TemporalDeps & { log: ReconcilerLog };
export type Reconciler = {
  /** Ends after the step under way. */
  stop: () => Promise<void>;
};

/** An upload whose process died waits this long at most before another one starts it. */
const ROUND_MS = 5_000;
const HOUR_MS = 3_600_000;
/** A signal that moves nothing is repeated more and more rarely: a run takes ten thousand signals at most. */
const LONGEST_SILENCE_MS = 10 * 60_000;
/** How long a run that an operator ended may hold its organization up; asking the engine costs a millisecond. */
const LONGEST_LOOK_AWAY_MS = 20_000;

/**
 * Picks up what was left lying: uploads that were stored and never started, decisions that the engine was never told
 * of, runs that an operator ended, files without a mass edit, deleted people, removed answers, before-images, sessions
 * and sign-in links whose time is over.
 * Holds no state that matters and takes no lock: any number of instances do no harm, and what fails is tried again with
 * the next round.
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

/** Starts what is stored, tells what is decided; of all organizations. Never throws. */
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

/** Looks whether open mass edits still have a run, and mends it where they have none; of all organizations. Never throws. */
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
 * Takes away files without a mass edit, people who were deleted and answers that were removed more than 30 days ago,
 * before-images of mass edits that ended so long ago, expired sessions and sign-in links. Never throws.
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
    deps.log.error({ organizationId, massEditId, ...fault }, 'The sweeper tries again with its next round');
  }
}

/** Says yes to the first time something is asked about, then after twice the time each; forgets what is not asked any more. */
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
