import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const SCRIPT = resolve(import.meta.dirname, '../.ci/count-tests.mjs');
const directory = mkdtempSync(join(tmpdir(), 'mass-edit-ci-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('the last line of .ci/run', () => {
  it('counts the passed tests, and succeeds', () => {
    expect(count([file(['passed', 'passed']), file(['passed'])])).toMatchObject({
      last: '3 passed, 0 failed',
      status: 0,
    });
  });

  it('fails on a failed test', () => {
    expect(count([file(['passed', 'failed'])], 1)).toMatchObject({ last: '1 passed, 1 failed', status: 1 });
  });

  it('counts a file that could not run as failed', () => {
    const broken = { name: 'broken.test.ts', status: 'failed', message: 'no such module', assertionResults: [] };
    expect(count([file(['passed']), broken], 1)).toMatchObject({
      last: '1 passed, 1 failed',
      status: 1,
      errors: expect.stringContaining('no such module'),
    });
  });

  it('fails on a skipped or planned test', () => {
    for (const left of ['skipped', 'pending', 'todo'])
      expect(count([file(['passed', left])])).toMatchObject({ last: '1 passed, 0 failed', status: 1 });
  });

  it('fails on a run without tests, on one that failed beside its tests, and without a report', () => {
    expect(count([])).toMatchObject({ last: '0 passed, 0 failed', status: 1 });
    expect(count([file(['passed'])], 1)).toMatchObject({ last: '1 passed, 0 failed', status: 1 });
    expect(run(join(directory, 'none.json'), 1)).toMatchObject({ last: '0 passed, 1 failed', status: 1 });
  });
});

function file(statuses: string[]) {
  const assertionResults = statuses.map((status) => ({ status }));
  return {
    name: 'a.test.ts',
    status: statuses.includes('failed') ? 'failed' : 'passed',
    message: '',
    assertionResults,
  };
}

function count(testResults: { assertionResults: unknown[] }[], exitCode = 0) {
  const report = join(directory, 'report.json');
  const numTotalTests = testResults.flatMap(({ assertionResults }) => assertionResults).length;
  writeFileSync(report, JSON.stringify({ numTotalTests, testResults }));
  return run(report, exitCode);
}

function run(report: string, exitCode: number) {
  const { stdout, stderr, status } = spawnSync(process.execPath, [SCRIPT, report, String(exitCode)], {
    encoding: 'utf8',
  });
  return { last: stdout.trim().split('\n').at(-1), errors: stderr, status };
}
