import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chooseFile } from '../../dev/docs/upload-with-browser.ts';
import { expectAccessible } from './assert-accessible.ts';
import { useBrowser } from './browser.ts';
import { fileOf } from './organization.ts';
import { useService } from './service.ts';

const service = useService();
const { visit } = useBrowser();

/** The browser reports the refusal in its console. */
const USED = [/status of 401/];
const ASKED = [/status of 409/];
const NOT_VALID =
  'This link has been used, has been withdrawn or is older than ten minutes. Run npm start again, or ask for a new link.';

const nothingYet = (page: Page) => page.getByText('Nothing has been uploaded yet.').waitFor();
const question = (page: Page) => page.getByRole('dialog', { name: 'Change to another user?' });
/** Another organization, whose admin is another user. */
const newStranger = () =>
  service.newOrganization([], {
    name: 'Southern Steel',
    admin: { email: 'sven@example.org', firstName: 'Sven', lastName: 'Stark' },
  });
/** Puts a link into the address of an open page, as a person does who pastes it there. */
const putIntoAddress = (page: Page, link: string) =>
  page.evaluate((hash) => {
    location.hash = hash;
  }, link);

/** The addresses at the moment of each request. */
function addressesOfRequests(page: Page): string[] {
  const seen: string[] = [];
  page.on('request', (request) => {
    if (request.url().includes('/v1/')) seen.push(page.url());
  });
  return seen;
}

describe('a sign-in link', () => {
  it('signs in, and leaves the address before the first request', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit();
    const addresses = addressesOfRequests(page);
    await page.goto(`${organization.pageUrl()}${await organization.link()}`);
    await nothingYet(page);
    expect(new Set(addresses)).toEqual(new Set([organization.pageUrl()]));
    expect(await page.evaluate(() => history.length)).toBe(2);
  });

  it('leads to the mass edit that it names', async () => {
    const organization = await service.newOrganization();
    const edit = await organization.run(fileOf(['ann']));
    const { page } = await visit();
    await organization.open(page, { edit });
    await page.getByRole('link', { name: 'All mass edits' }).waitFor();
    expect(page.url()).toBe(organization.pageUrl(edit));
  });

  it.each([
    ['a code', '#link=ml_old'],
    ['a token', '#token=me_old'],
    ['nothing', '#link='],
    ['a zero', '#link=%00'],
    ['a long text', `#link=${'x'.repeat(5_000)}`],
  ])('that is not valid leaves the address too, and says what to do: %s', async (_what, hash) => {
    const organization = await service.newOrganization();
    const { page } = await visit({ expected: [/status of 4(?:01|13)/] });
    const addresses = addressesOfRequests(page);
    await page.goto(`${organization.pageUrl()}${hash}`);
    await page.getByRole('alert').getByText(NOT_VALID).waitFor();
    expect(new Set(addresses)).toEqual(new Set([organization.pageUrl()]));
  });

  it.each([
    ['another parameter', (link: string) => `${link}&utm_source=mail`],
    ['another parameter before it', (link: string) => link.replace('#', '#a=b&')],
    ['a slash', (link: string) => link.replace('#', '#/')],
    ['a capital letter', (link: string) => link.replace('#l', '#L')],
    ['signs that are encoded', (link: string) => link.replace('=', '%3D')],
    ['a letter that is encoded', (link: string) => link.replace('=m', '=%6D')],
    ['quotation marks and a full stop', (link: string) => `${link.replace('=', '=%22')}%22.`],
    ['a second link', (link: string) => `${link}&link=ml_second`],
  ])('signs in and leaves the address with %s', async (_what, written) => {
    const organization = await service.newOrganization();
    const { page } = await visit();
    const addresses = addressesOfRequests(page);
    await page.goto(`${organization.pageUrl()}${written(await organization.link())}`);
    await nothingYet(page);
    expect(new Set(addresses)).toEqual(new Set([organization.pageUrl()]));
  });

  it.each([
    ['quotation marks', (link: string) => `"${link}"`],
    ['angle brackets', (link: string) => `<${link}>`],
    ['line ends', (link: string) => `\n${link}\r\n`],
    ['signs that are encoded', (link: string) => encodeURIComponent(link)],
    ['words around it', (link: string) => `Sign in: ${link}, within ten minutes`],
  ])('is taken by the field with %s', async (_what, pasted) => {
    const organization = await service.newOrganization();
    const { page } = await visit({ expected: USED });
    await page.goto(organization.pageUrl());
    await page.getByLabel('Access token').fill(pasted(`${organization.pageUrl()}${await organization.link()}`));
    await page.getByRole('button', { name: 'Sign in' }).click();
    await nothingYet(page);
  });

  it('works on a page that asks to sign in: in the address, and in the field', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit({ expected: USED });
    await page.goto(organization.pageUrl());
    const field = page.getByLabel('Access token');
    await field.waitFor();
    await expectAccessible(page);
    const used = await organization.link();
    await putIntoAddress(page, used);
    await nothingYet(page);
    expect(page.url()).toBe(organization.pageUrl());
    await page.getByRole('button', { name: 'Sign out' }).click();
    await field.waitFor();

    await putIntoAddress(page, used);
    await page.getByRole('alert').getByText(NOT_VALID).waitFor();
    expect(page.url()).toBe(organization.pageUrl());
    for (const paste of [used, await organization.link()]) {
      await field.fill(` ${organization.pageUrl()}${paste} `);
      await page.getByRole('button', { name: 'Sign in' }).click();
      if (paste === used) await page.getByRole('alert').getByText(NOT_VALID).waitFor();
    }
    await nothingYet(page);
    await page.goBack();
    expect(page.url()).not.toContain('#');
  });

  it('of the same user signs in without a question, and the chosen file stays', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit();
    await organization.open(page);
    await chooseFile(page, fileOf(['ann']));
    const signedIn = page.waitForResponse((answer) => answer.url().endsWith('/v1/session'));
    await putIntoAddress(page, await organization.link());
    expect((await signedIn).status()).toBe(200);
    await page.getByText('users.csv', { exact: true }).waitFor();
    expect(page.url()).toBe(organization.pageUrl());
  });

  it('that is not valid keeps the open session, and reports it', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit({ expected: USED });
    await organization.open(page);
    await chooseFile(page, fileOf(['ann']));
    await putIntoAddress(page, '#link=ml_old');
    const told = page.getByRole('dialog', { name: 'The link did not sign you in' });
    await told.getByText(NOT_VALID).waitFor();
    await expectAccessible(page, { asItIs: true });
    await page.keyboard.press('Escape');
    await told.waitFor({ state: 'detached' });
    await page.getByText('users.csv', { exact: true }).waitFor();
    await page.goto(`${(await newStranger()).pageUrl()}#link=ml_old`);
    await told.getByRole('button', { name: 'Close' }).click();
    await nothingYet(page);
    expect(page.url()).toBe(organization.pageUrl());
  });

  it('is retried when the service is back', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit({ expected: [/ERR_/] });
    await page.route('**/v1/session', (route) => route.abort());
    await page.goto(`${organization.pageUrl()}${await organization.link()}`);
    await page.getByText('The service could not be reached. Try again in a moment.').waitFor();
    await page.unroute('**/v1/session');
    await page.getByRole('button', { name: 'Try again' }).click();
    await nothingYet(page);
  });
});

