import { type Database, inOrganization } from '../../../db/client.ts';
import { listenForChanges } from '../../../db/mass-edits/change-notifications.ts';
import { findMassEdit } from '../../../db/mass-edits/mass-edits.ts';
import { validSignIns } from '../../../db/people/sessions.ts';
import { describeFault } from '../../../monitoring/describe-fault.ts';
import { createEventChannel, type EventChannel, type LoadSnapshot, type Subscriber } from './event-channel.ts';
import { snapshotOf } from './snapshot.ts';

export type EventHubDeps = {
  db: Database;
  log: { error: (what: object, message: string) => void };
  /** How long a stream may wait for a client that reads nothing. */
  stalledMs: number;
};
export type EventHub = {
  /** Sends the changes of the mass edit to the subscriber from now on, until the mass edit or the stream ends. */
  join: (edit: { organizationId: string; publicId: string }, subscriber: Subscriber) => void;
  /** Ends all streams, and those of later subscribers. */
  close: () => void;
};

/**
 * Polls in addition to notifications: a lost notification delays a change by this time at most, and an ended session is
 * noticed.
 */
const POLL_MS = 5_000;
/**
 * A stream that reads nothing between two heartbeats has stalled. Proxies end a connection without traffic after half a
 * minute or a minute, so a heartbeat each 15 s keeps it open. The page counts on this interval (web/state/events.ts).
 */
const HEARTBEATS_PER_STALL = 2;
/** Of the pool's connections, so that a thousand mass edits that change at once do not block other requests. */
const MAX_CONCURRENT_LOADS = 4;

/**
 * All event streams of this process. PostgreSQL notifies of changes of mass edits, on one connection that the first
 * subscriber opens. A failed load is logged and retried by the next poll; the streams stay open.
 */
export function createEventHub({ db, log, stalledMs }: EventHubDeps): EventHub {
  const channels = new Map<string, EventChannel>();
  const limited = limitConcurrency(MAX_CONCURRENT_LOADS);
  const failed = (error: unknown, about: object = {}): void =>
    log.error({ ...about, ...describeFault(error) }, 'a look for viewers failed');
  const markAllChanged = (): void => {
    for (const edit of channels.values()) edit.markChanged();
  };
  const allSubscribers = (): Subscriber[] => [...channels.values()].flatMap((edit) => edit.subscribers());
  const timers = [
    setInterval(markAllChanged, POLL_MS).unref(),
    setInterval(() => {
      for (const edit of channels.values()) edit.heartbeat();
    }, stalledMs / HEARTBEATS_PER_STALL).unref(),
  ];
  let listens = false;
  let closed = false;

  /** If it fails, the poll still finds changes. */
  function listen(): void {
    if (listens) return;
    listens = true;
    const changed = (massEditId: string): void => channels.get(massEditId)?.markChanged();
    listenForChanges(db, { changed, listening: markAllChanged }).catch((error) => failed(error));
  }

  function openChannel({ organizationId, publicId }: { organizationId: string; publicId: string }): EventChannel {
    const loadSnapshot: LoadSnapshot = (signIns) =>
      limited(() =>
        inOrganization(db, organizationId, async (tx) => {
          const view = await findMassEdit(tx, publicId);
          return { snapshot: view && snapshotOf(view), valid: await validSignIns(tx, signIns) };
        }),
      );
    const edit = createEventChannel(loadSnapshot, (error) => failed(error, { organizationId, massEditId: publicId }));
    channels.set(publicId, edit);
    return edit;
  }

  return {
    join: (edit, subscriber) => {
      if (closed) return subscriber.stream.end();
      listen();
      const channel = channels.get(edit.publicId) ?? openChannel(edit);
      subscriber.stream.onClose(() => {
        channel.leave(subscriber);
        if (channel.subscribers().length === 0 && channels.get(edit.publicId) === channel)
          channels.delete(edit.publicId);
      });
      channel.join(subscriber);
    },
    close: () => {
      closed = true;
      for (const timer of timers) clearInterval(timer);
      for (const { stream } of allSubscribers()) stream.end();
      channels.clear();
    },
  };
}

/** Runs at most `many` calls at once; the others wait in order. */
function limitConcurrency(many: number): <T>(work: () => Promise<T>) => Promise<T> {
  let free = many;
  const queue: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => queue.push(resolve));
    try {
      return await work();
    } finally {
      const next = queue.shift();
      if (next) next();
      else free++;
    }
  };
}
