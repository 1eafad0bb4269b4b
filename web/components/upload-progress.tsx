import { useEffect, useId, useRef } from 'preact/hooks';
import { announce } from '../announce.ts';
import { usePage } from '../page-context.ts';
import { Text } from './text.tsx';

type Props = {
  /** The name of the file, marked as a name. */
  name: string;
  sentBytes: number;
  sizeBytes: number;
  onCancel: () => void;
};

/** An upload in progress, in megabytes. */
export function UploadProgress({ name, sentBytes, sizeBytes, onCancel }: Props) {
  const { words, format } = usePage();
  const id = useId();
  const cancel = useRef<HTMLButtonElement>(null);
  const { sent, all } = format.bytesOf(sentBytes, sizeBytes);
  const arrived = sentBytes >= sizeBytes;
  const sentence = arrived ? words.upload.received(name) : words.upload.sending(name, sent, all);
  const quarter = Math.floor((4 * sentBytes) / Math.max(1, sizeBytes));
  // The pressed button is gone. The focus must move to a new element.
  useEffect(() => cancel.current?.focus(), []);
  useEffect(() => announce(sentence), [quarter]);
  return (
    <div class="card">
      <p id={id}>
        <Text of={sentence} />
      </p>
      <progress aria-labelledby={id} max={Math.max(1, sizeBytes)} value={arrived ? undefined : sentBytes} />
      <p>
        <button type="button" ref={cancel} onClick={onCancel}>
          {words.upload.cancel}
        </button>
      </p>
    </div>
  );
}
