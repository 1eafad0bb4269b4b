import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { bundleWorkflowCode } from '@temporalio/worker';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import type { MassEditJson } from '../../api/mass-edits/json/mass-edit-schema.ts';
import { workflowIdOf } from '../../workflows/contract.ts';
import { type Edit, edited } from '../faults/edits.ts';
import { recordedHistory } from '../support/history.ts';
import { ADMIN, type Organization, type Product, startProduct } from '../support/product.ts';
import { until } from '../support/until.ts';
import { QUIET } from '../support/worker.ts';

const PROJECT = resolve(import.meta.dirname, '../..');
const FILE = 'mass-edit.ts';
const VALIDATE = "await stage('Validation', (run) => run.validateFile(edit));";
const BEFORE_THE_GATE = `const file = ${VALIDATE}`;
const BEHIND_THE_GATE = "await apply('Creating new segments', (run) => run.createSegments(edit));";

/**
 * The next version calls one stage before the gate and one after it a second time, in the way that docs/operations.md
 * describes. The second call returns the same result.
 */
const WITH_PATCH: Edit[] = [
  { file: FILE, from: 'isCancellation, proxyActivities', to: 'isCancellation, patched, proxyActivities' },
  { file: FILE, from: BEFORE_THE_GATE, to: `${BEFORE_THE_GATE}\nif (patched('read-twice')) ${VALIDATE}` },
  { file: FILE, from: BEHIND_THE_GATE, to: `${BEHIND_THE_GATE}\nif (patched('segments-twice')) ${BEHIND_THE_GATE}` },
];
const WITHOUT_PATCH: Edit[] = [{ file: FILE, from: BEFORE_THE_GATE, to: `${BEFORE_THE_GATE}\n${VALIDATE}` }];

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'mass-edit-upgrade-'));
});
afterAll(() => rm(directory, { recursive: true }));

/** The bundle of a version whose workflows are these, changed. */
async function versionOf(name: string, edits: Edit[]): Promise<string> {
  const sources = await mkdtemp(join(directory, `${name}-`));
  const here = join(PROJECT, 'workflows');
  for (const file of await readdir(here)) {
    const text = await readFile(join(here, file), 'utf8');
    await writeFile(
      join(sources, file),
      edited(
        text,
        edits.filter((edit) => edit.file === file),
      ),
    );
  }
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(sources, 'index.ts'),
    logger: QUIET,
    webpackConfigHook: (config) => ({
      ...config,
      resolve: { ...config.resolve, modules: [join(PROJECT, 'node_modules')] },
    }),
  });
  const path = join(sources, 'bundle.js');
  await writeFile(path, code);
  return path;
}

describe('a mass edit that waits at the gate while a new version comes', () => {
  let product: Product;
  let organization: Organization;
  let waiting: MassEditJson;
  beforeEach(async () => {
    product = await startProduct();
    organization = await product.newOrganization();
    await organization.run('Email;First name\nann@example.com;Ann\nbo@example.com;Bo\n');
    waiting = await organization.toGate('Email;First name;Department\nann@example.com;Anna;Sales\n');
  });
  afterEach(() => product.close());

  /** How often the workflow called each activity, in its latest run. */
  async function calls(of: Organization): Promise<{ validateFile: number; createSegments: number }> {
    const history = await recordedHistory(product.temporal, workflowIdOf(of.organizationId));
    const times = (activity: string): number => history.split(`"name": "${activity}"`).length - 1;
    return { validateFile: times('validateFile'), createSegments: times('createSegments') };
  }

  async function expectApplied(): Promise<void> {
    const ended = await organization.reaches(waiting, 'ended');
    expect(ended).toMatchObject({ outcome: 'completed', counts: { updated: 1, deleted: 1, segmentsCreated: 1 } });
    expect(await organization.activeUsers()).toEqual(['ann@example.com', ADMIN]);
    const { 'ann@example.com': ann } = await organization.people();
    expect(ann).toMatchObject({ first: 'Anna', values: { Department: 'Sales' } });
  }

  it('replays the old steps, takes the new steps from there, and completes', async () => {
    await product.upgrade(await versionOf('next', WITH_PATCH));
    expect((await organization.approve(waiting)).status).toBe(202);
    await expectApplied();
    expect(await calls(organization)).toEqual({ validateFile: 1, createSegments: 2 });

    const other = await product.newOrganization();
    expect((await other.run('Email;First name;Department\ncy@example.com;Cy;Sales\n')).outcome).toBe('completed');
    expect(await calls(other)).toEqual({ validateFile: 2, createSegments: 2 });
  });

  it('stops without applying anything if the patch is missing, and goes on with a fitting version', async () => {
    await product.upgrade(await versionOf('careless', WITHOUT_PATCH));
    expect((await organization.approve(waiting)).status).toBe(202);
    const handle = product.temporal.workflow.getHandle(workflowIdOf(organization.organizationId));
    await until('the engine says that the workflow does not fit', async () => {
      return historyToJSON(await handle.fetchHistory()).includes('CAUSE_NON_DETERMINISTIC_ERROR');
    });
    expect(await organization.activeUsers()).toEqual(['ann@example.com', 'bo@example.com', ADMIN]);

    await product.upgrade(inject('workflowBundlePath'));
    await expectApplied();
  });
});
