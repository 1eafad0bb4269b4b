import { call, Refusal } from '../api.ts';
import type { MassEdit } from '../mass-edit.ts';
import { type Change, mergeChange, mergeUpdate } from './merge-update.ts';

/** What is known of a mass edit, and how fresh that is. */
export type WatchState = {
  /** null: there is none; undefined: nothing is known yet. */
  edit: MassEdit | null | undefined;
  /** When the API was last heard, in milliseconds; null while it is being heard. */
  lostSince: number | null;
  /** The address is of nothing that this person may see. */
  missing: boolean;
};
export type Watch = {
  /** Asks now, as after something was done elsewhere. */
  refresh: () => void;
  /** Takes what the answer to an action of this page said. */
  applyUpdate: (edit: MassEdit) => void;
  stop: () => void;
};

/**
 * Watches the mass edit at an address, or whichever is the latest one: by the server's events, and by asking where no
 * events come through. Goes on trying while there is no connection; what is known never goes back.
 *
 * @param follow the address gives another mass edit once there is one, so it is asked also when this one has ended
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
        // It was the poll that brought news: whatever stands between us and the server keeps the events.
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
      // Signed out: the page says so, and asks again after the next sign-in.
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

  /** Opens the stream of an open mass edit, closes that of another or ended one. */
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
      // The stream ends with the mass edit, and breaks with the connection: the next answer tells which it was. It is
      // kept, closed or not, so that it is not opened again and again where it is refused.
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
/** From here on the service has a trouble of its own, which passes. */
const SERVER_TROUBLE = 500;
/** Somebody else's upload is noticed within so long. */
const IDLE_MS = 10_000;
/** As often as is worth looking at numbers. */
const POLL_MS = 1_500;
/** A stream may be quiet, or kept back by a proxy: asking tells. */
const QUIET_MS = 20_000;
/** An event of what a poll found is under way for less. */
const EVENT_DELAY_MS = 3_000;
/** A server that starts again needs a moment. */
const AFTER_BREAK_MS = 1_000;
/** Soon at first, then without hammering a service that has to come up. */
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

const quietFor = ({ eventAt }: { eventAt: number }): number => Date.now() - eventAt;
/** What a mass edit tells, to see whether an answer was news. */
const changeKey = (edit: MassEdit): string => JSON.stringify([edit.state, edit.outcome, edit.decision, edit.stage]);
