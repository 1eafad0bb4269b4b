import type { EventStream } from './event-stream.ts';
import { changeBetween, changeEvent, type Sight, snapshotEvent } from './mass-edit-sight.ts';

/** Somebody who looks on. */
export type Viewer = {
  stream: EventStream;
  /** The public id of the session or token that lets them. */
  signIn: string;
  /** The last they have seen, if they were here before. */
  lastEventId: string | undefined;
};
/** Looks once, for everybody: the mass edit as it stands (null: it is gone), and who of the viewers still may see it. */
export type Look = (signIns: string[]) => Promise<{ sight: Sight | null; valid: Set<string> }>;
export type WatchedMassEdit = {
  join: (viewer: Viewer) => void;
  leave: (viewer: Viewer) => void;
  /** Something may have changed. */
  poke: () => void;
  viewers: () => Viewer[];
};

/** Nobody reads more than two numbers a second. Other news waits as long at most, and is looked for no more often. */
const LOOK_GAP_MS = 500;

/**
 * One mass edit that somebody watches. However many there are, and however often it changes, one look at a time is taken,
 * and what it shows goes to all. Since no two looks overlap and each shows what was committed when it began, nobody sees
 * anything go back; and a viewer's first event is of a look that began after they came.
 */
export function watchMassEdit(look: Look, failed: (error: unknown) => void): WatchedMassEdit {
  const waiting = new Set<Viewer>();
  const watching = new Set<Viewer>();
  let told: Sight | null = null;
  let toldProgressAt = 0;
  let lookedAt = 0;
  let looking = false;
  let again = false;
  let due: NodeJS.Timeout | undefined;

  function poke(): void {
    due ??= setTimeout(lookNow, Math.max(0, lookedAt + LOOK_GAP_MS - Date.now()));
  }

  async function lookNow(): Promise<void> {
    clearTimeout(due);
    due = undefined;
    again = looking;
    if (looking) return;
    looking = true;
    lookedAt = Date.now();
    const newcomers = [...waiting];
    const signIns = new Set([...watching, ...newcomers].map(({ signIn }) => signIn));
    try {
      // Nobody left: the last one went while this look was on its way.
      if (signIns.size > 0) tell(await look([...signIns]), newcomers);
    } catch (error) {
      failed(error);
    }
    looking = false;
    if (!again) return;
    if (waiting.size > 0) await lookNow();
    else poke();
  }

  function tell({ sight, valid }: Awaited<ReturnType<Look>>, newcomers: Viewer[]): void {
    for (const viewer of [...watching, ...newcomers]) if (sight === null || !valid.has(viewer.signIn)) dismiss(viewer);
    if (sight === null) return;
    const change = told === null ? null : changeBetween(told, sight);
    // A look for the sake of a newcomer may come sooner than the others are to be told numbers.
    const tooSoon = change === 'progress' && Date.now() - toldProgressAt < LOOK_GAP_MS;
    if (tooSoon) again = true;
    else {
      if (change === 'progress') toldProgressAt = Date.now();
      const block = change && watching.size > 0 ? changeEvent(change, sight) : null;
      if (block) for (const { stream } of watching) stream.send(block, { replaceable: change === 'progress' });
      told = sight;
    }
    welcome(newcomers, sight);
    if (sight.edit.state === 'ended') for (const viewer of watching) dismiss(viewer);
  }

  function welcome(newcomers: Viewer[], sight: Sight): void {
    let snapshot: Buffer | undefined;
    for (const viewer of newcomers) {
      if (!waiting.delete(viewer)) continue; // gone again
      watching.add(viewer);
      if (viewer.lastEventId === sight.id) continue;
      snapshot ??= snapshotEvent(sight);
      viewer.stream.send(snapshot);
    }
  }

  function dismiss(viewer: Viewer): void {
    leave(viewer);
    viewer.stream.end();
  }

  function leave(viewer: Viewer): void {
    waiting.delete(viewer);
    watching.delete(viewer);
    if (waiting.size + watching.size > 0) return;
    clearTimeout(due);
    due = undefined;
  }

  return {
    join: (viewer) => {
      waiting.add(viewer);
      void lookNow();
    },
    leave,
    poke,
    viewers: () => [...waiting, ...watching],
  };
}
