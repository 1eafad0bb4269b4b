import { expect, it } from 'vitest';
import { BENCH_TIMEOUT_MS, runBench } from './run-bench.ts';

it(
  'bench:fairness measures a small mass edit beside others, and the order in which many end',
  async () => {
    const said = await runBench('fairness', '--beside', '2x300', '--at-once', '2x100,1x300', '--times', '1');
    expect(said).toMatch(/goal (?:met|MISSED): 100 rows beside 2 × 300 ÷ alone, medians \d+\.\d\d times/);
    expect(said).toMatch(/^of 300 rows: p50 \d+/m);
    expect(said).toMatch(/goal (?:met|MISSED): 100 rows that end after a larger one \d+\.\d\d/);
    expect(said).not.toContain('NaN');
  },
  BENCH_TIMEOUT_MS,
);
