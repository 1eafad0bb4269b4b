import { chromium } from 'playwright-core';
import { expect, it } from 'vitest';
import { chromiumLaunch } from '../../../dev/docs/chromium.ts';

it('starts the Chromium of the packages on a machine without Chromium, for two processes at once', async () => {
  const [options] = await Promise.all([chromiumLaunch([]), chromiumLaunch([])]);
  const browser = await chromium.launch(options);
  try {
    const page = await browser.newPage();
    await page.setContent('<span>Åsa Öberg</span>');
    // Text has a width only if there are fonts.
    expect((await page.locator('span').boundingBox())?.width).toBeGreaterThan(40);
  } finally {
    await browser.close();
  }
});

it('prefers the Chromium of the machine', async () => {
  expect(await chromiumLaunch(['/nowhere/chromium', process.execPath])).toMatchObject({
    executablePath: process.execPath,
  });
});
