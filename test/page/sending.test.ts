import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseFile, pressUpload, REVIEW, uploadByPage } from '../../dev/docs/upload-with-browser.ts';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi } from '../support/mass-edit-api.ts';
import { expectAccessible } from './assert-accessible.ts';
import { useBrowser } from './browser.ts';
import { fileOf, newOrganization, type Organization } from './organization.ts';
import { useService } from './service.ts';
import { startSlowProxy } from './slow-proxy.ts';

const service = useService();
const { visit } = useBrowser();

const MB = 1024 ** 2;
const directory = mkdtempSync(join(tmpdir(), 'mass-edit-large-'));
/** On the disk: the browser takes it from there without its bytes passing through the test. */
const LARGE = join(directory, 'users.csv');
// Larger than the buffers of a connection, so that the progress is visible. It repeats one user.
const ROW = `ann@example.com;Ann;${'x'.repeat(9_000)}\n`;
writeFileSync(LARGE, `Email;First name;Notes\n${ROW.repeat(Math.ceil((20 * MB) / ROW.length))}`);
afterAll(() => rmSync(directory, { recursive: true }));

describe('an upload', () => {
  it('shows its progress in MB and asks to keep the page open, and can be cancelled', async () => {
    const { page } = await onTheWay('hold', /net::ERR_ABORTED/);
    await page
      .getByText(/^Uploading users\.csv: [\d.]+ of 20 MB\. Keep this page open until the upload is done\.$/)
      .first()
      .waitFor();
    const bar = page.getByRole('progressbar');
    expect(await bar.evaluate((element: HTMLProgressElement) => element.position)).toBeLessThan(1);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Cancel the upload' }).click();
    await page.getByText('users.csv').first().waitFor();
    await page.getByRole('button', { name: 'Upload', exact: true }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
  });

  it('that is cut off starts nothing, reports it, and is sent again', async () => {
    const { page, way, organization } = await onTheWay('tear', /ERR_CONNECTION_RESET/);
    await page
      .getByRole('alert')
      .getByText('The connection broke before the whole file had arrived. Nothing was started. Try again.')
      .waitFor();
    expect((await organization.json('GET', '/mass-edits/latest')).status).toBe(204);
    await expectAccessible(page);
    way.after(0, 'pass');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page
      .locator('#current')
      .getByText(/rows read: 1 created, [\d,]+ skipped\./)
      .waitFor();
  });

  it('that comes second shows the first uploader and the state of the first mass edit', async () => {
    const organization = await service.newOrganization(['ann']);
    const [first, second] = await Promise.all([visit(), visit({ expected: [/status of 409/] })]);
    await Promise.all([organization.open(first.page), organization.open(second.page)]);
    await chooseFile(second.page, fileOf(['ann', 'bo']));
    await uploadByPage(first.page, fileOf(['ann'], 'Legal'), { options: [REVIEW] });
    await first.page.getByRole('dialog').waitFor();
    await pressUpload(second.page);
    const alert = second.page.getByRole('alert');
    await alert.getByText('A bulk import job is already in progress. Please wait for it to complete').waitFor();
    await alert.getByText(/^Started by Hanna Ek \d\d:\d\d, stage 2 of 7\./).waitFor();
    await alert.getByRole('link', { name: 'Show it' }).click();
    await second.page.locator('#current').getByRole('heading', { name: 'Apply these changes?' }).waitFor();
    await expectAccessible(second.page);
    expect(await second.page.getByRole('dialog').count()).toBe(0);
  });

  it('that cannot be started reports it, and keeps the file', async () => {
    const api = await startApi({ taskQueue: ownQueue('page-away'), temporalAddress: '127.0.0.1:1' });
    try {
      const organization = await newOrganization(api);
      const { page } = await visit({ expected: [/status of 503/] });
      await organization.open(page);
      await uploadByPage(page, fileOf(['ann']));
      const alert = page.getByRole('alert');
      await alert
        .getByText('The service cannot start anything just now. Nothing was started, and your file is still chosen.')
        .waitFor();
      await page.getByText('users.csv', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Try again' }).waitFor();
      await expectAccessible(page);
    } finally {
      await api.close();
    }
  });
});

/** An upload of 20 MB that is held, or cut, after one. */
async function onTheWay(then: 'hold' | 'tear', expected: RegExp) {
  const organization: Organization = await service.newOrganization();
  const way = await startSlowProxy(service.api.port);
  const { page } = await visit({ expected: [expected] });
  await page.goto(`${way.url}/organizations/${organization.organizationId}/mass-edit#token=${organization.token}`);
  await page.getByText('Choose a CSV file or drop it here').waitFor();
  way.after(MB, then);
  await page.locator('input[type=file]').setInputFiles(LARGE);
  await pressUpload(page);
  return { page, way, organization };
}
