import { useCallback, useEffect, useState } from 'preact/hooks';
import { get } from '../api.ts';

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
