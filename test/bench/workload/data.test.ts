import { describe, expect, it } from 'vitest';
import { COLUMNS, csvOf, expectedOf } from '../../../bench/workload/data.ts';

const ROWS = 3_000;
const linesOf = (scenario: Parameters<typeof csvOf>[1], seed: number): string[] =>
  [...csvOf(ROWS, scenario, seed)].join('').trimEnd().split('\r\n').slice(1);
const cellsOf = (line: string): string[] => line.split(';');

describe("the bench's file", () => {
  it('is the same for the same arguments, and another for another seed', () => {
    expect(linesOf('reupload', 1)).toEqual(linesOf('reupload', 1));
    expect(linesOf('reupload', 1)).not.toEqual(linesOf('reupload', 2));
    expect(linesOf('identical', 1)).toEqual(linesOf('initial', 1));
  });

  it('has each user once, with a manager who is also in the file', () => {
    for (const scenario of ['initial', 'reupload'] as const) {
      const rows = linesOf(scenario, 1).map(cellsOf);
      const emails = rows.map(([email]) => email);
      expect(new Set(emails).size).toBe(rows.length);
      const managers = rows.map((cells) => cells[COLUMNS.indexOf('Manager')]).filter((manager) => manager !== '');
      expect(managers.filter((manager) => !emails.includes(manager))).toEqual([]);
    }
  });

  it('changes, adds and leaves out the declared numbers of users', () => {
    const before = new Map(linesOf('initial', 1).map((line) => [cellsOf(line)[0], line]));
    const after = new Map(linesOf('reupload', 1).map((line) => [cellsOf(line)[0], line]));
    const found = {
      changed: [...after].filter(([email, line]) => before.has(email) && before.get(email) !== line).length,
      new: [...after.keys()].filter((email) => !before.has(email)).length,
      missing: [...before.keys()].filter((email) => !after.has(email)).length,
    };
    expect(found).toEqual(expectedOf(ROWS, 'reupload', 1));
    expect(found.changed / ROWS).toBeCloseTo(0.05, 1);
    expect(found.new).toBe(ROWS / 100);
  });
});
