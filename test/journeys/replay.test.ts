import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { childEnvironment } from '../../config.ts';
import { workflowIdOf } from '../../workflows/contract.ts';
import { WAYS } from '../histories/ways.ts';
import { heldClock } from '../support/clock.ts';
import { recordedHistory, textsIn } from '../support/history.ts';
import { type Product, startProduct } from '../support/product.ts';
import { quietRuntime } from '../support/worker.ts';

const HISTORIES = join(import.meta.dirname, '../histories');
const RECORDED = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));
/**
 * Set by hand after an intended change of the workflow. New histories are then recorded and kept beside the old ones.
 */
const KEEP_AS = childEnvironment({}).RECORD_HISTORIES;

const recorded = (name: string): Promise<string> => readFile(join(HISTORIES, name), 'utf8');
const lastEventOf = (json: string): string | undefined =>
  (JSON.parse(json) as { events: { eventType: string }[] }).events.at(-1)?.eventType;
const replay = (json: string): Promise<void> =>
  Worker.runReplayHistory(
    { workflowBundle: { codePath: inject('workflowBundlePath') } },
    historyFromJSON(JSON.parse(json)),
  );

const clock = heldClock();
let usual: Product;
let expiring: Product;
beforeAll(async () => {
  quietRuntime();
  usual = await startProduct();
  expiring = await startProduct({ clock });
});
afterAll(async () => {
  await usual.close();
  await expiring.close();
});

describe('a mass edit of an earlier version', () => {
  it.each(RECORDED)('goes on with this version: %s replays', async (name) => {
    const json = await recorded(name);
    expect(lastEventOf(json)).toBe(
      `EVENT_TYPE_WORKFLOW_EXECUTION_${name.startsWith('a-stage-could-not-be-done.') ? 'FAILED' : 'COMPLETED'}`,
    );
    await expect(replay(json)).resolves.toBeUndefined();
  });

  it.each(WAYS)('has a recorded history $name', ({ name }) => {
    expect(RECORDED.filter((file) => file.startsWith(`${name}.`))).not.toEqual([]);
  });

  it('goes on with a version with other queues and another order of its stages', async () => {
    const history = JSON.parse(await recorded('with-deletion.1.json')) as { events: Record<string, object>[] };
    const scheduled = history.events.flatMap((event) => event.activityTaskScheduledEventAttributes ?? []);
    expect(scheduled.length).toBeGreaterThan(7);
    for (const stage of scheduled)
      Object.assign(stage, { taskQueue: { name: 'another' }, priority: { priorityKey: 5 } });
    await expect(replay(JSON.stringify(history))).resolves.toBeUndefined();
  });

  it.each(['createSegments', 'recordDecision', 'settle'])('fails to replay without a call of %s', async (activity) => {
    const json = await recorded('with-deletion.1.json');
    const other = json.replaceAll(`"${activity}"`, '"somethingElse"');
    expect(other).not.toBe(json);
    await expect(replay(other)).rejects.toThrow(/nondeterminism|TMPRL1100/i);
  });

  it.each(RECORDED)('is recorded without machine names and personal data: %s', async (name) => {
    const texts = textsIn(JSON.parse(await recorded(name)));
    expect(texts).toContain('massEdit');
    for (const text of texts) {
      // A process is 123@its-host, a person somebody@example.com; a package is worker@1.24.0.
      expect(text).not.toMatch(/\d@\w|\w@[a-z]|\/(home|root|tmp|work)\b|\.csv/i);
      expect(text).not.toContain(hostname());
    }
  });
});

describe('a mass edit of this version', () => {
  it.each(WAYS)('ends as expected and replays: $name', async ({ name, outcome, expires, go }) => {
    const product = expires ? expiring : usual;
    const organization = await product.newOrganization();
    expect((await go(organization, product, clock)).outcome).toBe(outcome);
    const json = await recordedHistory(product.temporal, workflowIdOf(organization.organizationId));
    expect(json).not.toContain(hostname());
    await expect(replay(json)).resolves.toBeUndefined();
    if (KEEP_AS) await writeFile(join(HISTORIES, `${name}.${KEEP_AS}.json`), json);
  });
});
