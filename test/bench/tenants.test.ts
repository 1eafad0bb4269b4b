import { expect, it } from 'vitest';
import { STAGE_NAMES } from '../../workflows/contract.ts';
import { BENCH_TIMEOUT_MS, runBench } from './run-bench.ts';

it(
  'bench:tenants measures the cost of other organizations for each stage of seven mass edits, and each has done its work',
  async () => {
    const sizes = { organizations: 3, people: 300, 'mass-edits': 4, 'plan-rows': 200, rows: 100 };
    const flags = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const said = await runBench('tenants', ...flags, '--one-large', '--aged', '--analyze', 'no');
    for (const edit of ['initial', 'identical', 'changes', 'deletions', 'reset', 'backdating', 'restore'])
      for (const stage of [...STAGE_NAMES, 'all of it'])
        expect(said).toMatch(
          new RegExp(`^${edit}: ${stage} +\\d+\\.\\d\\d \\(.*\\) +\\d+\\.\\d\\d +\\d+\\.\\d\\d$`, 'm'),
        );
    expect(said).toMatch(/goal (?:met|MISSED): worst ratio/);
  },
  2 * BENCH_TIMEOUT_MS,
);
