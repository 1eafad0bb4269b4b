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
  /** How long a stream may wait for a viewer that takes nothing of it. */
  stalledMs: number;
};
export type EventHub = {
  /** From now on the viewer is sent what becomes of the mass edit, until its end or theirs. */
  join: (edit: { organizationId: string; publicId: string }, viewer: Subscriber) => void;
  /** Ends all streams, and those that are still to come. */
  close: () => void;
};

/** The net below the notices: where one was lost nobody waits longer, nor does one whose session ended see more. */
const POLL_MS = 5_000;
/**
 * A stream that takes nothing between two beats has stalled. Proxies end a connection on which nothing happened for half a
 * minute or a minute, so that a beat in 15 s keeps it.
 */
const HEARTBEATS_PER_STALL = 2;
/** Of the pool's connections: a thousand mass edits that change at once are not to keep other requests waiting. */
const MAX_CONCURRENT_LOADS = 4;

/**
 * All the streams of this process. What changes in a mass edit is told by PostgreSQL, on one connection, from the first
 * viewer on. A look that fails is logged and taken again with the next poll; the streams stay.
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
      for (const { stream } of allSubscribers()) stream.heartbeat();
    }, stalledMs / HEARTBEATS_PER_STALL).unref(),
  ];
  let listens = false;
  let closed = false;

  /** Whatever comes of it, there is the poll. */
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

/** Lets so many pieces of work go on at once; the others wait for their turn, in order. */
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
