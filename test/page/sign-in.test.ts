import { describe, expect, it } from 'vitest';
import { chooseFile, pressUpload } from '../../dev/docs/upload-with-browser.ts';
import { expectAccessible } from './assert-accessible.ts';
import { useBrowser } from './browser.ts';
import { fileOf } from './organization.ts';
import { useService } from './service.ts';

const service = useService();
const { visit } = useBrowser();

/** The browser reports the refusal in its console. */
const UNKNOWN = [/status of 401/];

describe('signing in', () => {
  it('accepts a typed token, opens the user’s organization, and signs out', async () => {
    const organization = await service.newOrganization();
    const { page, context } = await visit({ expected: UNKNOWN });
    await page.goto(`${service.api.url}/`);
    const token = page.getByLabel('Access token');
    const submit = page.getByRole('button', { name: 'Sign in' });
    await submit.click();
    await page.getByText('Paste your access token.').waitFor();
    await token.fill('me_wrong');
    await submit.click();
    await page
      .getByRole('alert')
      .getByText('This token is not valid. It may have expired or been withdrawn.')
      .waitFor();
    expect(await token.evaluate((element) => element === document.activeElement)).toBe(true);
    await expectAccessible(page);
    await token.fill(organization.token);
    await submit.click();
    await page.waitForURL(organization.pageUrl());
    await page.getByText('Nothing has been uploaded yet.').waitFor();
    // No script of the page can leak the token, because none has it.
    const known = () => [document.cookie, location.href, ...Object.values({ ...localStorage, ...sessionStorage })];
    expect((await page.evaluate(known)).join(' ')).not.toMatch(/me_|session/);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await token.waitFor();
    expect(await context.cookies()).toEqual([]);
    await page.reload();
    await token.waitFor();
  });

  it('is undone by signing out, which keeps the chosen language and the page, and nothing else', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit({ expected: UNKNOWN });
    await organization.open(page);
    await page.getByText('Svenska').click();
    await page.evaluate(() => sessionStorage.setItem('mass-edit-sent', 'an-id'));
    const signOut = async () => {
      await page.getByRole('button', { name: 'Logga ut' }).click();
      await page.getByLabel('Åtkomsttoken').waitFor();
    };
    await signOut();
    const kept = await page.evaluate(() => Object.entries({ ...localStorage, ...sessionStorage }));
    expect(kept).toEqual([['mass-edit-language', 'sv']]);
    // The open page signs in again, and so does a reloaded page, in the same language.
    for (const reload of [false, true]) {
      if (reload) await page.reload();
      await page.getByLabel('Åtkomsttoken').fill(organization.token);
      await page.getByRole('button', { name: 'Logga in' }).click();
      await signOut();
    }
  });

  it('is undone by signing out, after which nothing on the page says what the user has seen', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit({ expected: UNKNOWN });
    await organization.open(page);
    await chooseFile(page, fileOf(['ann']));
    await pressUpload(page);
    const status = page.getByRole('status');
    await expect.poll(() => status.textContent()).toContain('Upload complete');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Access token').waitFor();
    expect(await status.textContent()).toBe('');
    expect(await page.title()).toBe('Mass edit users');
  });

  it('again, after the session has ended, goes on at the same place', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit({ expected: UNKNOWN });
    await organization.open(page);
    await chooseFile(page, fileOf(['ann']));
    await service.sql`delete from sessions where organization_id = ${organization.organizationId}`;
    await pressUpload(page);
    const dialog = page.getByRole('dialog', { name: 'Your session has ended' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await expectAccessible(page, { asItIs: true });
    await dialog.getByLabel('Access token').fill(organization.token);
    await dialog.getByRole('button', { name: 'Sign in' }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('users.csv', { exact: true }).waitFor();
    await pressUpload(page);
    await page.getByText('1 row read: 1 created.').first().waitFor();
  });

  it('opens only the user’s own organization', async () => {
    const [organization, other] = [await service.newOrganization(), await service.newOrganization()];
    const edit = await other.run(fileOf(['ann']));
    const { page } = await visit({ expected: [/status of 404/] });
    await organization.open(page);
    for (const url of [other.pageUrl(), other.pageUrl(edit), organization.pageUrl(edit)]) {
      await page.goto(url);
      await page.getByText('There is nothing at this address, or it belongs to another organization.').waitFor();
    }
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Go to the mass edits of your organization' }).click();
    await page.getByText('Nothing has been uploaded yet.').waitFor();
  });
});
