import { defineConfig } from 'vitest/config';

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
    // Whole mass edits run in these, on a machine that does other things too; a test that hangs still ends.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A run that tested nothing, or only the one test somebody was working on, is not a green run.
    passWithNoTests: false,
    allowOnly: false,
  },
});
