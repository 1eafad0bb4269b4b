import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Minutes each; the others take seconds. */
const LONGEST = [
  ...['journeys/round-trip', 'journeys/races', 'journeys/reference-model', 'plans/linear'],
  ...['findings/scenarios', 'activities/stages'],
].map((name) => `/test/${name}.test.ts`);

/** The longest first, so that at the end no process is alone with one of them. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification): boolean => LONGEST.some((name) => moduleId.endsWith(name));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
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
    // As many as the smallest machine has cores; PostgreSQL and Temporal run beside them.
    maxWorkers: 2,
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
