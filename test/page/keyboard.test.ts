import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { useBrowser } from './browser.ts';
import { fileOf } from './organization.ts';
import { useService } from './service.ts';

const service = useService();
const { visit } = useBrowser();

it('the page works by keyboard alone, and the focus is always on the next element', async () => {
  const organization = await service.newOrganization(['ann', 'bo', 'cat']);
  const { page } = await visit({ expected: [/status of 401/] });
  const press = (key: string) => page.keyboard.press(key);
  await page.goto(`${service.api.url}/`);
  await page.getByLabel('Access token').waitFor();
  expect(await tabThrough(page, 4)).toEqual(['Skip to the content', 'English', 'Svenska', 'Access token']);
  await page.keyboard.type(organization.token);
  await press('Enter');
  await page.getByText('Choose a CSV file or drop it here').waitFor();

  await page.locator('input[type=file]').focus();
  await page.locator('input[type=file]').setInputFiles({
    name: 'users.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(fileOf(['ann'], 'Legal')),
  });
  await page.getByText('users.csv').waitFor();
  expect(await tabThrough(page, 3)).toEqual([
    'Review before applying',
    'Reset empty fields/attributes (Use with care)',
    'Delete users that are not in the file (Use with Extreme care)',
  ]);
  await press('Space');
  expect(await tabThrough(page, 1)).toEqual(['Upload']);
  await press('Enter');

  const dialog = page.getByRole('dialog');
  await dialog.getByText('bo@example.com').waitFor();
  await expectFocus(page, 'Delete 2 of 4 users?');
  await press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await expectFocus(page, 'users.csv');
  expect((await organization.json('GET', '/mass-edits/latest')).body).toMatchObject({
    state: 'awaiting_approval',
    decision: null,
  });
  expect(await tabThrough(page, 2)).toEqual(['Download Missing Users', 'Review and answer']);
  await press('Enter');
  await expectFocus(page, 'Delete 2 of 4 users?');
  expect(await tabThrough(page, 6)).toEqual([
    'Decide later',
    'Download Missing Users',
    'I have checked the list and want to delete these 2 users',
    'Cancel upload',
    'Apply without deletions',
    'Delete 2 users and apply changes',
  ]);
  await press('Enter');
  await dialog.getByRole('alert').getByText('Tick the box to confirm that you have checked the list.').waitFor();
  await expectFocus(page, 'I have checked the list and want to delete these 2 users');
  await press('Space');
  await tabThrough(page, 3);
  await press('Enter');
  await page.getByRole('heading', { name: 'Upload complete', exact: true }).waitFor();
  await expectFocus(page, 'Upload complete');
  await page.getByRole('status').getByText('Upload complete. 1 row read: 1 updated. 2 users deleted.').waitFor();
});

/** Presses Tab this many times. Returns the name of each element that gets the focus. */
async function tabThrough(page: Page, times: number): Promise<string[]> {
  const names: string[] = [];
  for (let n = 0; n < times; n++) {
    await page.keyboard.press('Tab');
    names.push(await page.evaluate(nameOfFocus));
  }
  return names;
}

const expectFocus = (page: Page, name: string): Promise<void> =>
  expect.poll(() => page.evaluate(nameOfFocus)).toBe(name);

function nameOfFocus(): string {
  const at = document.activeElement;
  const label = at instanceof HTMLInputElement ? at.labels?.[0] : at;
  return label?.textContent?.trim() ?? '';
}
