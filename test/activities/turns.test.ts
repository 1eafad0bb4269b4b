import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import type { StageDeps } from '../../activities/stage-runner/stage.ts';
import { connect, disconnect } from '../../db/client.ts';
import { longestTurn } from '../support/longest-turn.ts';
import { newOrganization, openDatabase, storeMassEdit } from '../support/organization.ts';
import { runActivity } from '../support/stage.ts';
import { LANGUAGES, LIMITS } from '../support/worker.ts';

/** A time slice is 10 ms. The rest allows for one row, the garbage collector and the processor's clock. */
const LONGEST_MS = 250;
const ROWS = 600;
const CHARACTERS = 10_000;

const sql = openDatabase();
let deps: StageDeps;
beforeAll(() => {
  deps = { db: connect(inject('workerDatabaseUrl'), { max: 8 }), limits: LIMITS, languages: LANGUAGES };
});
afterAll(async () => {
  await disconnect(deps.db);
  await sql.end();
});

/** Cells that took up to half a second each if a rule was slower than linear. */
const WORST = ['.'.repeat(CHARACTERS - 1), `1${'.'.repeat(CHARACTERS - 3)}x1`, '\u0301\u0316'.repeat(CHARACTERS / 2)];

it('a file of the longest cells yields to other organizations', { timeout: 300_000 }, async () => {
  const hostile = await newOrganization(sql);
  const rows = Array.from(
    { length: ROWS },
    (_, row) => `a@${WORST[row % WORST.length]};x;${WORST[(row + 1) % WORST.length]}`,
  );
  const large = await storeMassEdit(sql, hostile, `Email;First name;External Id\n${rows.join('\n')}\n`);
  const other = await newOrganization(sql);
  const small = await storeMassEdit(sql, other, 'Email;First name\nann@example.com;Ann\n');

  const ended: string[] = [];
  const validate = async (name: string, organizationId: string, massEditId: string): Promise<void> => {
    await runActivity(deps, 'validateFile', { organizationId, massEditId });
    ended.push(name);
  };
  const longest = await longestTurn(() =>
    Promise.all([validate('large', hostile.id, large.massEditId), validate('small', other.id, small.massEditId)]),
  );
  expect(ended).toEqual(['small', 'large']);
  expect(longest).toBeLessThan(LONGEST_MS);
});
