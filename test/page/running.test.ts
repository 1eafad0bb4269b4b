import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { workflowIdOf } from '../../workflows/contract.ts';
import { lockEmail, lockUser } from '../support/lock-rows.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi } from '../support/mass-edit-api.ts';
import { expectAccessible } from './assert-accessible.ts';
import { useBrowser } from './browser.ts';
import { fileOf, newOrganization, type Organization } from './organization.ts';
import { useService } from './service.ts';

const service = useService({ chunkRows: 10 });
const { visit } = useBrowser();

/** Their names in the order of their keys, which is the order of the file. */
const NAMES = Array.from({ length: 60 }, (_, n) => `p${n}`);
const STAGES = [
  'Validation',
  'Cycle detection',
  'Creating new segments',
  'Delete users',
  'Upsert users',
  'Attribute mutations',
  'Backdating changes',
];

describe('a mass edit that no worker has begun', () => {
  it('shows its position and that one may leave, and refuses a second upload in one sentence', async () => {
    const api = await startApi({ taskQueue: ownQueue('page-not-begun') });
    try {
      const organization = await newOrganization(api);
      await organization.started(fileOf(['ann']));
      const { page } = await visit();
      await page.clock.install();
      await organization.open(page);
      const panel = page.locator('#current');
      await panel.getByText('Stage 1 of 7: Validation.').waitFor();
      await panel.getByText('You can leave this page; the work goes on.').waitFor();
      expect(await page.title()).toMatch(/^\(1\/7\) /);
      expect(await panel.locator('.stage-name').allTextContents()).toEqual(STAGES);
      const upload = page.getByRole('region', { name: 'Upload', exact: true });
      await upload.getByText('A bulk import job is already in progress. Please wait for it to complete').waitFor();
      await upload.getByText(/^Started by Hanna Ek \d\d:\d\d, stage 1 of 7\./).waitFor();
      expect(await upload.getByRole('button').count()).toBe(0);
      await expectAccessible(page);
      await page.reload();
      await panel.getByText('Stage 1 of 7: Validation.').waitFor();
      await page.clock.fastForward('01:01');
      await panel.getByText('Nothing has moved for a minute. The work is safe').waitFor();
      await panel.getByRole('button', { name: 'Cancel upload' }).click();
      await panel.getByText('Hanna Ek has asked to stop.').waitFor();
      await expectAccessible(page);
    } finally {
      await api.close();
    }
  });
});

describe('a mass edit in the middle of a stage', () => {
  it('is the same after a reload and at its own address, stays visible without a connection, and goes on', async () => {
    const { organization, letGo, edit } = await inTheMiddle();
    const { page, context } = await visit({ expected: [/ERR_INTERNET_DISCONNECTED/] });
    await organization.open(page);
    await expectMiddle(page);
    await expectAccessible(page);
    await page.reload();
    await expectMiddle(page);
    await page.goto(organization.pageUrl(edit));
    await expectMiddle(page);
    await page.goBack();

    await expectMiddle(page);
    await context.setOffline(true);
    const bar = page.getByText('Connection lost. The work goes on; trying again.');
    await bar.waitFor();
    await expectMiddle(page);
    await expectAccessible(page);
    await letGo();
    await organization.reaches(edit, 'ended');
    await context.setOffline(false);
    await page.getByRole('heading', { name: 'Upload complete', exact: true }).waitFor();
    await bar.waitFor({ state: 'detached' });
    expect(await page.title()).toMatch(/^Done:/);
  });

  it('goes on by polling if a proxy drops the events', async () => {
    const { organization, letGo } = await inTheMiddle();
    const { page } = await visit({ expected: [/\/events/] });
    await page.route('**/events', (route) => route.abort());
    await organization.open(page);
    await expectMiddle(page);
    await letGo();
    await page.getByRole('heading', { name: 'Upload complete', exact: true }).waitFor();
  });

  it('is animated without reduced motion', async () => {
    const { organization } = await inTheMiddle();
    const { page } = await visit({ reducedMotion: 'no-preference' });
    await organization.open(page);
    await expectMiddle(page);
    expect(await page.evaluate(() => document.getAnimations().length)).toBeGreaterThan(0);
  });

  it('stops after a confirmation, and shows what was applied before', async () => {
    const { organization, letGo, edit } = await inTheMiddle();
    const { page } = await visit();
    await organization.open(page);
    const stop = page.locator('#current').getByRole('button', { name: 'Stop' });
    const dialog = page.getByRole('dialog', { name: 'Stop this mass edit?' });
    await stop.click();
    await dialog.getByText('What has been applied stays. The rest is not applied.').waitFor();
    await expectAccessible(page, { reopen: () => page.locator('#current button').first().click() });
    await dialog.getByRole('button', { name: 'Keep going' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await organization.at(edit)).cancelRequestedAt).toBeNull();
    await stop.click();
    await dialog.getByRole('button', { name: 'Stop' }).click();
    // The answer does not wait for the running chunk.
    await page.locator('#current').getByText('Hanna Ek has asked to stop.').waitFor();
    await service.worker.stopIsHeard(workflowIdOf(organization.organizationId));
    await letGo();
    await page
      .locator('#current')
      .getByText('Stopped by Hanna Ek. What was applied before is counted below.')
      .waitFor();
    await expectAccessible(page);
  });
});

