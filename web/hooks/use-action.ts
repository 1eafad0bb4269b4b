import { useRef, useState } from 'preact/hooks';
import { call, type Refusal, refusalIn } from '../api.ts';
import type { MassEdit } from '../mass-edit.ts';

export type Action = {
  busy: boolean;
  refusal: Refusal | null;
  post: (path: string, body?: unknown) => Promise<void>;
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
        setRefusal(refusalIn(error));
      } finally {
        running.current = false;
        setBusy(false);
      }
    },
  };
}
