import { call, Refusal } from '../api.ts';
import type { MassEdit } from '../mass-edit.ts';
import { type Events, openEvents } from './events.ts';
import { mergeUpdate } from './merge-update.ts';

/** The state of a mass edit, and how fresh it is. */
export type WatchState = {
  /** null: there is none; undefined: nothing is known yet. */
  edit: MassEdit | null | undefined;
  /** When the API last answered, in milliseconds; null while the connection works. */
  lostSince: number | null;
  /** The address is unknown, or this user may not see it. */
  missing: boolean;
};
export const NOTHING_KNOWN: WatchState = { edit: undefined, lostSince: null, missing: false };
export type Watch = {
  /** Polls now, for example after an action elsewhere. */
  refresh: () => void;
  /** Takes the answer to an action of this page. */
  applyUpdate: (edit: MassEdit) => void;
  stop: () => void;
};

/**
 * Watches the mass edit at an address, or the latest mass edit: by its event stream, and by polling if the stream is
 * not healthy. Retries while there is no connection. The state never goes back.
 *
 * @param follow the address gives another mass edit once there is one, so it is polled even if this one has ended
 */
export function watchMassEdit(path: string, follow: boolean, onChange: (state: WatchState) => void): Watch {
  let state = NOTHING_KNOWN;
  let etag: string | null = null;
  let answeredAt = Date.now();
  let failures = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let events: Events | null = null;
  let stopped = false;

  function change(changed: Partial<WatchState>): void {
    state = { ...state, ...changed };
    if (!stopped) onChange(state);
  }

  /** The API answered, or sent an event. Polls again when that is needed. */
  function take(edit: MassEdit | null | undefined, retryAfterS: number | null = null): void {
    answeredAt = Date.now();
    failures = 0;
    change({ edit: edit && mergeUpdate(state.edit ?? null, edit), lostSince: null, missing: false });
    listen();
    pollIn(pauseMs(retryAfterS));
  }

  const lose = () => change({ lostSince: state.lostSince ?? answeredAt });

  async function poll(): Promise<void> {
    try {
      const answer = await call<MassEdit>(path, { etag });
      if (stopped) return;
      etag = answer.etag ?? etag;
      take(answer.status === NO_CONTENT ? null : (answer.body ?? state.edit), answer.retryAfterS);
    } catch (error) {
      if (stopped) return;
      const refused = error instanceof Refusal && error.code !== 'unreachable' && error.status < SERVER_ERROR;
      // Signed out: the page says so, and polls again after the next sign-in.
      if (refused) change({ missing: error.code === 'not_found' });
      else lose();
      pollIn(refused ? IDLE_MS : BACK_OFF_MS[Math.min(failures++, BACK_OFF_MS.length - 1)]);
    }
  }

  function pollIn(ms: number | null | undefined): void {
    clearTimeout(timer);
    if (ms !== null && ms !== undefined && !stopped) timer = setTimeout(poll, ms);
  }

  function pauseMs(retryAfterS: number | null): number | null {
    if (!isOpen(state.edit)) return follow ? IDLE_MS : null;
    return events?.healthyForMs() || Math.max(POLL_MS, (retryAfterS ?? 0) * 1000);
  }

  /**
   * Opens the stream of an open mass edit, and closes the stream of another or ended one. A refused stream stays, so
   * that it is not opened again and again.
   */
  function listen(): void {
    const of = isOpen(state.edit) ? state.edit.links.self : null;
    if (events?.of === of) return;
    events?.close();
    events = null;
    if (of === null || stopped) return;
    events = openEvents(of, {
      onEvent: (update) => state.edit && take(update(state.edit)),
      // The stream ends with the mass edit, and breaks with the connection. The next poll shows which it was.
      onBreak: () => pollIn(AFTER_BREAK_MS),
    });
  }

  const now = () => pollIn(0);
  const whenSeen = () => document.visibilityState === 'visible' && now();
  addEventListener('online', now);
  addEventListener('offline', lose);
  document.addEventListener('visibilitychange', whenSeen);
  now();

  return {
    refresh: now,
    applyUpdate: take,
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      events?.close();
      removeEventListener('online', now);
      removeEventListener('offline', lose);
      document.removeEventListener('visibilitychange', whenSeen);
    },
  };
}

const NO_CONTENT = 204;
/** From this status on the service has a temporary fault. */
const SERVER_ERROR = 500;
/** The page notices another user's upload within this time. */
const IDLE_MS = 10_000;
/** Numbers that change faster are not readable. */
const POLL_MS = 1_500;
/** A server that restarts needs a moment. */
const AFTER_BREAK_MS = 1_000;
/** Soon at first, then less often, so that a starting service is not overloaded. */
const BACK_OFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

const isOpen = (edit: MassEdit | null | undefined): edit is MassEdit => !!edit && edit.state !== 'ended';
