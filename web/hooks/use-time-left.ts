import { useRef } from 'preact/hooks';
import type { MassEdit } from '../mass-edit.ts';
import { type Sighting, type TimeLeft, timeLeft } from '../time-left.ts';

/** The time left of the running stage; null if it is too early to say. */
export function useTimeLeft({ stage, state }: MassEdit): TimeLeft | null {
  const first = useRef<Sighting | null>(null);
  if (state !== 'validating' && state !== 'applying') return null;
  const now: Sighting = { stage: stage.number, done: stage.done, total: stage.total, at: Date.now() };
  if (first.current?.stage !== now.stage || first.current.total !== now.total) first.current = now;
  return timeLeft(first.current, now);
}
