import { useRef, useState } from 'preact/hooks';
import { call, Refusal } from './api.ts';
import type { MassEdit } from './mass-edit.ts';

export type Action = {
  busy: boolean;
  refusal: Refusal | null;
  post: (path: string, body?: unknown) => Promise<void>;
  forget: () => void;
};

/** Something that a person does to a mass edit: once at a time, and what the API says to it. */
export function useAction(onDone: (edit: MassEdit) => void): Action {
  const running = useRef(false);
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  return {
    busy,
    refusal,
    post: async (path, body) => {
      // A double click is one answer.
      if (running.current) return;
      running.current = true;
      setBusy(true);
      setRefusal(null);
      try {
        const answer = await call<MassEdit>(path, { method: 'POST', body });
        if (answer.body) onDone(answer.body);
      } catch (error) {
        setRefusal(error instanceof Refusal ? error : new Refusal('unreachable', String(error), 0));
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
    forget: () => setRefusal(null),
  };
}
