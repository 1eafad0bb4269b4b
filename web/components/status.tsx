import { useEffect, useState } from 'preact/hooks';
import { onAnnounce } from '../announce.ts';
import { plain } from '../messages/isolate.ts';

/** The one polite live region of the page. It is not visible. */
export function Status() {
  const [message, setMessage] = useState('');
  useEffect(() => onAnnounce((sentence) => setMessage(plain(sentence))), []);
  return (
    <p class="unseen" role="status">
      {message}
    </p>
  );
}
