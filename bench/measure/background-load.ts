import { setTimeout as pause } from 'node:timers/promises';
import { fieldIn, textIn } from '../../dev/demo/api.ts';
import type { Calls } from '../product/calls.ts';
import { patches } from '../workload/seed-people.ts';
import { type Sample, timed } from './percentiles.ts';

/** A person or a program that works while a mass edit goes on. What failed is kept, and the work goes on. */
export type BackgroundLoad = { samples: Map<string, Sample[]>; failures: string[]; stop: () => Promise<void> };
/** One piece of work and what to call it. */
type BackgroundCall = { kind: string; work: () => Promise<unknown> };

/** As long as a quick program takes between two calls, and few enough for the limit of calls a minute. */
const PAUSE_MS = 20;

/** Does one thing after another until it is stopped, the last one to its end, and at least one. The next goes on from there. */
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

/** Without end the same work. */
export function* repeat(kind: string, work: () => Promise<unknown>): Generator<BackgroundCall, never> {
  for (;;) yield { kind, work };
}

/** All that was measured of somebody. */
export const allOf = (one: BackgroundLoad | undefined): Sample[] => [...(one?.samples.values() ?? [])].flat();

/** The users changed by hand: one transaction each. */
export function* writes(call: Calls, ids: Map<string, string>): Generator<BackgroundCall, never> {
  const wanted = patches();
  for (;;) {
    const { email, kind, body } = wanted.next().value;
    yield { kind: `change ${kind}`, work: () => call('PATCH', `users/${ids.get(email)}`, body) };
  }
}

/** What a page and a program look at, by turns; the running mass edit is the first of their list. */
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

/** The public ids of those who were made first, by email: at least so many. */
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
