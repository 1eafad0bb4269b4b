import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyEvidence, inferFormat, observe } from '../../../rules/columns/infer-column-format.ts';
import { UNDETERMINED } from '../../../rules/values/column-format.ts';
import { compareDecimals } from '../../../rules/values/decimals.ts';
import { checkNumber } from '../../../rules/values/numbers.ts';

/** Reads all cells of a column like an upload: first the proof, then each cell. */
const column = (...cells: string[]): string[] => {
  const evidence = emptyEvidence();
  for (const [index, cell] of cells.entries()) observe(evidence, index + 2, cell);
  const format = inferFormat(evidence).numbers;
  return cells.map((cell) => {
    const number = checkNumber(cell, format);
    return number.ok ? number.value : number.code;
  });
};

test.each([
  ['1.50', '1.5'],
  ['007', '7'],
  ['-0', '0'],
  ['-0.00', '0'],
  ['+5', '5'],
  ['.5', '0.5'],
  ['1.234', '1.234'],
  ['0.125', '0.125'],
  ['12,5', '12.5'],
  ['0,125', '0.125'],
  ['1.234,5', '1234.5'],
  ['1,234.5', '1234.5'],
  ['1,234,567', '1234567'],
  ['1.234.567', '1234567'],
  ['1 234', '1234'],
  ['1\u00a0234\u202f567,5', '1234567.5'],
  ["1'234.50", '1234.5'],
  ['１２３', '123'],
  ['\u221212', '-12'],
  ['12345678901234567890.10', '12345678901234567890.1'],
])('%s is read as %s if it stands alone', (text, expected) => {
  expect(column(text)).toEqual([expected]);
});

test.each(['', 'twelve', '1,23,4', '12 34', '1.2.3', '--5', '5-', '1,2.3,4', '0 123', '.', ',', '1,', '1.', '(5)'])(
  '%j is not a number',
  (text) => {
    expect(checkNumber(text)).toMatchObject({ ok: false, code: 'NUMBER_INVALID' });
  },
);

test.each([
  ['5 %', { reason: 'percent' }],
  ['100 kr', { reason: 'unit', suggested: '100' }],
  ['$1234.50', { reason: 'unit', suggested: '1234.5' }],
  ['50 000 kr', { reason: 'unit', suggested: '50000' }],
  ['€ 1.234,50', { reason: 'unit', suggested: '1234.5' }],
  ['1234 USD', { reason: 'unit', suggested: '1234' }],
  ['1.234 €', { reason: 'unit' }],
  ['50k', { reason: 'unit' }],
  ['1.5M', { reason: 'unit' }],
  ['12 tkr', { reason: 'unit' }],
  ['12 TSEK', { reason: 'unit' }],
  ['37,5 h', { reason: 'unit' }],
  ['1,23,4', { reason: 'grouping' }],
  ['1200,-', { reason: 'grouping' }],
  ['1200²', { reason: 'digit', suggested: '1200' }],
  ['1 200.5³', { reason: 'digit', suggested: '1200.5' }],
  ['12¹', { reason: 'digit', suggested: '12' }],
  ['1.234¹', { reason: 'digit' }],
  ['10²', { reason: 'digit' }],
  ['1200₂', { reason: 'digit' }],
  ['1½', { reason: 'digit' }],
  ['½', { reason: 'digit' }],
  ['①', { reason: 'digit' }],
  ['Ⅻ', { reason: 'digit' }],
  ['١٢', { reason: 'digit' }],
  ['𝟏𝟐', { reason: 'digit' }],
  ['Mai 50', { reason: 'date' }],
  ['05. Mai', { reason: 'date' }],
  ['May-50', { reason: 'date' }],
  ['1-févr.', { reason: 'date' }],
  ['01.05.2026', { reason: 'date' }],
  ['2026-05-01 00:00', { reason: 'date' }],
  ['1/5/26', { reason: 'date' }],
  ['31-Jan-80', { reason: 'date' }],
  ['45.67.89', { reason: 'grouping' }],
  ['(1,234)', { reason: 'minus' }],
  ['-(12)', { reason: 'form' }],
])('%s has details in its finding', (text, details) => {
  expect(checkNumber(text)).toEqual({ ok: false, code: 'NUMBER_INVALID', details });
});

