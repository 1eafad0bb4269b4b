// `node count-tests.mjs <vitest's JSON report> <its exit code>` prints `N passed, N failed` as its last line. Exits
// with 1 on a failed or skipped test, a test file that could not run, an empty run, or a report that cannot be read.
import { readFileSync } from 'node:fs';

const [, , report = '', exitCode = ''] = process.argv;

const { passed, failed, problems } = count();
for (const problem of problems) console.error(problem);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed > 0 || problems.length > 0 ? 1 : 0);

function count() {
  let results;
  try {
    results = JSON.parse(readFileSync(report, 'utf8'));
  } catch (error) {
    const problem = `The tests ended with code ${exitCode} and left no report: ${error.message}`;
    return { passed: 0, failed: 1, problems: [problem] };
  }
  const tests = (results.testResults ?? []).flatMap((file) => file.assertionResults ?? []);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failed = tests.filter(({ status }) => status === 'failed').length;
  const left = tests.length - passed - failed;
  // A file that did not load, or whose set-up failed, has no failed test of its own.
  const broken = (results.testResults ?? []).filter(
    ({ status, assertionResults = [] }) =>
      status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
  );
  const problems = [
    ...broken.map(({ name, message }) => `${name} could not run: ${message}`),
    ...(left > 0 ? [`${left} tests were skipped or left to do: each has to run.`] : []),
    ...(tests.length === 0 ? ['No test ran.'] : []),
    ...(results.numTotalTests === tests.length
      ? []
      : [`The report counts ${results.numTotalTests} tests, not ${tests.length}.`]),
    ...(failed === 0 && broken.length === 0 && exitCode !== '0'
      ? [`The test run itself ended with code ${exitCode}.`]
      : []),
  ];
  return { passed, failed: failed + broken.length, problems };
}