describe('progress', () => {
  it('never goes back once it is shown', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit();
    await organization.open(page);
    await page.evaluate(recordProgress);
    const names = Array.from({ length: 1500 }, (_, n) => `q${n}`);
    // It stops at each of these until the page has shown it, because a fast machine is done between two events.
    const stops = [200, 400, 600, 800, 1000, 1200];
    const hold = (stop: number) => lockEmail(service.sql, organization.organizationId, `q${stop}@example.com`);
    let letGo = await hold(stops[0]!);
    await page.getByLabel('Choose a CSV file or drop it here').setInputFiles({
      name: 'many.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(fileOf(names)),
    });
    await page.getByRole('button', { name: 'Upload', exact: true }).click();
    for (const [at, stop] of stops.entries()) {
      const shown = `Upsert users. ${stop.toLocaleString('en-GB')} of 1,500.`;
      await page.locator('#current').getByText(shown).waitFor();
      const next = stops[at + 1];
      const letNext = next === undefined ? letGo : await hold(next);
      await letGo();
      letGo = letNext;
    }
    await page.getByRole('heading', { name: 'Upload complete', exact: true }).waitFor();
    const seen = await page.evaluate(() => (window as unknown as { seen: [number, number][] }).seen);
    expect(seen.length).toBeGreaterThan(5);
    const inOrder = seen.toSorted(([stage, done], [other, then]) => stage - other || done - then);
    expect(seen).toEqual(inOrder);
    expect(seen.at(-1)?.[0]).toBeGreaterThanOrEqual(5);
  });
});

type Middle = { organization: Organization; edit: { id: string }; letGo: () => Promise<void> };

/** Held in stage 5 after 30 of 60 rows: another transaction locks a user of the fourth chunk of ten. */
async function inTheMiddle(): Promise<Middle> {
  const organization = await service.newOrganization(NAMES);
  const letGo = await lockUser(service.sql, organization.organizationId, 'p35@example.com');
  const edit = await organization.started(fileOf(NAMES, 'Legal').replaceAll(';p', ';P').replace('Legal', 'Sales'));
  return { organization, edit, letGo };
}

async function expectMiddle(page: Page): Promise<void> {
  const panel = page.locator('#current');
  await panel.getByText('Stage 5 of 7: Upsert users. 30 of 60.').waitFor();
  const stages = panel.getByRole('list', { name: 'Stages' }).getByRole('listitem');
  await expect
    .poll(() => stages.locator('.stage-status').allTextContents())
    .toEqual([
      expect.stringMatching(/^done · /),
      expect.stringMatching(/^done · /),
      expect.stringMatching(/^done · /),
      'not applied',
      'running · 30 of 60',
      'waiting',
      'not applied',
    ]);
  expect(await page.title()).toMatch(/^\(5\/7\) /);
}

/** Records every stage and number that is shown, whenever the page changes. */
function recordProgress(): void {
  const seen: [number, number][] = [];
  Object.assign(window, { seen });
  new MutationObserver(() => {
    const sentence = document.querySelector('#current .where')?.textContent ?? '';
    const [, stage, done = '0'] = /^Stage (\d) of 7: [^.]*\.(?: ([\d,]+) of)?/.exec(sentence) ?? [];
    const next: [number, number] = [Number(stage), Number(done.replaceAll(',', ''))];
    if (stage !== undefined && String(seen.at(-1)) !== String(next)) seen.push(next);
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}
