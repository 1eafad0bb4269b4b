import { randomInt } from 'node:crypto';

export const ABSENT = -1;

/**
 * Finds the first of equal texts among a million by a hash of 64 bits. The table is typed arrays: a Map of texts would
 * take ten times as much memory. In a file of a million rows, two different texts share a hash with a probability of 1
 * in 30 million files.
 */
export class Hash64Table {
  private slots: Int32Array;
  private high: Uint32Array;
  private low: Uint32Array;
  private values: Int32Array;
  private size = 0;

  /** @param expected about how many entries there will be; the table grows if there are more */
  constructor(expected = 0) {
    const capacity = Math.max(16, expected);
    this.slots = new Int32Array(slotsFor(capacity)).fill(ABSENT);
    this.high = new Uint32Array(capacity);
    this.low = new Uint32Array(capacity);
    this.values = new Int32Array(capacity);
  }

  /** The value that was inserted first under this hash, or ABSENT. */
  get(hash: Hash): number {
    const slot = this.slots[this.slotOf(hash)] ?? ABSENT;
    return slot === ABSENT ? ABSENT : (this.values[slot] ?? ABSENT);
  }

  /** Inserts a value if the hash has none yet. Returns the existing value, or ABSENT. */
  insertIfAbsent(hash: Hash, value: number): number {
    if (this.size === this.values.length) this.grow();
    const at = this.slotOf(hash);
    const slot = this.slots[at] ?? ABSENT;
    if (slot !== ABSENT) return this.values[slot] ?? ABSENT;
    this.slots[at] = this.size;
    this.high[this.size] = hash.high;
    this.low[this.size] = hash.low;
    this.values[this.size++] = value;
    return ABSENT;
  }

  /** The slot of the hash, or the free slot where it would be inserted. */
  private slotOf({ high, low }: Hash): number {
    const mask = this.slots.length - 1;
    for (let at = low & mask; ; at = (at + 1) & mask) {
      const slot = this.slots[at] ?? ABSENT;
      if (slot === ABSENT || (this.low[slot] === low && this.high[slot] === high)) return at;
    }
  }

  private grow(): void {
    const capacity = this.values.length * 2;
    this.high = grown(this.high, new Uint32Array(capacity));
    this.low = grown(this.low, new Uint32Array(capacity));
    this.values = grown(this.values, new Int32Array(capacity));
    this.slots = new Int32Array(slotsFor(capacity)).fill(ABSENT);
    for (let entry = 0; entry < this.size; entry++)
      this.slots[this.slotOf({ high: this.high[entry] ?? 0, low: this.low[entry] ?? 0 })] = entry;
  }
}

export type Hash = { high: number; low: number };

/**
 * The hash of a text: two lanes of 32 bits, each as in MurmurHash3 (public domain, Austin Appleby). Each UTF-16 unit is
 * one block, and each lane has its own constants. Shorter recipes spread texts unevenly if they differ in a few
 * letters.
 */
export const hashOf = (text: string): Hash => {
  let high: number = SEEDS[0];
  let low: number = SEEDS[1];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = mixBlock(high, rotateLeft(Math.imul(unit, 0xcc9e_2d51), 15), 0x1b87_3593);
    low = mixBlock(low, rotateLeft(Math.imul(unit, 0x239b_961b), 15), 0xab0e_9789);
  }
  return { high: finalize(high ^ text.length), low: finalize(low ^ text.length) };
};

/**
 * A seed for each process. Without a seed, an attacker could write a file whose texts all have one hash: quadratic
 * time.
 */
const SEEDS = [randomInt(2 ** 32), randomInt(2 ** 32)] as const;

const mixBlock = (hash: number, block: number, constant: number): number =>
  (Math.imul(rotateLeft(hash ^ Math.imul(block, constant), 13), 5) + 0xe654_6b64) | 0;

const rotateLeft = (bits: number, by: number): number => (bits << by) | (bits >>> (32 - by));

const finalize = (given: number): number => {
  let hash = Math.imul(given ^ (given >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
};

/** A power of two that leaves at least 30 % of the slots free. */
const slotsFor = (capacity: number): number => 2 ** Math.ceil(Math.log2(capacity / 0.7));

const grown = <T extends Int32Array | Uint32Array>(from: T, into: T): T => {
  into.set(from);
  return into;
};
