import { expect, it } from 'vitest';
import { BENCH_TIMEOUT_MS, runBench } from './run-bench.ts';

it(
  'bench:downloads measures the time to the first row, and the cost of the API',
  async () => {
    const said = await runBench('downloads', '--rows', '300');
    for (const what of ['edit template', 'missing users', 'error log'])
      for (const goal of ['first row', 'growth of the API'])
        expect(said).toMatch(new RegExp(`goal (?:met|MISSED): ${what}, ${goal} \\d+\\.\\d\\d`));
  },
  BENCH_TIMEOUT_MS,
);
