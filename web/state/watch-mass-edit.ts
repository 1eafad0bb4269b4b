import { call, Refusal } from '../api.ts';
import type { MassEdit } from '../mass-edit.ts';
import { type Change, mergeChange, mergeUpdate } from './merge-update.ts';

/** The state of a mass edit, and how fresh it is. */
export type WatchState = {
  /** null: there is none; undefined: nothing is known yet. */
  edit: MassEdit | null | undefined;
  /** When the API last answered, in milliseconds; null while the connection works. */
  lostSince: number | null;
  /** The address is unknown, or this user may not see it. */
  missing: boolean;
};
export type Watch = {
  /** Polls now, for example after an action elsewhere. */
  refresh: () => void;
  /** Takes the answer to an action of this page. */
  applyUpdate: (edit: MassEdit) => void;
  stop: () => void;
};

/**
 * Watches the mass edit at an address, or the latest mass edit: by the server's events, and by polling if no events
 * arrive. Retries while there is no connection. The state never goes back.
 *
 * @param follow the address gives another mass edit once there is one, so it is polled even if this one has ended
 */
export function watchMassEdit(path: string, follow: boolean, tell: (sight: WatchState) => void): Watch {
  let sight: WatchState = { edit: undefined, lostSince: null, missing: false };
  let etag: string | null = null;
  let heardAt = Date.now();
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  let stream: { of: string; source: EventSource; healthy: boolean; eventAt: number } | null = null;

  const show = (change: Partial<WatchState>) => {
    sight = { ...sight, ...change };
    if (!stopped) tell(sight);
  };
  const heard = () => {
    heardAt = Date.now();
    failures = 0;
  };
  const know = (edit: MassEdit | null) => {
    const known = edit && mergeUpdate(sight.edit ?? null, edit);
    show({ edit: known, lostSince: null, missing: false });
    listen(known);
  };

  async function ask(): Promise<void> {
    try {
      const answer = await call<MassEdit>(path, { etag });
      if (stopped) return;
      heard();
      if (answer.etag) etag = answer.etag;
      if (answer.status === NO_CONTENT) know(null);
      else if (answer.body) {
        const before = sight.edit;
        know(answer.body);
        // The poll brought news that the stream did not: a proxy holds back the events.
        if (
          stream &&
          before &&
          sight.edit &&
          changeKey(before) !== changeKey(sight.edit) &&
          quietFor(stream) > EVENT_DELAY_MS
        )
          stream.healthy = false;
      } else show({ lostSince: null });
      askIn(pauseMs(answer.retryAfterS));
    } catch (error) {
      if (stopped) return;
      const refused = error instanceof Refusal && error.code !== 'unreachable' && error.status < SERVER_TROUBLE;
      // Signed out: the page says so, and polls again after the next sign-in.
      if (refused) show({ missing: error.code === 'not_found' });
      else lose();
      askIn(refused ? IDLE_MS : BACK_OFF_MS[Math.min(failures++, BACK_OFF_MS.length - 1)]);
    }
  }

  const lose = () => show({ lostSince: sight.lostSince ?? heardAt });

  function askIn(ms: number | null | undefined): void {
    clearTimeout(timer);
    if (ms !== null && ms !== undefined && !stopped) timer = setTimeout(ask, ms);
  }

  function pauseMs(retryAfterS: number | null): number | null {
    if (!sight.edit || sight.edit.state === 'ended') return follow ? IDLE_MS : null;
    return stream?.healthy ? QUIET_MS : Math.max(POLL_MS, (retryAfterS ?? 0) * 1000);
  }

  /** Opens the stream of an open mass edit, and closes the stream of another or ended one. */
  function listen(edit: MassEdit | null): void {
    const of = edit && edit.state !== 'ended' ? edit.links.self : null;
    if (stream && stream.of !== of) {
      stream.source.close();
      stream = null;
    }
    if (of === null || stream || stopped) return;
    const opened = { of, source: new EventSource(`${of}/events`), healthy: false, eventAt: 0 };
    stream = opened;
    const on = (name: string, take: (data: string) => void) =>
      opened.source.addEventListener(name, (event) => {
        if (stream !== opened) return;
        opened.healthy = true;
        opened.eventAt = Date.now();
        heard();
        take(String(event.data));
        askIn(pauseMs(null));
      });
    on('snapshot', (data) => know(JSON.parse(data) as MassEdit));
    on('state', (data) => know(JSON.parse(data) as MassEdit));
    for (const name of ['stage', 'progress'])
      on(name, (data) => sight.edit && know(mergeChange(sight.edit, JSON.parse(data) as Change)));
    opened.source.onerror = () => {
      if (stream !== opened) return;
      opened.healthy = false;
      // The stream ends with the mass edit, and breaks with the connection. The next answer tells which it was. The
      // closed stream is kept, so that a refused stream is not opened again and again.
      askIn(AFTER_BREAK_MS);
    };
  }

  const now = () => askIn(0);
  const whenSeen = () => document.visibilityState === 'visible' && now();
  addEventListener('online', now);
  addEventListener('offline', lose);
  document.addEventListener('visibilitychange', whenSeen);
  now();

  return {
    refresh: now,
    applyUpdate: (edit) => {
      know(edit);
      askIn(pauseMs(null));
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      stream?.source.close();
      removeEventListener('online', now);
      removeEventListener('offline', lose);
      document.removeEventListener('visibilitychange', whenSeen);
    },
  };
}

const NO_CONTENT = 204;
/** From this status on the service has a temporary fault. */
const SERVER_TROUBLE = 500;
/** The page notices another user's upload within this time. */
const IDLE_MS = 10_000;
/** Numbers that change faster are not readable. */
const POLL_MS = 1_500;
/** A stream may be quiet, or held back by a proxy. A poll shows which. */
const QUIET_MS = 20_000;
/** An event about a change that a poll found arrives within this time. */
const EVENT_DELAY_MS = 3_000;
/** A server that restarts needs a moment. */
const AFTER_BREAK_MS = 1_000;
/** Soon at first, then less often, so that a starting service is not overloaded. */
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

const quietFor = ({ eventAt }: { eventAt: number }): number => Date.now() - eventAt;
/** The parts of a mass edit that show whether an answer was news. */
const changeKey = (edit: MassEdit): string => JSON.stringify([edit.state, edit.outcome, edit.decision, edit.stage]);
