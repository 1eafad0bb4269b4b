import { describe, expect, it } from 'vitest';
import { fileOf, shapesOf } from '../../bench/workload/hierarchies.ts';
import { BENCH_TIMEOUT_MS, runBench } from './run-bench.ts';

const ROWS = 2_000;

describe('a hierarchy of the bench', () => {
  it('has each user once, and the declared number of users on cycles', () => {
    for (const [name, shape] of Object.entries(shapesOf(ROWS))) {
      const rows = [...fileOf(ROWS, shape)].join('').trimEnd().split('\r\n').slice(1);
      const managers = new Map(rows.map((row) => [row.split(';')[0], row.split(';')[2]]));
      expect(managers.size, name).toBe(ROWS);
      expect([...managers.keys()].filter((email) => isOnCycle(email!, managers)).length, name).toBe(shape.onCycles);
    }
  });
});

it(
  'bench:shapes imports a shape and prints the time of the search for cycles',
  async () => {
    const said = await runBench('shapes', '--rows', '300', '--shape', 'cycles of two');
    expect(said).toContain('60 rows refused for a cycle');
    expect(said).toMatch(/goal (?:met|MISSED): cycles of two, cycle detection \d+\.\d\d s/);
  },
  BENCH_TIMEOUT_MS,
);

/** Slow and obvious: follows the managers until a user comes twice. */
function isOnCycle(email: string, managers: Map<string | undefined, string | undefined>): boolean {
  const seen = new Set<string>();
  for (let at = managers.get(email); at && !seen.has(at); at = managers.get(at)) {
    if (at === email) return true;
    seen.add(at);
  }
  return false;
}
