import type { Random } from './random.ts';

/** A file with a few changed bytes, as disks, programs and users change them, and at random. */
export const mutated = (random: Random, bytes: Buffer, other: Buffer): Buffer =>
  random.many(1, 6, () => random.one(MUTATIONS)).reduce((now, mutate) => mutate(random, now, other), bytes);

type Mutation = (random: Random, bytes: Buffer, other: Buffer) => Buffer;

/** Quote, delimiters, line breaks, zero; the first, next and invalid bytes of UTF-8; a byte order mark. */
const TELLING = [0x22, 0x3b, 0x2c, 0x09, 0x0a, 0x0d, 0x00, 0x27, 0x3d, 0x80, 0xbf, 0xc3, 0xe2, 0xef, 0xf0, 0xff, 0xfe];

const change = (random: Random, bytes: Buffer, to: (byte: number) => number): Buffer => {
  const copy = Buffer.from(bytes);
  const at = random.below(copy.length);
  if (copy.length > 0) copy[at] = to(copy[at] ?? 0);
  return copy;
};
/** A range of the bytes, mostly a short one. */
const range = (random: Random, bytes: Buffer): [from: number, to: number] => {
  const from = random.below(bytes.length + 1);
  return [from, Math.min(bytes.length, from + random.below(random.one([2, 8, 64])))];
};
const inserted = (random: Random, bytes: Buffer, more: Buffer): Buffer => {
  const at = random.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(at)]);
};

const MUTATIONS: readonly Mutation[] = [
  (random, bytes) => change(random, bytes, (byte) => byte ^ (1 << random.below(8))),
  (random, bytes) => change(random, bytes, () => random.one(TELLING)),
  (random, bytes) => inserted(random, bytes, Buffer.from(random.many(1, 3, () => random.one(TELLING)))),
  (random, bytes) => {
    const [from, to] = range(random, bytes);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (random, bytes) => {
    const [from, to] = range(random, bytes);
    return inserted(random, bytes, bytes.subarray(from, to));
  },
  (random, bytes, other) => {
    const [from, to] = range(random, other);
    return inserted(random, bytes, other.subarray(from, to));
  },
  (random, bytes, other) =>
    Buffer.concat([bytes.subarray(0, random.below(bytes.length + 1)), other.subarray(random.below(other.length + 1))]),
  (random, bytes) => bytes.subarray(0, random.below(bytes.length + 1)),
];
