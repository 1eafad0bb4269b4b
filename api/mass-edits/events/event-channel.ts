import { type EventStream, HEARTBEAT } from './event-stream.ts';
import { changeBetween, changeEvent, type Snapshot, snapshotEvent } from './snapshot.ts';

/** A client that watches a mass edit. */
export type Subscriber = {
  stream: EventStream;
  /** The public id of the session or token that allows it. */
  signIn: string;
  /** The id of the last event that the client got, if it reconnects. */
  lastEventId: string | undefined;
};
/** Loads once for all subscribers: the mass edit now (null: it is gone), and the sign-ins that are still valid. */
export type LoadSnapshot = (signIns: string[]) => Promise<{ snapshot: Snapshot | null; valid: Set<string> }>;
export type EventChannel = {
  join: (subscriber: Subscriber) => void;
  leave: (subscriber: Subscriber) => void;
  /** Something may have changed. */
  markChanged: () => void;
  /**
   * Sends a heartbeat to each subscriber. It is a comment while the subscriber may miss a change: before its first load
   * and after a failed load.
   */
  heartbeat: () => void;
  subscribers: () => Subscriber[];
};

/** A person reads two numbers a second at most. Other changes wait as long at most, and loads are no more frequent. */
const LOAD_GAP_MS = 500;

/**
 * The subscribers of one mass edit. For any number of subscribers and changes, one load runs at a time, and all get its
 * snapshot. Loads do not overlap, and each shows what was committed when it began, so no subscriber sees a change go
 * back. The first event of a subscriber comes from a load that began after it joined.
 */
export function createEventChannel(loadSnapshot: LoadSnapshot, failed: (error: unknown) => void): EventChannel {
  const waiting = new Set<Subscriber>();
  const watching = new Set<Subscriber>();
  let sent: Snapshot | null = null;
  let progressSentAt = 0;
  let loadedAt = 0;
  let loading = false;
  let upToDate = false;
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
      // Without subscribers there is nothing to load: the last one left during the load before.
      if (signIns.size > 0) publish(await loadSnapshot([...signIns]), newcomers);
      upToDate = true;
    } catch (error) {
      upToDate = false;
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
    // A load for a newcomer may come before the other subscribers are due for new numbers.
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
      if (subscriber.lastEventId === snapshot.id) subscriber.stream.send(HEARTBEAT);
      else {
        firstEvent ??= snapshotEvent(snapshot);
        subscriber.stream.send(firstEvent);
      }
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
    heartbeat: () => {
      for (const { stream } of watching) stream.heartbeat(upToDate);
      for (const { stream } of waiting) stream.heartbeat(false);
    },
    subscribers: () => [...waiting, ...watching],
  };
}
