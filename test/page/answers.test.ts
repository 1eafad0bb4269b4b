import type { Locator } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { DELETE, uploadByPage } from '../../dev/docs/upload-with-browser.ts';
import { tokenBy } from '../support/client.ts';
import { heldClock } from '../support/clock.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi } from '../support/mass-edit-api.ts';
import { startWorker } from '../support/worker.ts';
import { expectAccessible } from './assert-accessible.ts';
import { useBrowser } from './browser.ts';
import { fileOf, newOrganization, type Organization } from './organization.ts';
import { useService } from './service.ts';

const service = useService();
const { visit } = useBrowser();

/** Two of four users are missing from the file. The uploader is kept. */
async function atTheGate(settings?: Record<string, unknown>): Promise<Organization> {
  const organization = await service.newOrganization(['ann', 'bo', 'cat'], settings);
  await organization.toGate(fileOf(['ann'], 'Legal'));
  return organization;
}
const OPEN = { name: 'Review and answer' };
const CHECKED = 'I have checked the list and want to delete these 2 users';
const APPROVE = { name: 'Delete 2 users and apply changes' };

describe('the gate', () => {
  it('takes one of two answers at once, and tells the other administrator who was faster', async () => {
    const organization = await atTheGate();
    await organization.change('ann@example.com', { lastName: 'Berg' });
    const tokens = [organization.token, await organization.tokenOf('ann@example.com', 'admin')];
    let asked = 0;
    const both = Promise.withResolvers<void>();
    const dialogs = await Promise.all(
      tokens.map(async (token) => {
        const { page } = await visit({ expected: [/status of 409/] });
        await organization.open(page, { token });
        await page.getByRole('button', OPEN).click();
        const dialog = page.getByRole('dialog');
        await dialog.getByLabel(CHECKED).check();
        // Both questions are open before either is answered.
        await page.route('**/approval', async (route) => {
          asked += 1;
          if (asked === tokens.length) both.resolve();
          await both.promise;
          await route.continue();
        });
        return { page, dialog };
      }),
    );
    await Promise.all(dialogs.map(({ dialog }) => dialog.getByRole('button', APPROVE).click()));
    await expect
      .poll(async () => (await Promise.all(dialogs.map(({ dialog }) => dialog.count()))).sort())
      .toEqual([0, 1]);
    const late = (await dialogs[0]!.dialog.count()) === 1 ? dialogs[0]! : dialogs[1]!;
    await late.dialog.getByText(/^(?:Hanna Ek|ann Berg) has already answered\.$/).waitFor();
    await late.dialog.getByRole('button', { name: 'Close' }).click();
    for (const { page } of dialogs) await page.getByText('2 users deleted.').first().waitFor();
  });

  it('keeps the focus when another administrator answers', async () => {
    const organization = await atTheGate();
    const { page } = await visit();
    await organization.open(page);
    await page.getByRole('button', OPEN).click();
    const box = page.getByRole('dialog').getByLabel(CHECKED);
    await box.focus();
    const edit = (await organization.json('GET', '/mass-edits/latest')).body;
    expect((await organization.approve(edit)).status).toBe(202);
    await page.getByRole('dialog').getByText('Hanna Ek has already answered.').waitFor();
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('refuses an answer about another list, and asks again', async () => {
    const organization = await atTheGate();
    const { page } = await visit({ expected: [/status of 409/] });
    await organization.open(page);
    // As if the list had changed after it was shown.
    await page.route(
      '**/approval',
      (route) => {
        const said = route.request().postDataJSON();
        return route.continue({ postData: { ...said, listDigest: '0'.repeat(64) } });
      },
      { times: 1 },
    );
    await page.getByRole('button', OPEN).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(CHECKED).check();
    await dialog.getByRole('button', APPROVE).click();
    await dialog.getByRole('alert').getByText('The list has changed. Look at it again, then answer.').waitFor();
    await dialog.getByRole('button', APPROVE).click();
    await page.getByRole('heading', { name: 'Upload complete', exact: true }).waitFor();
  });

  it('waits for a second person if the organization demands one', async () => {
    const organization = await service.newOrganization(['ann', 'bo', 'cat', 'dan'], { secondApprover: true });
    await organization.change('ann@example.com', { role: 'admin' });
    const ann = await tokenBy(organization, 'ann@example.com', 'admin');
    // The first of the two stays: the deletion of a user ends the access, and the page could not show the answer.
    await ann.toGate(fileOf(['ann', 'bo'], 'Legal'));
    const { token } = await tokenBy(ann, 'bo@example.com', 'approver');
    const dialogs: Locator[] = [];
    for (const [as, told] of [
      [{ token }, 'Your access or your user goes back to ann, who uploaded the file, so you do not count as a second'],
      [ann, 'In this organization someone other than ann, who uploaded the file, has to approve.'],
    ] as const) {
      const { page } = await visit({ expected: [/status of 403/] });
      await organization.open(page, { token: as.token });
      await page.getByRole('button', OPEN).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel(CHECKED).check();
      await dialog.getByRole('button', APPROVE).click();
      await dialog.getByText(told).waitFor();
      await expectAccessible(page, { asItIs: true });
      dialogs.push(dialog);
    }
    const second = await visit();
    await organization.open(second.page);
    await second.page.getByRole('button', OPEN).click();
    await second.page.getByLabel(CHECKED).check();
    await second.page.getByRole('dialog').getByRole('button', APPROVE).click();
    await second.page.locator('#current').getByText('Approved by Hanna Ek.').waitFor();
    for (const dialog of dialogs) await dialog.getByText('Hanna Ek has already answered.').waitFor();
  });

  it('applies the rest after an answer without deletions', async () => {
    const organization = await atTheGate();
    const { page } = await visit();
    await organization.open(page);
    await page.getByRole('button', OPEN).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Apply without deletions' }).click();
    await page.locator('#current').getByText('Hanna Ek chose to apply it without deletions.').waitFor();
    expect(await organization.user('bo@example.com')).toBeDefined();
  });

  it('changes nothing without an answer in time, and tells so in an open question', async () => {
    const clock = heldClock();
    const taskQueue = ownQueue('page-expiry');
    const [api, worker] = await Promise.all([
      startApi({ taskQueue, approvalTimeout: '24h', approvalTimeoutMs: clock.approvalTimeoutMs }),
      startWorker({ taskQueue, expiry: clock.expiry }),
    ]);
    try {
      const organization = await newOrganization(api, ['ann', 'bo']);
      const { page } = await visit();
      await organization.open(page);
      await uploadByPage(page, fileOf(['ann']), { options: [DELETE] });
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      const until = (when: string) => service.sql`update mass_edits set expires_at = now() + ${when}::interval
        where organization_id = ${organization.organizationId} and state <> 'ended'`;
      await until('1 hour');
      await dialog.getByText('Nothing has been changed yet.').waitFor();
      await dialog.getByLabel('I have checked the list and want to delete this user').check();
      await until('0');
      await dialog.getByText('The time to answer has run out. Nothing was changed.').waitFor();
      await dialog.getByRole('button', { name: 'Delete 1 user and apply changes' }).click({ force: true });
      clock.expire(organization.organizationId);
      await page.keyboard.press('Escape');
      await page.locator('#current').getByText('Not confirmed within 24 hours. Nothing was changed.').waitFor();
      await expectAccessible(page);
      expect(await organization.user('bo@example.com')).toBeDefined();
    } finally {
      clock.release();
      await api.close();
      await worker.close();
    }
  });
});
