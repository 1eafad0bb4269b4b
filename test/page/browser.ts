import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { chromiumLaunch } from '../../dev/docs/chromium.ts';
import { WAIT_MS } from '../support/until.ts';
import { failOnPageErrors } from './troubles.ts';

/** A visitor of the page, in a browser profile of their own. */
export type Visitor = { page: Page; context: BrowserContext };
export type Visit = BrowserContextOptions & {
  /** Troubles that the test causes or tests. Any other trouble fails it. */
  expected?: RegExp[];
};
export type Visits = { visit: (options?: Visit) => Promise<Visitor> };

/**
 * One Chromium for a test file: call it at the top. Every visit has a context of its own, which is closed when the test
 * has finished. The test fails if the page had an unexpected trouble.
 */
export function useBrowser(): Visits {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch(await chromiumLaunch());
  });
  afterAll(() => browser?.close());
  return {
    visit: async ({ expected = [], ...options } = {}) => {
      const context = await browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', ...options });
      context.setDefaultTimeout(WAIT_MS);
      const troubles = await failOnPageErrors(context);
      onTestFinished(async () => {
        await context.close();
        expect(troubles().filter((trouble) => !expected.some((pattern) => pattern.test(trouble)))).toEqual([]);
      });
      return { context, page: await context.newPage() };
    },
  };
}
