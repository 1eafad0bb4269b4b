import { expect, it } from 'vitest';
import { csvOf } from '../../bench/workload/data.ts';
import { createExpectedCounts } from '../../bench/workload/expected-counts.ts';
import { BENCH_TIMEOUT_MS, runBench } from './run-bench.ts';

it('the changes of a file are computed from the files before', () => {
  const users = createExpectedCounts();
  const line = (email: string, name: string): string => `${email};${name}\r\n`;
  users.next(['Email;First name\r\n', line('a', 'A'), line('b', 'B'), line('c', 'C')]);
  expect(users.next(['Email;First name\r\n', line('a', 'A'), line('b', 'Bo'), line('d', 'D')])).toEqual({
    created: 1,
    updated: 1,
    unchanged: 1,
    deleted: 1,
    restored: 0,
    active: 3,
  });
  const back = users.next(['Email;First name\r\n', line('a', 'A'), line('c', 'C')]);
  expect(back).toMatchObject({ created: 0, restored: 1, unchanged: 1, deleted: 2, active: 2 });
  expect(createExpectedCounts().next(csvOf(500, 'initial', 1))).toMatchObject({ created: 500, active: 500 });
});

it(
  'bench:bloat measures re-uploads and the growth of the tables',
  async () => {
    const said = await runBench('bloat', '--rows', '300', '--times', '2');
    expect(said).toContain('re-upload 2: ');
    expect(said).toMatch(/^users: .*; last ÷ fresh \d+\.\d\d$/m);
    expect(said).toMatch(/goal (?:met|MISSED): median of the last 2 re-uploads .* \d/);
  },
  BENCH_TIMEOUT_MS,
);
