import type { Random } from '../model/random.ts';

/** The kinds of faults. */
export const KINDS = [
  ...(['kills', 'sleepers', 'failpoints', 'postgres', 'temporal', 'api', 'links', 'commits'] as const),
  ...(['locks', 'tampering', 'disk'] as const),
];
export type Kind = (typeof KINDS)[number];
export type Mix = Partial<Record<Kind, number>>;

/** `kills,links` divides the events evenly; `kills:20,links:5` gives numbers. Throws for an unknown kind. */
export function mixOf(text: string, events: number): Mix {
  const parts = text.split(',').map((part) => part.split(':'));
  const share = Math.max(1, Math.round(events / parts.length));
  return Object.fromEntries(
    parts.map(([name = '', count]) => {
      const kind = KINDS.find((one) => one === name);
      if (!kind) throw new Error(`There are no faults "${name}"; there are ${KINDS.join(', ')}`);
      return [kind, count === undefined ? share : Number(count)];
    }),
  );
}

/** The order of the faults that one lane may cause. */
export const createFaultSchedule = (random: Random, mix: Mix, kinds: Kind[]): Kind[] =>
  random.shuffled(kinds.flatMap((kind) => Array.from({ length: mix[kind] ?? 0 }, () => kind)));

/** Returns the items one after the other, and starts again after the last. */
export function cycle<T>(items: readonly T[]): () => T {
  let next = 0;
  return () => items[next++ % items.length]!;
}
