import { setTimeout as pause } from 'node:timers/promises';
import type { Child } from './children.ts';
import type { FaultEnvironment } from './environment.ts';

/**
 * Causes a fault and returns what happened after it is over; null if it did not come about. Throws if the product is
 * wrong.
 */
export type Fault = () => Promise<string | null>;

/** The next mass edits may not reach the stage. */
export const HIT_WITHIN_MS = 60_000;

/** Arms a failpoint in all processes. Only the first process that passes it is hit. A restarted child is armed again. */
export async function nextHit(
  environment: FaultEnvironment,
  children: Child[],
  spec: string,
  withinMs = HIT_WITHIN_MS,
): Promise<Child | null> {
  const hits: Child[] = [];
  const hear = (child: Child, what: string): void => {
    if (what === spec) hits.push(child);
  };
  environment.onHit.add(hear);
  const armed = new Map<Child, number>();
  for (const end = Date.now() + withinMs; hits.length === 0 && Date.now() < end; await pause(20))
    for (const child of children) {
      if (armed.get(child) === child.starts()) continue;
      armed.set(child, child.starts());
      child.tell({ arm: spec });
    }
  environment.onHit.delete(hear);
  const [first = null] = hits;
  for (const child of children) {
    if (child === first) continue;
    child.tell({ disarm: spec });
    // Two may come by within one look.
    if (hits.includes(child)) child.signal('SIGCONT');
  }
  return first;
}
