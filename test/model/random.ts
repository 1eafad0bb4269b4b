/** Random numbers that are the same for the same seed. */
export type Random = {
  /** From 0 up to, but not including, 1. */
  next(): number;
  /** An integer from `first` to `last`, both included. */
  whole(first: number, last: number): number;
  /** True with probability `of`. */
  chance(of: number): boolean;
  one<T>(of: readonly T[]): T;
  shuffled<T>(of: readonly T[]): T[];
};

/** The generator mulberry32: small, and good enough to choose cells. */
export function randomOf(seed: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0; // so that neighbouring seeds differ
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (first: number, last: number): number => first + Math.floor(next() * (last - first + 1));
  return {
    next,
    whole,
    chance: (of) => next() < of,
    one: <T>(of: readonly T[]) => of[whole(0, of.length - 1)] as T,
    shuffled: <T>(of: readonly T[]) => {
      const left = [...of];
      const taken: T[] = [];
      while (left.length > 0) taken.push(...left.splice(whole(0, left.length - 1), 1));
      return taken;
    },
  };
}
