import { afterAll, describe, expect, inject, it } from 'vitest';
import { importInBatches } from '../../../bench/contenders/naive-batches.ts';
import { importRowByRow } from '../../../bench/contenders/naive-rows.ts';
import { createNaiveTables, dropNaiveTables, naiveState } from '../../../bench/contenders/naive-tables.ts';
import { assertState, type BenchmarkCase, type Done, fileOf } from '../../../bench/workload/benchmark-case.ts';
import { connect, disconnect } from '../../../db/client.ts';

const INITIAL: BenchmarkCase = { rows: 300, scenario: 'initial', seed: 1 };
const REUPLOAD: BenchmarkCase = { ...INITIAL, scenario: 'reupload' };
const db = connect(inject('databaseUrl'));
afterAll(async () => {
  await dropNaiveTables(db);
  await disconnect(db);
});

describe.each([
  ['row by row', importRowByRow],
  ['in batches', importInBatches],
])('an ordinary import %s', (name, importing) => {
  it('writes all people, writes the changes of a re-upload, and deletes people who are missing from the file', async () => {
    await createNaiveTables(db);
    const before = { ...(await importing(db, fileOf(INITIAL), false)), ...(await naiveState(db)) };
    assertState(name, before, INITIAL);
    const after = { ...(await importing(db, fileOf(REUPLOAD), true)), ...(await naiveState(db)) };
    assertState(name, after, REUPLOAD);
    expect([before.errors, after.errors]).toEqual([[], []]);
    expect(after.salaries).not.toBe(before.salaries);
  });

  it('reports an invalid row and goes on', async () => {
    await createNaiveTables(db);
    const [header = '', first = '', second = ''] = [...fileOf(INITIAL)].join('').split('\r\n');
    // The manager of the second row would not exist.
    const alone = second.slice(0, second.lastIndexOf(';') + 1);
    const csv = [header, first.replace('@', ' at '), alone].join('\r\n');
    expect(await importing(db, [csv], false)).toEqual({ done: 1, errors: ['Line 2: the email is none'] });
    expect(await naiveState(db)).toMatchObject({ people: 1, managers: 0, values: 6 });
  });
});

it('a side that has not done its work is detected', async () => {
  const nothing: Done = { done: 0, people: 0, managers: 0, values: 0, salaries: 0 };
  expect(() => assertState('rows', nothing, INITIAL)).toThrow('rows: 0 done where 300 were to come out');
});