test.each(['1.2E+05', '4,67E+11', '1e5'])('%s is scientific notation', (text) => {
  expect(checkNumber(text)).toMatchObject({ ok: false, code: 'SCIENTIFIC_NOTATION' });
});

describe('a comma before three digits', () => {
  test('alone proves nothing', () => {
    expect(column('1,234', '5')).toEqual(['NUMBER_AMBIGUOUS', '5']);
    expect(column('1.234', '1,234')).toEqual(['1.234', 'NUMBER_AMBIGUOUS']);
  });

  test('is decimal if the column proves it', () => {
    expect(column('1,234', '2,5')).toEqual(['1.234', '2.5']);
    expect(column('1,234', '0,125')).toEqual(['1.234', '0.125']);
  });

  test('groups thousands if the column proves it', () => {
    expect(column('1,234', '1,234.5')).toEqual(['1234', '1234.5']);
    expect(column('1,234', '2.5')).toEqual(['1234', '2.5']);
    expect(column('1,234', '1,234,567')).toEqual(['1234', '1234567']);
  });

  test('is an error, like every other comma, if the column contradicts itself', () => {
    expect(column('1,234', '2,5', '1,234.5', '1.5')).toEqual([
      'NUMBER_AMBIGUOUS',
      'NUMBER_AMBIGUOUS',
      'NUMBER_AMBIGUOUS',
      '1.5',
    ]);
  });
});

test('a lone point is decimal, but an error in a column that groups by points', () => {
  expect(column('1.234', '12,5')).toEqual(['1.234', '12.5']);
  expect(column('1.234', '1.234,5')).toEqual(['NUMBER_AMBIGUOUS', '1234.5']);
  expect(column('1.234', '1.234.567')).toEqual(['NUMBER_AMBIGUOUS', '1234567']);
});

test('canonical text is read unchanged with any proof', () => {
  const decimal = fc.tuple(
    fc.boolean(),
    fc.bigInt({ min: 0n, max: 10n ** 30n }),
    fc.stringMatching(/^(?:\d{0,8}[1-9])?$/),
  );
  fc.assert(
    fc.property(decimal, ([negative, whole, fraction]) => {
      const magnitude = fraction ? `${whole}.${fraction}` : String(whole);
      const text = negative && magnitude !== '0' ? `-${magnitude}` : magnitude;
      expect(checkNumber(text, UNDETERMINED.numbers)).toEqual({ ok: true, value: text });
      expect(column(text, '1,5')[0]).toBe(text);
    }),
  );
});

test('decimals are compared exactly, at any length and with any zeros', () => {
  expect(compareDecimals('1000', '1000.00')).toBe(0);
  expect(compareDecimals('99999999999999999.1', '99999999999999999.2')).toBeLessThan(0);
  expect(compareDecimals('-99999999999999999.1', '-99999999999999999.2')).toBeGreaterThan(0);
  expect(compareDecimals('100000000000000000', '99999999999999999.9')).toBeGreaterThan(0);
  const scaled = fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n });
  fc.assert(
    fc.property(scaled, scaled, (a, b) => {
      const text = (n: bigint) =>
        `${n < 0n ? '-' : ''}${(n < 0n ? -n : n) / 1000n}.${String((n < 0n ? -n : n) % 1000n).padStart(3, '0')}`;
      expect(Math.sign(compareDecimals(text(a), text(b)))).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
  );
});

test('a long run of digits or zeros is read quickly', () => {
  const before = process.threadCpuUsage();
  checkNumber(`1${'0'.repeat(10_000)}x`);
  checkNumber(`${'1,'.repeat(5_000)}x`);
  checkNumber(`0.${'0'.repeat(9_990)}1`);
  // CPU time in microseconds: other processes do not count.
  expect(process.threadCpuUsage(before).user).toBeLessThan(200_000);
});

test.each(['(12)', '12-', '(1 200.50)'])(
  '%s is negative for a bookkeeper: an error, never a positive number',
  (text) => {
    const number = checkNumber(text);
    expect(number).toMatchObject({ ok: false, code: 'NUMBER_INVALID', details: { reason: 'minus' } });
    expect(!number.ok && number.details.suggested).toMatch(/^-/);
  },
);
