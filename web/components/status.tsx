import { useEffect, useState } from 'preact/hooks';
import { onAnnounce } from '../announce.ts';
import { plain } from '../messages/isolate.ts';

/** The one polite live region of the page. It is not visible. */
export function Status() {
  const [said, setSaid] = useState('');
  useEffect(() => onAnnounce((sentence) => setSaid(plain(sentence))), []);
  return (
    <p class="unseen" role="status">
      {said}
    </p>
  );
}
