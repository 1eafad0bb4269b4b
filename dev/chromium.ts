import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** As root there is no sandbox, and in a container little shared memory and no graphics. */
export const chromiumFlags = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];

/** Where this machine has Chromium; throws where it has none. */
export function chromiumPath(): string {
  const found = PLACES.find((place) => existsSync(place));
  if (!found) throw new Error(`The page is looked at in Chromium, which is at none of ${PLACES.join(', ')}`);
  return found;
}
