import { type Database, inOrganization } from '../../db/client.ts';
import { findMassEdit } from '../../db/mass-edits.ts';
import { listenForChanges } from '../../db/notices.ts';
import { validSignIns } from '../../db/sessions.ts';
import { describeFault } from '../../monitoring/describe-fault.ts';
import { sightOf } from './mass-edit-sight.ts';
import { type Look, type Viewer, type WatchedMassEdit, watchMassEdit } from './watched-mass-edit.ts';

export type LiveDeps = {
  db: Database;
  log: { error: (what: object, message: string) => void };
  /** How long a stream may wait for a viewer that takes nothing of it. */
  stalledMs: number;
};
export type Live = {
  /** From now on the viewer is sent what becomes of the mass edit, until its end or theirs. */
  join: (edit: { organizationId: string; publicId: string }, viewer: Viewer) => void;
  /** Ends all streams, and those that are still to come. */
  close: () => void;
};

/** The net below the notices: where one was lost nobody waits longer, nor does one whose session ended see more. */
const POLL_MS = 5_000;
/**
 * A stream that takes nothing between two beats has stalled. Proxies end a connection on which nothing happened for half a
 * minute or a minute, so that a beat in 15 s keeps it.
 */
const BEATS = 2;
/** Of the pool's connections: a thousand mass edits that change at once are not to keep other requests waiting. */
const LOOKS_AT_ONCE = 4;

/**
 * All the streams of this process. What changes in a mass edit is told by PostgreSQL, on one connection, from the first
 * viewer on. A look that fails is logged and taken again with the next poll; the streams stay.
 */
export function startLive({ db, log, stalledMs }: LiveDeps): Live {
  const watched = new Map<string, WatchedMassEdit>();
  const takeTurns = atMost(LOOKS_AT_ONCE);
  const failed = (error: unknown, about: object = {}): void =>
    log.error({ ...about, ...describeFault(error) }, 'a look for viewers failed');
  const pokeAll = (): void => {
    for (const edit of watched.values()) edit.poke();
  };
  const everybody = (): Viewer[] => [...watched.values()].flatMap((edit) => edit.viewers());
  const timers = [
    setInterval(pokeAll, POLL_MS).unref(),
    setInterval(() => {
      for (const { stream } of everybody()) stream.beat();
    }, stalledMs / BEATS).unref(),
  ];
  let listens = false;
  let closed = false;

  /** Whatever comes of it, there is the poll. */
  function listen(): void {
    if (listens) return;
    listens = true;
    const changed = (massEditId: string): void => watched.get(massEditId)?.poke();
    listenForChanges(db, { changed, listening: pokeAll }).catch((error) => failed(error));
  }

  function watch({ organizationId, publicId }: { organizationId: string; publicId: string }): WatchedMassEdit {
    const look: Look = (signIns) =>
      takeTurns(() =>
        inOrganization(db, organizationId, async (tx) => {
          const view = await findMassEdit(tx, publicId);
          return { sight: view && sightOf(view), valid: await validSignIns(tx, signIns) };
        }),
      );
    const edit = watchMassEdit(look, (error) => failed(error, { organizationId, massEditId: publicId }));
    watched.set(publicId, edit);
    return edit;
  }

  return {
    join: (edit, viewer) => {
      if (closed) return viewer.stream.end();
      listen();
      const joined = watched.get(edit.publicId) ?? watch(edit);
      viewer.stream.onClose(() => {
        joined.leave(viewer);
        if (joined.viewers().length === 0 && watched.get(edit.publicId) === joined) watched.delete(edit.publicId);
      });
      joined.join(viewer);
    },
    close: () => {
      closed = true;
      for (const timer of timers) clearInterval(timer);
      for (const { stream } of everybody()) stream.end();
      watched.clear();
    },
  };
}

/** Lets so many pieces of work go on at once; the others wait for their turn, in order. */
function atMost(many: number): <T>(work: () => Promise<T>) => Promise<T> {
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
