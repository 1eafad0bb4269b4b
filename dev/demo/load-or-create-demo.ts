import { existsSync, readFileSync } from 'node:fs';
import { writeFileAtomic } from '../processes/write-file-atomic.ts';
import type { Demo } from './demo.ts';

export type DemoInput = {
  /** Whether to create it if there is none yet. */
  create: boolean;
  apiUrl: string;
  operatorToken: string;
  log: (line: string) => void;
  /** Cancels it. What was created so far stays and is not used. */
  signal?: AbortSignal;
};

const OWNER_ONLY = 0o600;

/**
 * The demo organization of a data directory. The first start creates it through the API and stores it in `path`,
 * because its token is shown only once. Null if there is none and `create` is false.
 */
export async function loadOrCreateDemo(
  path: string,
  { create, apiUrl, operatorToken, log, signal }: DemoInput,
): Promise<Demo | null> {
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
  if (!create) return null;
  log('Creating the demo organization, by a mass edit of its own');
  const { createDemo } = await import('./demo.ts');
  const demo: Demo = await Promise.race([createDemo({ apiUrl, operatorToken }), rejectedBy(signal)]);
  writeFileAtomic(path, `${JSON.stringify(demo, null, 2)}\n`, OWNER_ONLY);
  return demo;
}

function rejectedBy(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
