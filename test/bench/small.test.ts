import { expect, it } from 'vitest';
import { BENCH_TIMEOUT_MS, runBench } from './run-bench.ts';

it(
  'bench:small measures small mass edits that create, repeat and change all users',
  async () => {
    const said = await runBench('small', '--rows', '100', '--times', '1');
    for (const kind of ['created', 'unchanged', 'updated'])
      expect(said).toMatch(new RegExp(`^goal (?:met|MISSED): 100 rows, all ${kind}, median \\d+\\.\\d\\d ms`, 'm'));
    expect(said).not.toContain('NaN');
  },
  BENCH_TIMEOUT_MS,
);
