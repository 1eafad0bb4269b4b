import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The longest first: minutes each, at the end of the list ten seconds. The others take seconds, or less. */
const LONGEST = [
  ...['journeys/round-trip', 'journeys/races', 'journeys/standstill', 'activities/stages', 'plans/linear'],
  ...['journeys/reference-model', 'fuzz/fuzz', 'rules/linear', 'operations/monitoring', 'findings/scenarios'],
  ...['operations/killed-while-recording', 'journeys/findings-listed', 'situations/respelled', 'readme'],
  ...['bench/tenants', 'bench/concurrent-load', 'bench/fairness', 'bench/downloads', 'bench/bloat', 'bench/shapes'],
  ...['operations/silent-database', 'dev/stack/stack', 'journeys/upgrade', 'api/server', 'fuzz/memory'],
].map((name) => `/test/${name}.test.ts`);

/** These first, so that at the end no process is alone with one of them. */
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
    // Processes, not threads: a file that ends its process, or leaks one, does not take the others along.
    pool: 'forks',
    // The files that a process takes up one after the other share what is loaded, which takes seconds for each otherwise.
    isolate: false,
    // One more than the smallest machine has cores: a test waits for PostgreSQL and Temporal half of its time.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Whole mass edits run in these. A test takes ten times as long on one core beside busy processes: only a test that
    // hangs comes to these limits. A test that waits for a condition gives up earlier and says what the condition was.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
    // A run that tested nothing, or only the one test under development, is not a green run.
    passWithNoTests: false,
    allowOnly: false,
  },
});
