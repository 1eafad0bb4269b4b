import { expect, it } from 'vitest';
import type { StageName } from '../../workflows/contract.ts';
import { BENCH_TIMEOUT_MS, runBench } from './run-bench.ts';

/** The stages without work are not called, so no time is measured for them. */
const APPLIED: Record<string, StageName[]> = {
  initial: ['Creating new segments', 'Upsert users', 'Attribute mutations'],
  identical: [],
  changes: ['Upsert users', 'Attribute mutations'],
  deletions: ['Delete users'],
  reset: ['Attribute mutations'],
  backdating: ['Backdating changes'],
  restore: ['Upsert users'],
};

it(
  'bench:tenants measures the cost of other organizations for each stage of seven mass edits, and each has done its work',
  async () => {
    const sizes = { organizations: 3, people: 300, 'mass-edits': 4, 'plan-rows': 200, rows: 100 };
    const flags = Object.entries(sizes).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const said = await runBench('tenants', ...flags, '--one-large', '--aged', '--analyze', 'no');
    for (const [edit, applied] of Object.entries(APPLIED))
      for (const stage of ['Validation', 'Cycle detection', ...applied, 'all of it'])
        expect(said).toMatch(
          new RegExp(`^${edit}: ${stage} +\\d+\\.\\d\\d \\(.*\\) +\\d+\\.\\d\\d +\\d+\\.\\d\\d$`, 'm'),
        );
    expect(said).toMatch(/goal (?:met|MISSED): worst ratio/);
  },
  2 * BENCH_TIMEOUT_MS,
);
