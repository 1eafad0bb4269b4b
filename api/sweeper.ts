import { setTimeout as pause } from 'node:timers/promises';
import { inOrganization } from '../db/client.ts';
import { sqlStateOf } from '../db/fence.ts';
import { deleteFile, orphanedFiles } from '../db/files.ts';
import { findMassEdit } from '../db/mass-edits.ts';
import { deleteExpiredSessions } from '../db/sessions.ts';
import { deleteExpiredLinks } from '../db/sign-in-links.ts';
import {
  allOrganizations,
  answeredButUnheard,
  type LeftLying,
  purgeDeletedUsers,
  purgeRemoved,
  startedAndOpen,
  storedButNotStarted,
} from '../db/sweeps.ts';
import { type EngineDeps, signalCancellation, signalDecision, startMassEdit } from './engine.ts';
import { mendLostRun } from './lost-runs.ts';

/** Where the sweeper says what did not go; pino's shape. Ids and error names alone, never what a row holds. */
export type SweepLog = { error: (what: object, message: string) => void };
export type SweepDeps = EngineDeps & { log: SweepLog };
export type Sweeper = {
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
export function startSweeper(deps: SweepDeps): Sweeper {
  const stopping = new AbortController();
  const signals = quietening(LONGEST_SILENCE_MS);
  const looks = quietening(LONGEST_LOOK_AWAY_MS);
  const running = (async () => {
    let tidied = 0;
    while (!stopping.signal.aborted) {
      await moveOn(deps, signals);
      await mendLostRuns(deps, looks);
      if (Date.now() - tidied >= HOUR_MS) {
        tidied = Date.now();
        await tidyUp(deps);
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
export async function moveOn(deps: SweepDeps, isDue: (key: string) => boolean = () => true): Promise<void> {
  await attempt(deps, {}, async () => {
    for (const left of await storedButNotStarted(deps.db)) await attempt(deps, left, () => startLeft(deps, left));
  });
  await attempt(deps, {}, async () => {
    for (const unheard of await answeredButUnheard(deps.db)) {
      if (isDue(unheard.massEditId)) await attempt(deps, unheard, () => tellAgain(deps, unheard));
    }
  });
}

/** Looks whether open mass edits still have a run, and mends it where they have none; of all organizations. Never throws. */
export async function mendLostRuns(deps: SweepDeps, isDue: (key: string) => boolean = () => true): Promise<void> {
  await attempt(deps, {}, async () => {
    for (const open of await startedAndOpen(deps.db)) {
      if (isDue(open.massEditId)) await attempt(deps, open, () => mendLostRun(deps, open));
    }
  });
}

/**
 * Takes away files without a mass edit, people who were deleted and answers that were removed more than 30 days ago,
 * before-images of mass edits that ended so long ago, expired sessions and sign-in links. Never throws.
 */
export async function tidyUp(deps: SweepDeps): Promise<void> {
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

async function startLeft(deps: SweepDeps, { organizationId, massEditId }: LeftLying): Promise<void> {
  const edit = await inOrganization(deps.db, organizationId, (tx) => findMassEdit(tx, massEditId));
  if (edit && edit.state !== 'ended' && edit.workflowRunId === null) await startMassEdit(deps, edit, 0);
}

async function tellAgain({ db, temporal }: SweepDeps, unheard: LeftLying): Promise<void> {
  const edit = await inOrganization(db, unheard.organizationId, (tx) => findMassEdit(tx, unheard.massEditId));
  if (!edit || edit.state === 'ended' || edit.workflowRunId === null) return;
  const to = { ...unheard, runId: edit.workflowRunId };
  const { decision, listDigest, deletions } = edit;
  if (edit.cancelRequestedAt !== null) await signalCancellation(temporal, to);
  else if (decision !== null) await signalDecision(temporal, { ...to, decision, listDigest, deletions });
}

async function attempt(deps: SweepDeps, about: Partial<LeftLying>, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { organizationId, massEditId } = about;
    const fault = { error: error instanceof Error ? error.name : typeof error, sqlState: sqlStateOf(error) };
    deps.log.error({ organizationId, massEditId, ...fault }, 'The sweeper tries again with its next round');
  }
}

/** Says yes to the first time something is asked about, then after twice the time each; forgets what is not asked any more. */
function quietening(longestMs: number): (key: string) => boolean {
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
