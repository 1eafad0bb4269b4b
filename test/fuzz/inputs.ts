import type { ReadLimits } from '../../csv/dialect.ts';
import { encode } from './dialects.ts';
import { type Expected, grammarFile } from './grammar.ts';
import { mutated } from './mutations.ts';
import { type Random, randomOf } from './random.ts';
import { seedFile } from './seeds.ts';

/** The input of one round. */
export type FuzzInput = {
  kind: 'bytes' | 'words' | 'mutated' | 'grammar';
  bytes: Buffer;
  limits: ReadLimits;
  /** The sizes of the pieces in which the bytes arrive, repeated; for each of two reads. */
  pieces: [number[], number[]];
  /** The expected result, if it is known. */
  expected: Expected | null;
};

/** Makes the input of a round. It depends only on seed and round. */
export const inputOf = (seed: number, round: number): FuzzInput => {
  const random = randomOf(seed, round);
  const kind = random.one(KINDS);
  const { bytes, expected } = MAKERS[kind](random);
  const limits = expected || random.onceIn(2) ? WIDE : NARROW;
  return { kind, bytes, limits, pieces: piecesOf(random, bytes.length), expected };
};

const KINDS = ['bytes', 'words', 'words', 'words', 'mutated', 'mutated', 'mutated', 'grammar', 'grammar'] as const;

/** The limits of the product, except the rows, because no input has more; and limits that small inputs reach. */
const WIDE: ReadLimits = { maxRows: 1_000_000, maxColumns: 500, maxCellCharacters: 10_000 };
const NARROW: ReadLimits = { maxRows: 6, maxColumns: 8, maxCellCharacters: 20 };

const MAKERS: Record<FuzzInput['kind'], (random: Random) => { bytes: Buffer; expected: Expected | null }> = {
  bytes: (random) => known(Buffer.from(random.many(0, 120, () => random.below(256)))),
  words: (random) => {
    const words = random.many(0, 40, () => random.one(WORDS));
    const text = `${random.one(BEGINNINGS)}${words.join(random.one(['', ';', '\n']))}`;
    const encoding = random.onceIn(8) ? random.one(['utf-16le', 'utf-16be', 'windows-1252'] as const) : 'utf-8';
    return known(encode(text, { encoding, bom: random.onceIn(4) }));
  },
  mutated: (random) => {
    const bytes = random.onceIn(4) ? grammarFile(random, leastBytes(random)).bytes : seedFile(random);
    return known(mutated(random, bytes, seedFile(random)));
  },
  grammar: (random) => grammarFile(random, leastBytes(random)),
};
const known = (bytes: Buffer) => ({ bytes, expected: null });

/** More than the reader needs to detect the file type, and more than it sniffs and decodes at once. */
const LOOKED_AT = 6_000;
const SNIFFED = 150_000;
/** Rarely, because a long file takes as long as many short ones. */
const leastBytes = (random: Random): number => (random.onceIn(2000) ? SNIFFED : random.onceIn(150) ? LOOKED_AT : 0);

const BEGINNINGS = [
  '',
  'Email;First name;Department;Born;Salary;Manager\n',
  'Email,External Id,Salary,Salary backdate\n',
  'External Id\tLanguage\tParticipate in survey\tParticipate in survey backdate\n',
  'Born;Born backdate;Department;Email;Manager\r\n',
];
const WORDS = [
  ...[
    'Email',
    'External Id',
    'First name',
    'Department',
    'Born',
    'Salary',
    'Manager',
    'Born backdate',
    '_code',
    '_line',
  ],
  ...['sep=;', 'sep=,', ';', ';', ',', ',', '\t', '\n', '\n', '\r', '\r\n', '"', '""', '"', ' ', '|', '\0', '\x07'],
  ...['#CLEAR', '1,234', '1.234,5', '1.5', '-5', '31/12/2020', '12/31/2020', '2026-02-28', '45292', '1E+05', '12 %'],
  ...['a@b.se', 'åsa@b.se', 'c@d.se;Bo;IT;;;', 'x', 'sv-SE', 'ja', 'TRUE', '0', '-', 'N/A', '=1', "'", "'=", '+', '@'],
  // Longer than a finding shows of a cell, with a surrogate pair at the cut.
  `x${'😀'.repeat(101)}`,
  ...['é', 'Å', 'Ã¶', '√∂', '😀', '漢', '\u200b', '\u202e', '\ufeff', '\ufffd', '\u00a0', '\u2028', '１２', 'e\u0301'],
];

/**
 * Every fifth read gets its file byte by byte. A long file arrives in pieces that end near the ends of the reader's
 * own.
 */
const piecesOf = (random: Random, length: number): [number[], number[]] => {
  const largest = length > LOOKED_AT ? 140_000 : 40;
  const sizes = (): number[] =>
    length <= LOOKED_AT && random.onceIn(5)
      ? [1]
      : random.many(1, 4, () => 1 + random.below(random.one([largest, largest, 9])) + (largest > 40 ? 4000 : 0));
  return [sizes(), random.onceIn(2) ? [Number.MAX_SAFE_INTEGER] : sizes()];
};
