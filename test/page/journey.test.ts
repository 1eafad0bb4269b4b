import { afterAll, beforeAll, expect, it } from 'vitest';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi } from '../support/mass-edit-api.ts';
import { type RunningWorker, startWorker } from '../support/worker.ts';
import { useBrowser } from './browser.ts';
import { fileOf, newOrganization } from './organization.ts';

const taskQueue = ownQueue('page-journey');
const { visit } = useBrowser();
let api: TestApi;
let worker: RunningWorker;
beforeAll(async () => {
  worker = await startWorker({ taskQueue });
  api = await startApi({ taskQueue });
});
afterAll(async () => {
  await api?.close();
  await worker?.close();
});

it('a visitor gets from the printed link through upload, question and answer to the result', async () => {
  const organization = await newOrganization(api, ['ann', 'bo', 'cat']);
  const { page, context } = await visit();
  await organization.open(page);
  expect(page.url()).toBe(organization.pageUrl());
  const [cookie] = await context.cookies();
  expect(cookie).toMatchObject({ name: 'mass_edit_session', httpOnly: true, sameSite: 'Strict' });

  await page.getByLabel('Choose a CSV file or drop it here').setInputFiles({
    name: 'users.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(fileOf(['ann', 'dan'], 'Legal')),
  });
  await page.getByLabel('Delete users that are not in the file (Use with Extreme care)').check();
  await page.getByRole('button', { name: 'Upload', exact: true }).click();

  const dialog = page.getByRole('dialog', { name: 'Delete 2 of 4 users?' });
  await dialog.getByText('Nothing has been changed yet.').waitFor();
  const listed = dialog.getByRole('listitem');
  for (const name of ['bo', 'cat']) await listed.getByText(`${name}@example.com`).waitFor();
  await dialog.getByLabel('I have checked the list and want to delete these 2 users').check();
  await dialog.getByRole('button', { name: 'Delete 2 users and apply changes' }).click();

  await page.getByRole('heading', { name: 'Upload complete' }).waitFor();
  await page.getByText('2 rows read: 1 created, 1 updated. 2 users deleted.').waitFor();
  expect(await page.title()).toMatch(/^Done:/);
  expect(await organization.user('bo@example.com')).toBeUndefined();
  expect((await organization.user('ann@example.com'))?.attributes.Department).toMatchObject({ value: 'Legal' });
});
