import { useEffect, useRef, useState } from 'preact/hooks';
import { NOTHING_KNOWN, type Watch, type WatchState, watchMassEdit } from '../state/watch-mass-edit.ts';

/** The state of a mass edit and the actions that refresh it. */
export type Watched = WatchState & Omit<Watch, 'stop'>;

/** Watches while the component is mounted (see `watchMassEdit`). */
export function useWatch(path: string, follow: boolean): Watched {
  const [state, setState] = useState(NOTHING_KNOWN);
  const watch = useRef<Watch | null>(null);
  useEffect(() => {
    const started = watchMassEdit(path, follow, setState);
    watch.current = started;
    return started.stop;
  }, [path, follow]);
  return {
    ...state,
    refresh: () => watch.current?.refresh(),
    applyUpdate: (edit) => watch.current?.applyUpdate(edit),
  };
}
