import { setTimeout as pause } from 'node:timers/promises';
import { type DemoApi, fieldIn, textIn } from './api.ts';

/** 400 people take two or three seconds; a small machine that starts everything at once takes longer. */
const ENDED_WITHIN_MS = 120_000;
/** Often enough to lose no time, and rare enough for any rate limit. */
const POLL_EVERY_MS = 500;
/** Findings in the error message: enough to see the cause, since the rest is usually the same. */
const SHOWN_FINDINGS = 10;

/**
 * Uploads a file without options and waits until its mass edit has ended. Throws if that takes too long. If the outcome
 * is not `completed`, throws with the findings of the file.
 *
 * @param path of the organization, `/v1/organizations/{id}`
 * @param name of the file, as the page and messages have it
 */
export async function runMassEdit(api: DemoApi, path: string, name: string, csv: string): Promise<void> {
  const massEdit = await api.upload(`${path}/mass-edits`, csv, name);
  const deadline = performance.now() + ENDED_WITHIN_MS;
  for (;;) {
    const now = await api.get(massEdit);
    const state = textIn(now, 'state');
    if (state === 'ended') {
      const outcome = textIn(now, 'outcome');
      if (outcome === 'completed') return;
      throw new Error(`The mass edit of ${name} ended as ${outcome}:\n${await findingsOf(api, massEdit)}`);
    }
    if (performance.now() > deadline)
      throw new Error(`The mass edit of ${name} has not ended within ${ENDED_WITHIN_MS / 1000} s: ${describe(now)}`);
    await pause(POLL_EVERY_MS);
  }
}

async function findingsOf(api: DemoApi, massEdit: string): Promise<string> {
  const items = fieldIn(await api.get(`${massEdit}/findings?limit=${SHOWN_FINDINGS}`), 'items');
  if (!Array.isArray(items) || items.length === 0) return '  (nothing was found in the file)';
  return items
    .map((finding) => `  ${['line', 'code', 'message'].map((name) => fieldIn(finding, name)).join(' ')}`)
    .join('\n');
}

const describe = (massEdit: unknown): string =>
  ['state', 'stage'].map((name) => `${name} ${JSON.stringify(fieldIn(massEdit, name))}`).join(', ');
