/** Random choices that are the same on each run for one seed. */
export type Random = {
  /** A whole number from `least` to `most`, both included. */
  whole: (least: number, most: number) => number;
  /** True in `percent` of 100 calls. */
  chance: (percent: number) => boolean;
  /** One of the items. Throws if there are none. */
  pick: <Item>(items: readonly Item[]) => Item;
  /** One of the names, with the frequency of its weight. */
  weighted: <Name extends string>(weights: Readonly<Record<Name, number>>) => Name;
  /** The same items in another order. */
  shuffled: <Item>(items: readonly Item[]) => Item[];
};

/**
 * A generator with a seed (mulberry32) and not Math.random. Samples and demo are the same on every machine and in every
 * version of Node.
 */
export function seededRandom(seed: number): Random {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    whole,
    chance: (percent) => next() * 100 < percent,
    pick: (items) => itemAt(items, whole(0, items.length - 1)),
    weighted: (weights) => {
      const names = Object.keys(weights) as (keyof typeof weights)[];
      let left = next() * names.reduce((sum, name) => sum + weights[name], 0);
      for (const name of names) {
        left -= weights[name];
        if (left < 0) return name;
      }
      // Only reached if rounding leaves a rest.
      return itemAt(names, names.length - 1);
    },
    shuffled: (items) => {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const other = whole(0, i);
        const moved = itemAt(result, i);
        result[i] = itemAt(result, other);
        result[other] = moved;
      }
      return result;
    },
  };
}

function itemAt<Item>(items: readonly Item[], index: number): Item {
  const item = items[index];
  if (item === undefined) throw new Error('Nothing to choose from');
  return item;
}
