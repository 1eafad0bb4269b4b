import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { Worker } from '@temporalio/worker';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { workflowIdOf } from '../../workflows/contract.ts';
import { record } from '../histories/record.ts';
import { textsIn } from '../support/history.ts';
import { type Product, startProduct } from '../support/product.ts';
import { quietRuntime } from '../support/worker.ts';

const RECORDED = join(import.meta.dirname, '../histories/mass-edit-with-deletion.json');
let product: Product;
let directory: string;
beforeAll(async () => {
  quietRuntime();
  directory = await mkdtemp(join(tmpdir(), 'histories-'));
  product = await startProduct();
});
afterAll(async () => {
  await product.close();
  await rm(directory, { recursive: true });
});

type Event = { eventType: string; [attributes: string]: unknown };
const eventsOf = (json: string): Event[] => (JSON.parse(json) as { events: Event[] }).events;
const replay = (json: string): Promise<void> =>
  Worker.runReplayHistory(
    { workflowBundle: { codePath: inject('workflowBundlePath') } },
    historyFromJSON(JSON.parse(json)),
  );

describe('a mass edit that an earlier version has begun', () => {
  it('goes on with this one: its recorded history replays', async () => {
    const json = await readFile(RECORDED, 'utf8');
    expect(eventsOf(json).at(-1)?.eventType).toBe('EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED');
    await expect(replay(json)).resolves.toBeUndefined();
  });

  it('would be caught where the workflow had become another', async () => {
    const json = await readFile(RECORDED, 'utf8');
    const other = json.replaceAll('"createSegments"', '"createDepartments"');
    expect(other).not.toBe(json);
    await expect(replay(other)).rejects.toThrow(/nondeterminism|TMPRL1100/i);
  });

  it('is recorded without the machine it ran on, and without people', async () => {
    const texts = textsIn(JSON.parse(await readFile(RECORDED, 'utf8')));
    expect(texts).toContain('massEdit');
    for (const text of texts) {
      // A process is 123@its-host, a person somebody@example.com; a package is worker@1.24.0.
      expect(text).not.toMatch(/\d@\w|\w@[a-z]|\/(home|root|tmp|work)\b|\.csv/i);
      expect(text).not.toContain(hostname());
    }
  });
});

describe('the recorder', () => {
  it('takes a history from the engine that replays', async () => {
    const organization = await product.newOrganization();
    await organization.run('Email;First name;Department\nann@example.com;Ann;Sales\nbo@example.com;Bo;Sales\n');
    const waiting = await organization.toGate('Email;First name;Department\nann@example.com;Anna;Legal\n');
    await organization.approve(waiting);
    await organization.reaches(waiting, 'ended');
    const file = join(directory, 'taken.json');
    await record(inject('temporalAddress'), workflowIdOf(organization.organizationId), file);
    const json = await readFile(file, 'utf8');
    expect(json).not.toContain(hostname());
    await expect(replay(json)).resolves.toBeUndefined();
  });
});
