import { expect, it } from 'vitest';
import { RateLimits } from '../../api/rate-limits.ts';
import { expectAccessible } from './assert-accessible.ts';
import { useBrowser } from './browser.ts';
import { useService } from './service.ts';

const service = useService({ findingsListed: 4, rateLimits: new RateLimits({ failures: 1 }, () => 0) });
const { visit } = useBrowser();

it.each([
  ['en-GB', 'The error log and the lists hold at most 4 errors and warnings. 5 more were only counted.', 'and 6 more'],
  ['sv-SE', 'Felloggen och listorna innehåller högst 4 fel och varningar. 5 till räknades bara.', 'och 6 till'],
])('a mass edit with more findings than are listed says so (%s)', async (locale, sentence, others) => {
  const organization = await service.newOrganization();
  const rows = Array.from({ length: 9 }, (_, at) => `p${at}@example.com;P;2026-02-31\n`);
  const edit = await organization.run(`Email;First name;Employment Date\n${rows.join('')}`);
  const { page } = await visit({ locale });
  await organization.open(page, { edit });
  const panel = page.locator('#current');
  await panel.getByText(sentence, { exact: true }).waitFor();
  await panel.locator('.finding summary').click();
  await panel.getByText(others, { exact: true }).waitFor();
  await expectAccessible(page);
});

it('a file that is not a CSV is not offered for download', async () => {
  const organization = await service.newOrganization();
  const { body } = await organization.uploadForm('%PDF-1.7\n1 0 obj\n', {}, 'users.csv');
  await organization.reaches(body, 'ended');
  const { page } = await visit();
  await organization.open(page, { edit: body });
  await page.getByText('How the file was read').click();
  await page.getByText('The file is not a CSV file and was not kept.').waitFor();
  expect(await page.getByRole('link', { name: 'Download the uploaded file' }).count()).toBe(0);
  await expectAccessible(page);
});

it('too many wrong tokens give another message than one, and a valid token still signs in', async () => {
  const organization = await service.newOrganization();
  const { page } = await visit({ expected: [/status of (401|429)/] });
  await page.goto(`${service.api.url}/`);
  const token = page.getByLabel('Access token');
  const submit = page.getByRole('button', { name: 'Sign in' });
  for (const text of ['This token is not valid.', 'Too many attempts to sign in.']) {
    await token.fill('me_wrong');
    await submit.click();
    await page.getByRole('alert').getByText(text).waitFor();
  }
  await token.fill(organization.token);
  await submit.click();
  await page.waitForURL(organization.pageUrl());
  await page.getByText('Nothing has been uploaded yet.').waitFor();
});
