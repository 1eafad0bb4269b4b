import { useRef, useState } from 'preact/hooks';
import { call, type Refusal, refusalIn } from '../api.ts';
import type { MassEdit } from '../mass-edit.ts';

export type Action = {
  busy: boolean;
  refusal: Refusal | null;
  post: (path: string, body?: unknown) => Promise<void>;
};

/** An action of the administrator on a mass edit: one at a time, with the API's answer. */
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
