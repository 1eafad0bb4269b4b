import { describe, expect, it } from 'vitest';
import { DELETE, REVIEW, uploadByPage } from '../../dev/docs/upload-with-browser.ts';
import { expectAccessible } from './assert-accessible.ts';
import { useBrowser } from './browser.ts';
import { fileOf } from './organization.ts';
import { useService } from './service.ts';

const service = useService();
const { visit } = useBrowser();

describe('the question', () => {
  it('shows the consequences for each user in order, and asks for the number of many deletions', async () => {
    const names = Array.from({ length: 110 }, (_, n) => `p${String(n).padStart(3, '0')}`);
    const organization = await service.newOrganization(names, { deleteLimitPercent: 20 });
    const { page } = await visit();
    await organization.open(page);
    const kept = names.slice(37);
    const csv = fileOf(kept)
      .replace(/;Sales/, ';Legal')
      .replace('\n', '\nnew@example.com;New;Sales\n');
    await uploadByPage(page, csv, { options: [DELETE] });

    const dialog = page.getByRole('dialog', { name: 'Delete 37 of 111 users?' });
    await dialog.getByText('and 27 more').waitFor();
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Delete 37 of 111 users?');
    expect(await dialog.locator('ul.people').first().getByRole('listitem').count()).toBe(11);
    const parts = [
      'Delete 37 of 111 users?',
      'Nothing has been changed yet.',
      '37 users are not in the file.',
      'p000',
      'and 27 more',
      '(uploaded this file)',
      'Download Missing Users',
      'I have checked the list and want to delete these 37 users',
      'Type 37 to confirm',
      'Cancel upload',
      'Apply without deletions',
      'Delete 37 users and apply changes',
    ];
    const text = (await dialog.textContent()) ?? '';
    expect(parts.toSorted((one, other) => text.indexOf(one) - text.indexOf(other))).toEqual(parts);
    expect(parts.filter((part) => !text.includes(part))).toEqual([]);
    await expectAccessible(page, { reopen: () => page.locator('.gate button.primary').click() });

    const approve = dialog.getByRole('button', { name: 'Delete 37 users and apply changes' });
    const box = dialog.getByRole('checkbox');
    const number = dialog.getByRole('textbox', { name: 'Type 37 to confirm' });
    await approve.click();
    await dialog.getByText('Tick the box to confirm that you have checked the list.').waitFor();
    await dialog.getByText('Type the number 37.').waitFor();
    expect(await box.evaluate((element) => element === document.activeElement)).toBe(true);
    await box.check();
    await number.fill('36');
    await approve.click();
    expect(await number.evaluate((element) => element === document.activeElement)).toBe(true);
    await number.fill('37');
    await approve.click();
    await page.getByRole('heading', { name: 'Upload complete', exact: true }).waitFor();
    await page.locator('#current').getByText('37 users deleted.').waitFor();
  });

  it('stays on the page for every administrator, with the preview and the deadline, and opens by itself once', async () => {
    const organization = await service.newOrganization(['ann', 'bo', 'cat']);
    const { page } = await visit();
    await organization.open(page);
    const dialog = page.getByRole('dialog');
    await uploadByPage(page, fileOf(['ann'], 'Legal'), { options: [DELETE] });
    await dialog.waitFor();
    await page.reload();
    const gate = page.locator('.gate');
    await gate.getByRole('heading', { name: 'Delete 2 of 4 users?' }).waitFor();
    expect(await dialog.count()).toBe(0);
    await gate.getByText(/Answer before \d\d:\d\d; then it expires and nothing is changed\./).waitFor();
    expect(await page.title()).toMatch(/^Answer needed:/);
    const row = page.getByRole('row', { name: /ann@example\.com/ });
    await row.getByText('Sales').waitFor();
    expect(await row.locator('del, ins').allTextContents()).toEqual(['Sales', 'Legal']);
    await page.locator('.filters').getByRole('button', { name: 'Deleted 2' }).click();
    await page.getByRole('row', { name: /cat@example\.com/ }).waitFor();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      gate.getByRole('link', { name: 'Download Missing Users' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('missing-users.csv');
    await expectAccessible(page);

    const other = await visit();
    await organization.open(other.page);
    await other.page.locator('.gate').getByRole('button', { name: 'Review and answer' }).waitFor();
    expect(await other.page.getByRole('dialog').count()).toBe(0);
    await gate.getByRole('button', { name: 'Review and answer' }).click();
    await dialog.getByRole('button', { name: 'Cancel upload' }).click();
    const panel = page.locator('#current');
    await panel.getByText('Cancelled by Hanna Ek before any change.').waitFor();
    await other.page.locator('#current').getByText('Cancelled by Hanna Ek before any change.').waitFor();
    await expectAccessible(page);
    expect(await organization.user('bo@example.com')).toBeDefined();
  });

  it('asks whether to apply in a review without deletions', async () => {
    const organization = await service.newOrganization(['ann']);
    const { page } = await visit();
    await organization.open(page);
    await uploadByPage(page, fileOf(['ann'], 'Legal'), { options: [REVIEW] });
    const dialog = page.getByRole('dialog', { name: 'Apply these changes?' });
    await dialog.getByText('The changes of the file are applied: 1 updated.').waitFor();
    expect(await dialog.getByRole('checkbox').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Apply changes' }).click();
    await page.getByText('Approved by Hanna Ek.').first().waitFor();
  });

  it('shows its reasons, the users whose token stops, and the number of users that each one manages', async () => {
    const names = Array.from({ length: 24 }, (_, n) => `p${String(n).padStart(3, '0')}`);
    const organization = await service.newOrganization(names);
    await organization.tokenOf('p000@example.com', 'viewer');
    await organization.change('p005@example.com', { attributes: { Manager: 'p001@example.com' } });
    const { page } = await visit();
    await organization.open(page);
    await uploadByPage(page, fileOf(names.slice(4), 'Legal'), { options: [DELETE, REVIEW] });
    const dialog = page.getByRole('dialog', { name: 'Delete 4 of 25 users?' });
    await dialog.getByText('(has 1 access token)').waitFor();
    const parts = [
      'Why you are asked',
      '4 users are not in the file. That is 16% of everyone.',
      'Department: no value of the file is a segment that exists. 1 new segment in 20 filled cells, such as Legal.',
      'A review was asked for with the upload.',
      'What happens',
      'p000 has an access token that stops at once.',
      '1 of them is above 1 user who stays.',
      'Who would be deleted',
      '(has 1 access token)',
      '(manages 1 user)',
    ];
    const text = (await dialog.textContent()) ?? '';
    expect(parts.filter((part) => !text.includes(part))).toEqual([]);
    expect(parts.toSorted((one, other) => text.indexOf(one) - text.indexOf(other))).toEqual(parts);
    await expectAccessible(page, { reopen: () => page.locator('.gate button.primary').click() });
    await dialog.getByRole('button', { name: 'Cancel upload' }).click();
    await page.locator('#current').getByText('Cancelled by Hanna Ek before any change.').waitFor();
  });

  it('cannot be answered by a viewer or an editor', async () => {
    const organization = await service.newOrganization(['ann', 'bo']);
    await organization.toGate(fileOf(['ann']));
    const viewer = await visit();
    await organization.open(viewer.page, { token: await organization.tokenOf('ann@example.com', 'viewer') });
    await viewer.page.getByText('An approver or an administrator has to answer.').waitFor();
    await viewer.page.getByText('Uploading takes the role editor, approver or admin.').waitFor();
    expect(await viewer.page.locator('.gate').getByRole('button').count()).toBe(0);
    await expectAccessible(viewer.page);
    const editor = await visit();
    await organization.open(editor.page, { token: await organization.tokenOf('ann@example.com', 'editor') });
    await editor.page.locator('.gate').getByRole('button', { name: 'Cancel upload' }).click();
    await editor.page.locator('#current').getByText('Cancelled by ann before any change.').waitFor();
  });
});
