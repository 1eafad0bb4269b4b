import { describe, expect, it } from 'vitest';
import { expectAccessible } from './assert-accessible.ts';
import { useBrowser } from './browser.ts';
import { fileOf } from './organization.ts';
import { useService } from './service.ts';

const service = useService();
const { visit } = useBrowser();

describe('the page at rest', () => {
  it('has templates, instructions and the form, and shows that nothing has been uploaded yet', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit();
    await organization.open(page);
    await page.getByText('Nothing has been uploaded yet.').waitFor();
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Templates',
      'Instructions',
      'Upload',
      'Latest upload',
    ]);
    await page.getByText('Up to 256 MB and 1,000,000 rows.').waitFor();
    const options = page.getByRole('group', { name: 'Options' });
    for (const said of [
      'Reset empty fields/attributes (Use with care)',
      'Empty cells in the file will clear the value.',
      'Delete users that are not in the file (Use with Extreme care)',
      'Users missing from the file are listed before anything is deleted.',
      'Empty fields are ignored and no users will be deleted.',
    ])
      await options.getByText(said, { exact: true }).waitFor();
    await options.getByLabel('Reset empty').check();
    await options.getByText('Empty fields are ignored').waitFor({ state: 'detached' });
    const download = page.waitForEvent('download');
    await page.getByLabel('Include backdating fields').check();
    await page.getByRole('link', { name: /Download.*Edit existing users/ }).click();
    expect((await download).url()).toMatch(/edit-users\.csv\?backdating=true$/);
    await expectAccessible(page);
  });
});

describe('a result', () => {
  it('has counts that add up, and is there on a later visit, with the earlier uploads', async () => {
    const organization = await service.newOrganization(['ann', 'bo', 'cat']);
    await organization.run(
      fileOf(['ann', 'bo', 'cat'], 'Legal').replace('cat@', 'dan@').replace('bo;Legal', 'bo;Sales'),
    );
    const { page } = await visit();
    await organization.open(page);
    const latest = page.getByRole('region', { name: 'Latest upload' });
    await latest.getByText('3 rows read: 1 created, 1 updated, 1 unchanged.').waitFor();
    await latest.getByRole('heading', { name: 'Upload complete' }).waitFor();
    await latest.getByRole('link', { name: 'Upload another file' }).waitFor();
    await page.getByRole('region', { name: 'Earlier uploads' }).getByRole('link').click();
    await page.locator('#current').getByText('3 rows read: 3 created.').waitFor();
    await page.goBack();
    await latest.waitFor();
    await expectAccessible(page);
    await organization.run(fileOf(['ann'], 'Legal'));
    await page.reload();
    await latest.getByText('No changes were needed.').waitFor();
  });

  it('with errors shows how many rows were not applied, the error of each cell, and the log', async () => {
    const organization = await service.newOrganization(['ann', 'bo']);
    const csv =
      'Email;First name;Employment Date\nann@example.com;Ann;2026-02-31\nbo@@example;Bo;2026-02-01\ndan@example.com;Dan;\n';
    const edit = await organization.run(csv);
    expect(edit.outcome).toBe('completed_with_errors');
    const { page } = await visit();
    await organization.open(page, { edit });
    const panel = page.locator('#current');
    await panel.getByRole('heading', { name: 'Upload complete with errors' }).waitFor();
    await panel.getByText(/^\d of 3 rows (?:was|were) not applied\. The other (?:one was|\d were)\.$/).waitFor();
    await panel.getByRole('link', { name: 'Fix the rows in it and upload it again' }).waitFor();
    await panel.getByRole('heading', { name: 'What we found' }).waitFor();
    await panel.locator('.wrong').getByText('2026-02-31', { exact: true }).waitFor();
    const download = page.waitForEvent('download');
    await panel.getByRole('link', { name: 'Download error log' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.csv$/);
    expect(await page.title()).toMatch(/^Error:/);
    await expectAccessible(page);
  });

  it('of an unreadable file shows the error and the remedy', async () => {
    const organization = await service.newOrganization();
    const { body } = await organization.uploadForm('Fruit;Colour\napple;red\n', {}, 'users.csv');
    await organization.reaches(body, 'ended');
    const { page } = await visit();
    await organization.open(page, { edit: body });
    const panel = page.locator('#current');
    await panel.getByRole('heading', { name: 'There is a problem with users.csv' }).waitFor();
    await panel.getByText('Nothing was changed. Mend the file and upload it again.').waitFor();
    await expect.poll(() => panel.locator('.file-findings li').count()).toBeGreaterThan(0);
    expect(await panel.getByRole('alert').count()).toBe(1);
    await panel.getByRole('link', { name: 'Upload again' }).waitFor();
    const download = page.waitForEvent('download');
    await panel.getByRole('link', { name: 'Download error log' }).click();
    expect((await download).suggestedFilename()).toMatch(/\.csv$/);
    expect(await panel.getByRole('link', { name: 'NO_IDENTITY_COLUMN' }).getAttribute('href')).toBe(
      '/findings/NO_IDENTITY_COLUMN?language=en',
    );
    await expectAccessible(page);
    await panel.getByRole('link', { name: 'Upload again' }).click();
    const form = page.getByRole('heading', { name: 'Upload', exact: true });
    await expect.poll(() => form.evaluate((heading) => heading === document.activeElement)).toBe(true);
    expect(await form.evaluate((heading) => heading.getBoundingClientRect().top < innerHeight)).toBe(true);
  });

  it('of a file that was not read in full names the columns first, and is not green', async () => {
    const organization = await service.newOrganization(['ann', 'bo']);
    const edit = await organization.run(
      'Email;Shoe size;First name;;Employee ID;Cost centre\nann@example.com;44;Anna;x;7;\nbo@example.com;;Bo;;8;9\n',
    );
    expect(edit.outcome).toBe('completed');
    const { page } = await visit();
    await organization.open(page, { edit });
    const panel = page.locator('#current');
    const heading = panel.getByRole('heading', { level: 2 });
    await expect
      .poll(() => heading.textContent())
      .toBe(
        'Upload complete, but 4 columns were not read: Shoe size, a column without a header, Employee ID and 1 more.',
      );
    expect(await panel.getAttribute('class')).toMatch(/\bwarn\b/);
    await panel.getByText('Unknown column', { exact: true }).click();
    await panel.getByText('If the column is "External Id", give it that header.').waitFor();
    await expectAccessible(page);
    await panel.getByRole('link', { name: 'UNKNOWN_HEADER' }).click();
    await page.getByRole('heading', { name: 'Unknown column' }).waitFor();
    await expectAccessible(page, { asItIs: true });
    await page.getByRole('link', { name: 'All findings' }).click();
    await page.getByRole('link', { name: 'CASE_VARIANT' }).waitFor();
    await expectAccessible(page, { asItIs: true });
    await organization.run('Email;First name\nann@example.com;Anna\n');
    await organization.open(page);
    await page
      .getByRole('region', { name: 'Earlier uploads' })
      .getByText('Complete, but columns were not read')
      .waitFor();
  });

  it('of a file with a name that is long, or changes the text direction, fits on the page', async () => {
    const organization = await service.newOrganization();
    const name = `\u202Egpj.${'very_long_name_'.repeat(12)}.csv`;
    const { body } = await organization.uploadForm(fileOf(['ann']), {}, name);
    await organization.reaches(body, 'ended');
    const { page } = await visit();
    await organization.open(page, { edit: body });
    await page.locator('bdi').getByText('very_long_name_').first().waitFor();
    await expectAccessible(page);
  });
});
