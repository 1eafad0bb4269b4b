/** Random choices that are the same for the same seed and round. */
export type Random = {
  /** An integer from 0 up to, but not including, `below`. */
  below(below: number): number;
  /** True once in `times`. */
  onceIn(times: number): boolean;
  one<T>(of: readonly T[]): T;
  /** From `least` to `most` results of `make`. */
  many<T>(least: number, most: number, make: () => T): T[];
};

/** Each round has a generator of its own (sfc32), so that it can run without the rounds before it. */
export const randomOf = (seed: number, round: number): Random => {
  let [a, b, c, d] = [seed | 0, Math.floor(seed / 2 ** 32) | 0, round | 0, 1];
  const next = (): number => {
    const mixed = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + mixed;
    return mixed >>> 0;
  };
  // The warm-up of the generator's authors: after it, neighbouring seeds have nothing in common.
  for (let turn = 0; turn < 12; turn++) next();
  const below = (bound: number): number => Math.floor((next() / 2 ** 32) * bound);
  return {
    below,
    onceIn: (times) => below(times) === 0,
    one: <T>(of: readonly T[]) => of[below(of.length)] as T,
    many: (least, most, make) => Array.from({ length: least + below(most - least + 1) }, make),
  };
};
