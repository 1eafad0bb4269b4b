import { expect, it } from 'vitest';
import { BENCH_TIMEOUT_MS, runBench } from './run-bench.ts';

it(
  'bench:others measures the effect of a mass edit on changes by hand, reads, small mass edits and the event loop',
  async () => {
    const said = await runBench('concurrent-load', '--rows', '300', '--times', '1', '--scenario', 'reupload');
    for (const goal of ['changes by hand', 'reads', '100 rows of another organization', 'event loop delay'])
      expect(said).toMatch(new RegExp(`goal (?:met|MISSED): ${goal}.* \\d+\\.\\d\\d`));
    expect(said).not.toContain('NaN');
  },
  BENCH_TIMEOUT_MS,
);
