import type { MassEdit } from '../mass-edit.ts';
import { type Change, mergeChange } from './merge-update.ts';

/** The event stream of a mass edit, until it is closed. */
export type Events = {
  /** The address of the mass edit. */
  of: string;
  /** How long the stream stays healthy if no more events arrive, in milliseconds; 0 if it is not healthy. */
  healthyForMs: () => number;
  close: () => void;
};
type Callbacks = {
  /** An event arrived. `update` gives the mass edit after it, given the mass edit before it. */
  onEvent: (update: (known: MassEdit) => MassEdit) => void;
  /** The stream ended or broke. The browser reconnects, unless the stream was refused. */
  onBreak: () => void;
};

/**
 * Opens the event stream of a mass edit. The stream is healthy if an event arrived in the last 40 s, a heartbeat for
 * example. A proxy that holds events back, and a connection that died silently, are not.
 */
export function openEvents(of: string, { onEvent, onBreak }: Callbacks): Events {
  const source = new EventSource(`${of}/events`);
  let healthyUntil = 0;
  for (const [name, update] of Object.entries(UPDATES))
    source.addEventListener(name, ({ data }) => {
      healthyUntil = Date.now() + HEALTHY_MS;
      onEvent((known) => update(known, JSON.parse(data)));
    });
  source.onerror = () => {
    healthyUntil = 0;
    onBreak();
  };
  return {
    of,
    healthyForMs: () => Math.max(0, healthyUntil - Date.now()),
    close: () => source.close(),
  };
}

/** Two heartbeats of the API (15 s each) and the time of a slow line. */
const HEALTHY_MS = 40_000;

const whole = (_known: MassEdit, edit: MassEdit): MassEdit => edit;
const part = (known: MassEdit, change: Change): MassEdit => mergeChange(known, change);
/** The events by name, with their data. */
const UPDATES = { snapshot: whole, state: whole, stage: part, progress: part, heartbeat: part };
