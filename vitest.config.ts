import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest test files, in order: the first take minutes, the last ten seconds. All others take seconds or less. */
const LONGEST = [
  ...['journeys/round-trip', 'journeys/races', 'journeys/standstill', 'activities/stages', 'plans/linear'],
  ...['journeys/reference-model', 'fuzz/fuzz', 'rules/linear', 'operations/monitoring', 'findings/scenarios'],
  ...['operations/killed-while-recording', 'journeys/findings-listed', 'situations/respelled', 'readme'],
  ...['bench/tenants', 'bench/concurrent-load', 'bench/fairness', 'bench/downloads', 'bench/bloat', 'bench/shapes'],
  ...['operations/silent-database', 'dev/stack/stack', 'journeys/upgrade', 'api/server', 'fuzz/memory'],
].map((name) => `/test/${name}.test.ts`);

/** Runs the longest files first. Otherwise one process could run one of them alone at the end. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return at === -1 ? LONGEST.length : at;
    };
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    environment: 'node',
    globalSetup: 'test/setup/global.ts',
    // Processes, not threads: if a file ends or hangs its process, the other processes go on.
    pool: 'forks',
    // Loading the modules takes seconds. The files of one process share the loaded modules.
    isolate: false,
    // One more than the smallest machine has cores: a test waits for PostgreSQL and Temporal half of its time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // A test may run whole mass edits, and takes ten times as long on one busy core. Only a test that
    // hangs reaches these limits. A test that waits for a condition gives up earlier and names the condition.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    // A run without tests, or with only the test under development, must fail.
    passWithNoTests: false,
    allowOnly: false,
  },
});
