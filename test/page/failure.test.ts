import { expect, it } from 'vitest';
import { uploadByPage } from '../../dev/docs/upload-with-browser.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi } from '../support/mass-edit-api.ts';
import { expectAccessible } from './assert-accessible.ts';
import { useBrowser } from './browser.ts';
import { startFailingWorker } from './failing-worker.ts';
import { fileOf, newOrganization } from './organization.ts';

const { visit } = useBrowser();

it('shows the stage of a failure, its reference, and the applied changes', async () => {
  const taskQueue = ownQueue('page-failure');
  const api = await startApi({ taskQueue });
  try {
    // The transactions: claim and begin the stage, two searches for cycles, one count of the rows, and the user lookups
    // of three chunks. The third lookup begins after the first commit, so at least ten users exist.
    await startFailingWorker(taskQueue, 9);
    const organization = await newOrganization(api);
    const { page } = await visit();
    await organization.open(page);
    await uploadByPage(page, fileOf(Array.from({ length: 40 }, (_, n) => `p${n}`)));
    const panel = page.locator('#current');
    await panel.getByRole('heading', { name: 'The upload stopped in stage 5 of 7.' }).waitFor();
    const alert = panel.getByRole('alert');
    await alert
      .getByText('This is our fault, not that of your file. What was applied before is counted below.')
      .waitFor();
    await alert.getByText('The stage “Upsert users” could not be done.').waitFor();
    const { body: edit } = await organization.json('GET', '/mass-edits/latest');
    expect(edit).toMatchObject({ outcome: 'failed', failure: { stage: 5, reason: 'unknown' } });
    expect(edit.counts.created).toBeGreaterThan(0);
    expect(edit.counts.created).toBeLessThan(40);
    await alert.getByText(`Reference for support: ${edit.id}`).waitFor();
    await alert.getByText(`${edit.counts.created} created`).waitFor();
    expect(await page.title()).toMatch(/^Error:/);
    await expectAccessible(page);
  } finally {
    await api.close();
  }
});
