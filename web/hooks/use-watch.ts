import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { get } from '../api.ts';
import type { MassEdit } from '../mass-edit.ts';
import { type Watch, type WatchState, watchMassEdit } from '../state/watch-mass-edit.ts';
import { type Sighting, type TimeLeft, timeLeft } from '../time-left.ts';

/** The state of a mass edit and the actions that refresh it. Watching ends when the component unmounts. */
export type Watched = WatchState & Omit<Watch, 'stop'>;

/** Watches while the component is mounted (see `watchMassEdit`). */
export function useWatch(path: string, follow: boolean): Watched {
  const [sight, setSight] = useState<WatchState>({ edit: undefined, lostSince: null, missing: false });
  const watching = useRef<Watch | null>(null);
  useEffect(() => {
    const begun = watchMassEdit(path, follow, setSight);
    watching.current = begun;
    return begun.stop;
  }, [path, follow]);
  return {
    ...sight,
    refresh: () => watching.current?.refresh(),
    applyUpdate: (edit) => watching.current?.applyUpdate(edit),
  };
}

export type Fetched<Body> = { body: Body | null; failed: boolean; retry: () => void };

/**
 * Fetches an address; nothing if the address is null. The old data stays until the new data is here.
 *
 * @param version a change of it fetches again
 */
export function useFetched<Body>(path: string | null, version: unknown = null): Fetched<Body> {
  const [body, setBody] = useState<Body | null>(null);
  const [failed, setFailed] = useState(false);
  const [tries, setTries] = useState(0);
  const retry = useCallback(() => setTries((before) => before + 1), []);
  useEffect(() => {
    if (path === null) return;
    let gone = false;
    get<Body>(path).then(
      (found) => {
        if (gone) return;
        setBody(found);
        setFailed(false);
      },
      () => !gone && setFailed(true),
    );
    return () => {
      gone = true;
    };
  }, [path, version, tries]);
  return { body, failed, retry };
}

/** The time left of the running stage; null if it is too early to say. */
export function useTimeLeft({ stage, state }: MassEdit): TimeLeft | null {
  const first = useRef<Sighting | null>(null);
  if (state !== 'validating' && state !== 'applying') return null;
  const now: Sighting = { stage: stage.number, done: stage.done, total: stage.total, at: Date.now() };
  if (first.current?.stage !== now.stage || first.current.total !== now.total) first.current = now;
  return timeLeft(first.current, now);
}

/** Whether a value has been the same for this time. */
export function useUnchangedFor(value: string, ms: number): boolean {
  const [still, setStill] = useState(false);
  useEffect(() => {
    setStill(false);
    const timer = setTimeout(() => setStill(true), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return still;
}

/** Whether a moment has passed. The component renders again at that moment. */
export function useHasPassed(iso: string | null): boolean {
  const [past, setPast] = useState(false);
  useEffect(() => {
    setPast(false);
    if (iso === null) return;
    const leftMs = new Date(iso).getTime() - Date.now();
    // A timer of more than 24 days fires at once. No page stays open that long.
    const timer = setTimeout(() => setPast(true), Math.min(Math.max(0, leftMs), LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  }, [iso]);
  return past;
}

const LONGEST_TIMER_MS = 2_147_483_647;