describe('a sign-in link of another user', () => {
  it.each(['an open page', 'a new page'])('asks first, and changes nothing if the person stays: %s', async (where) => {
    const [organization, stranger] = [await service.newOrganization(), await newStranger()];
    const { page } = await visit({ expected: ASKED });
    await organization.open(page);
    const link = await stranger.link();
    const follow = async () => {
      if (where === 'an open page') return putIntoAddress(page, link);
      await page.goto('about:blank');
      await page.goto(`${stranger.pageUrl()}${link}`);
    };
    for (const stay of [
      () => page.keyboard.press('Escape'),
      () => page.getByRole('button', { name: 'Stay signed in' }).click(),
    ]) {
      await follow();
      await question(page)
        .getByText(
          'You are signed in to Nordic Paper as Hanna Ek (hanna@example.com). Go to Southern Steel as Sven Stark (sven@example.org)?',
        )
        .waitFor();
      expect(page.url()).not.toContain('#');
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Change to another user?');
      await expectAccessible(page, { asItIs: true });
      await stay();
      await nothingYet(page);
      expect(await question(page).count()).toBe(0);
      await page.getByText('Hanna Ek', { exact: true }).waitFor();
      expect(page.url()).toBe(organization.pageUrl());
    }
    // The link is still unused.
    await follow();
    await question(page).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Sven Stark', { exact: true }).waitFor();
    await nothingYet(page);
    expect(page.url()).toBe(stranger.pageUrl());
  });

  it('asks too if it holds a token, and in Swedish', async () => {
    const [organization, stranger] = [await service.newOrganization(), await newStranger()];
    const { page } = await visit({ expected: ASKED, locale: 'sv-SE' });
    await page.goto(`${organization.pageUrl()}${await organization.link()}`);
    await page.getByText('Hanna Ek', { exact: true }).waitFor();
    await page.goto(`${stranger.pageUrl()}#token=${stranger.token}`);
    const dialog = page.getByRole('dialog', { name: 'Byta användare?' });
    await dialog
      .getByText(
        'Du är inloggad i Nordic Paper som Hanna Ek (hanna@example.com). Gå till Southern Steel som Sven Stark (sven@example.org)?',
      )
      .waitFor();
    expect(page.url()).toBe(stranger.pageUrl());
    await expectAccessible(page, { asItIs: true });
    await dialog.getByRole('button', { name: 'Byt användare' }).click();
    await page.getByText('Sven Stark', { exact: true }).waitFor();
  });

  it('drops the choices of the first user', async () => {
    const [organization, stranger] = [await service.newOrganization(), await newStranger()];
    const { page } = await visit({ expected: ASKED });
    await organization.open(page);
    await chooseFile(page, fileOf(['ann']));
    await putIntoAddress(page, await stranger.link());
    await question(page).getByRole('button', { name: 'Change user' }).click();
    await page.getByText('Sven Stark', { exact: true }).waitFor();
    await page.getByText('Choose a CSV file or drop it here').waitFor();
    expect(page.url()).toBe(stranger.pageUrl());
  });

  it('asks too if it is pasted while another tab is signed in, and reports if it was used meanwhile', async () => {
    const [organization, stranger] = [await service.newOrganization(), await newStranger()];
    const { page, context } = await visit({ expected: [...ASKED, ...USED] });
    await page.goto(stranger.pageUrl());
    const field = page.getByLabel('Access token');
    await field.waitFor();
    await organization.open(await context.newPage());
    const link = await stranger.link();
    await field.fill(`${stranger.pageUrl()}${link}`);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await question(page).waitFor();
    const body = JSON.stringify({ link: link.split('=')[1] });
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(`${service.api.url}/v1/session`, { method: 'POST', headers, body })).status).toBe(200);
    await question(page).getByRole('button', { name: 'Change user' }).click();
    await page.getByRole('dialog', { name: 'The link did not sign you in' }).waitFor();
    await page.keyboard.press('Escape');
    await nothingYet(page);
    expect(page.url()).toBe(organization.pageUrl());
  });
});
