import type { EventStream } from './event-stream.ts';
import { changeBetween, changeEvent, type Snapshot, snapshotEvent } from './snapshot.ts';

/** Somebody who looks on. */
export type Subscriber = {
  stream: EventStream;
  /** The public id of the session or token that lets them. */
  signIn: string;
  /** The last they have seen, if they were here before. */
  lastEventId: string | undefined;
};
/** Looks once, for everybody: the mass edit as it stands (null: it is gone), and who of the viewers still may see it. */
export type LoadSnapshot = (signIns: string[]) => Promise<{ snapshot: Snapshot | null; valid: Set<string> }>;
export type EventChannel = {
  join: (viewer: Subscriber) => void;
  leave: (viewer: Subscriber) => void;
  /** Something may have changed. */
  markChanged: () => void;
  subscribers: () => Subscriber[];
};

/** Nobody reads more than two numbers a second. Other news waits as long at most, and is looked for no more often. */
const LOAD_GAP_MS = 500;

/**
 * One mass edit that somebody watches. However many there are, and however often it changes, one look at a time is taken,
 * and what it shows goes to all. Since no two looks overlap and each shows what was committed when it began, nobody sees
 * anything go back; and a viewer's first event is of a look that began after they came.
 */
export function createEventChannel(loadSnapshot: LoadSnapshot, failed: (error: unknown) => void): EventChannel {
  const waiting = new Set<Subscriber>();
  const watching = new Set<Subscriber>();
  let sent: Snapshot | null = null;
  let progressSentAt = 0;
  let loadedAt = 0;
  let loading = false;
  let again = false;
  let due: NodeJS.Timeout | undefined;

  function markChanged(): void {
    due ??= setTimeout(loadNow, Math.max(0, loadedAt + LOAD_GAP_MS - Date.now()));
  }

  async function loadNow(): Promise<void> {
    clearTimeout(due);
    due = undefined;
    again = loading;
    if (loading) return;
    loading = true;
    loadedAt = Date.now();
    const newcomers = [...waiting];
    const signIns = new Set([...watching, ...newcomers].map(({ signIn }) => signIn));
    try {
      // Nobody left: the last one went while this look was on its way.
      if (signIns.size > 0) publish(await loadSnapshot([...signIns]), newcomers);
    } catch (error) {
      failed(error);
    }
    loading = false;
    if (!again) return;
    if (waiting.size > 0) await loadNow();
    else markChanged();
  }

  function publish({ snapshot, valid }: Awaited<ReturnType<LoadSnapshot>>, newcomers: Subscriber[]): void {
    for (const subscriber of [...watching, ...newcomers])
      if (snapshot === null || !valid.has(subscriber.signIn)) dismiss(subscriber);
    if (snapshot === null) return;
    const change = sent === null ? null : changeBetween(sent, snapshot);
    // A look for the sake of a newcomer may come sooner than the others are to be told numbers.
    const tooSoon = change === 'progress' && Date.now() - progressSentAt < LOAD_GAP_MS;
    if (tooSoon) again = true;
    else {
      if (change === 'progress') progressSentAt = Date.now();
      const block = change && watching.size > 0 ? changeEvent(change, snapshot) : null;
      if (block) for (const { stream } of watching) stream.send(block, { replaceable: change === 'progress' });
      sent = snapshot;
    }
    welcome(newcomers, snapshot);
    if (snapshot.edit.state === 'ended') for (const subscriber of watching) dismiss(subscriber);
  }

  function welcome(newcomers: Subscriber[], snapshot: Snapshot): void {
    let firstEvent: Buffer | undefined;
    for (const subscriber of newcomers) {
      if (!waiting.delete(subscriber)) continue; // gone again
      watching.add(subscriber);
      if (subscriber.lastEventId === snapshot.id) continue;
      firstEvent ??= snapshotEvent(snapshot);
      subscriber.stream.send(firstEvent);
    }
  }

  function dismiss(subscriber: Subscriber): void {
    leave(subscriber);
    subscriber.stream.end();
  }

  function leave(subscriber: Subscriber): void {
    waiting.delete(subscriber);
    watching.delete(subscriber);
    if (waiting.size + watching.size > 0) return;
    clearTimeout(due);
    due = undefined;
  }

  return {
    join: (subscriber) => {
      waiting.add(subscriber);
      void loadNow();
    },
    leave,
    markChanged,
    subscribers: () => [...waiting, ...watching],
  };
}
