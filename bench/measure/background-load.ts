import { setTimeout as pause } from 'node:timers/promises';
import { fieldIn, textIn } from '../../dev/demo/api.ts';
import type { Calls } from '../product/calls.ts';
import { patches } from '../workload/seed-people.ts';
import { type Sample, timed } from './percentiles.ts';

/** A simulated user or program that works while a mass edit runs. Failures are recorded, and the work goes on. */
export type BackgroundLoad = { samples: Map<string, Sample[]>; failures: string[]; stop: () => Promise<void> };
/** One piece of work and its label. */
type BackgroundCall = { kind: string; work: () => Promise<unknown> };

/** The pause of a quick program between two calls. It stays within the limit of calls a minute. */
const PAUSE_MS = 20;

/**
 * Runs one piece of work after another until it is stopped. The last piece ends normally, and at least one runs. The
 * next start continues from there.
 */
export function startBackgroundLoad(turns: Iterator<BackgroundCall, never>, pauseMs = PAUSE_MS): BackgroundLoad {
  const samples = new Map<string, Sample[]>();
  const failures: string[] = [];
  let stopped = false;
  const working = (async () => {
    for (;;) {
      const { kind, work } = turns.next().value;
      try {
        const { at, ms } = await timed(work);
        const ofKind = samples.get(kind) ?? [];
        ofKind.push({ at, ms });
        samples.set(kind, ofKind);
      } catch (error) {
        failures.push(`${kind}: ${(error as Error).message}`);
      }
      if (stopped) return;
      await pause(pauseMs);
    }
  })();
  return {
    samples,
    failures,
    stop: async () => {
      stopped = true;
      await working;
    },
  };
}

/** The same work without end. */
export function* repeat(kind: string, work: () => Promise<unknown>): Generator<BackgroundCall, never> {
  for (;;) yield { kind, work };
}

/** All samples of one simulated user. */
export const allOf = (one: BackgroundLoad | undefined): Sample[] => [...(one?.samples.values() ?? [])].flat();

/** The users changed by hand: one transaction each. */
export function* writes(call: Calls, ids: Map<string, string>): Generator<BackgroundCall, never> {
  const wanted = patches();
  for (;;) {
    const { email, kind, body } = wanted.next().value;
    yield { kind: `change ${kind}`, work: () => call('PATCH', `users/${ids.get(email)}`, body) };
  }
}

/** The requests of a page and a program, in turn. The running mass edit is the first of their list. */
export function* reads(call: Calls, userId: string, email: string): Generator<BackgroundCall, never> {
  for (;;) {
    let newest = '';
    yield { kind: 'read users', work: () => call('GET', 'users') };
    yield { kind: 'read a user', work: () => call('GET', `users/${userId}`) };
    yield { kind: 'read a user by email', work: () => call('GET', `users?email=${email}`) };
    yield {
      kind: 'read mass edits',
      work: async () => {
        newest = newestOf(await call('GET', 'mass-edits'));
      },
    };
    yield { kind: 'read the running mass edit', work: () => call('GET', `mass-edits/${newest}`) };
  }
}

function newestOf(list: unknown): string {
  const items = fieldIn(list, 'items');
  return textIn(Array.isArray(items) ? items[0] : null, 'id');
}

/** The public ids of the users created first, by email: at least this many. */
export async function idsByEmail(call: Calls, atLeast: number): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (let path = 'users?limit=200'; ; ) {
    const page = await call('GET', path);
    const items = fieldIn(page, 'items');
    for (const user of Array.isArray(items) ? items : []) ids.set(textIn(user, 'email'), textIn(user, 'id'));
    const next = fieldIn(page, 'nextCursor');
    if (typeof next !== 'string' || ids.size > atLeast) return ids;
    path = `users?limit=200&cursor=${encodeURIComponent(next)}`;
  }
}
