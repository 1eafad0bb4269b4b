import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi, type TestApi } from '../support/mass-edit-api.ts';
import { useBrowser } from './browser.ts';
import { fileOf, newOrganization, type Organization } from './organization.ts';
import { type SlowProxy, startSlowProxy } from './slow-proxy.ts';

const { visit } = useBrowser();
let api: TestApi;
beforeAll(async () => {
  // Two heartbeats a second. No worker: the mass edits stay in stage 1.
  api = await startApi({ taskQueue: ownQueue('page-watching'), stalledMs: 1_000 });
});
afterAll(() => api.close());

describe('a page that watches a mass edit', () => {
  it('does not poll while heartbeats arrive', async () => {
    const { page, edit } = await watching();
    await heartbeats(page, edit);
    let polls = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/latest')) polls++;
    });
    for (let minutes = 0; minutes < 2; minutes += 0.5) {
      await page.clock.fastForward(30_000);
      await heartbeats(page, edit);
    }
    expect(polls).toBe(0);
  });

  it('polls if it has heard nothing for 40 s, as after a connection died silently', async () => {
    const { page, edit, proxy, stop } = await watching();
    await heartbeats(page, edit);
    proxy.silenceEvents();
    await stop();
    await page.clock.fastForward(41_000);
    await isStopping(page);
  });

  it('polls if a proxy holds back the events from the beginning', async () => {
    const { page, stop } = await watching((proxy) => proxy.silenceEvents());
    await stop();
    await isStopping(page);
  });

  it('polls at once when it is seen again, as after a sleep', async () => {
    const { page, edit, proxy, stop } = await watching();
    await heartbeats(page, edit);
    proxy.silenceEvents();
    await stop();
    const polled = page.waitForRequest(/\/latest$/, { timeout: 20_000 });
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await polled;
    await isStopping(page);
  });
});

type Watching = {
  page: Page;
  edit: { id: string };
  proxy: SlowProxy;
  /** Another browser stops the mass edit. */
  stop: () => Promise<void>;
};

/** A page behind a proxy that shows a mass edit in stage 1. */
async function watching(prepare: (proxy: SlowProxy) => void = () => {}): Promise<Watching> {
  const proxy = await startSlowProxy(api.port);
  prepare(proxy);
  const organization: Organization = await newOrganization(api);
  const edit = await organization.started(fileOf(['ann']));
  const { page } = await visit();
  await page.clock.install();
  await page.goto(organization.pageUrl().replace(api.url, proxy.url) + (await organization.link()));
  await page.locator('#current').getByText('Stage 1 of 7: Validation.').waitFor();
  return {
    page,
    edit,
    proxy,
    stop: async () => {
      expect((await organization.json('POST', `/mass-edits/${edit.id}/cancellation`)).status).toBe(202);
    },
  };
}

/** Waits until two more heartbeats have reached this page. */
async function heartbeats(page: Page, edit: { id: string }): Promise<void> {
  await page.evaluate(
    ({ id }) =>
      new Promise<void>((resolve) => {
        const organization = location.pathname.split('/')[2];
        const source = new EventSource(`/v1/organizations/${organization}/mass-edits/${id}/events`);
        let heard = 0;
        source.addEventListener('heartbeat', () => {
          if (++heard < 2) return;
          source.close();
          resolve();
        });
      }),
    edit,
  );
}

const isStopping = (page: Page) => page.locator('#current').getByText('Hanna Ek has asked to stop.').waitFor();
