import { useEffect, useRef, useState } from 'preact/hooks';
import { type Refusal, refusalIn } from '../api.ts';
import type { MassEdit, Options } from '../mass-edit.ts';
import { newKey, type Upload, upload } from '../upload.ts';

type Input = { organizationId: string; onStarted: (edit: MassEdit) => void; onBusy: () => void };
type UploadControl = {
  sending: boolean;
  sentBytes: number;
  refusal: Refusal | null;
  /** The same file may be sent again. The API starts it once, even if an answer was lost. */
  canRetry: boolean;
  send: (file: File, options: Options) => void;
  cancel: () => void;
  /** Another file, or other options: clears the error of the last attempt. */
  forget: () => void;
};

/** Sends files, one at a time. A refused file can be sent again under the same key. */
export function useUpload({ organizationId, onStarted, onBusy }: Input): UploadControl {
  const running = useRef<Upload | null>(null);
  const last = useRef<{ of: string; key: string } | null>(null);
  const [sending, setSending] = useState(false);
  const [sentBytes, setSentBytes] = useState(0);
  const [refusal, setRefusal] = useState<Refusal | null>(null);

  useEffect(() => {
    if (!sending) return;
    // The browser asks in its own words whether to leave.
    const hold = (event: Event) => event.preventDefault();
    addEventListener('beforeunload', hold);
    return () => removeEventListener('beforeunload', hold);
  }, [sending]);
  useEffect(() => () => running.current?.cancel(), []);

  const send = (file: File, options: Options) => {
    const of = JSON.stringify([file.name, file.size, file.lastModified, options]);
    if (last.current?.of !== of) last.current = { of, key: newKey() };
    setRefusal(null);
    setSentBytes(0);
    setSending(true);
    const begun = upload({ organizationId, file, options, key: last.current.key, onProgress: setSentBytes });
    running.current = begun;
    begun.done
      .then((edit) => {
        last.current = null;
        onStarted(edit);
      })
      .catch((error: unknown) => {
        const refused = refusalIn(error);
        if (refused.code === 'cancelled') return;
        setRefusal(refused);
        // Also if the connection broke: the refusal of a long upload does not always arrive.
        if (refused.code === 'mass_edit_in_progress' || refused.code === 'cut_off') onBusy();
      })
      .finally(() => setSending(false));
  };

  return {
    sending,
    sentBytes,
    refusal,
    canRetry: refusal !== null && RETRY.has(refusal.code),
    send,
    cancel: () => running.current?.cancel(),
    forget: () => setRefusal(null),
  };
}

/** Errors that pass by themselves. */
const RETRY = new Set([
  'cut_off',
  'not_ready',
  'unreachable',
  'too_many_requests',
  'internal_error',
  'request_timeout',
]);
