import { afterAll, expect, it } from 'vitest';
import { ownQueue } from '../support/mass-edit.ts';
import { startApi } from '../support/mass-edit-api.ts';
import { openDatabase } from '../support/organization.ts';
import { useOwnDatabase } from '../support/own-database.ts';
import { until } from '../support/until.ts';
import { startWorker } from '../support/worker.ts';
import { expectAccessible } from './assert-accessible.ts';
import { useBrowser } from './browser.ts';
import { fileOf, newOrganization } from './organization.ts';

const database = useOwnDatabase('no_worker_test');
const sql = openDatabase(database.superuserUrl);
const { visit } = useBrowser();
afterAll(() => sql.end());

it('shows that no worker is running and that the upload starts by itself, in both languages, until a worker is back', async () => {
  const taskQueue = ownQueue('page-no-worker');
  const api = await startApi({ taskQueue, databaseUrl: database.apiUrl });
  try {
    await until('the API is ready', async () => (await fetch(`${api.url}/readyz`)).ok);
    const organization = await newOrganization(api);
    const edit = await organization.started(fileOf(['ann']));
    const english = await visit();
    const { page } = english;
    await organization.open(page);
    const panel = page.locator('#current');
    const said = panel.getByText('No worker is running. The upload starts by itself when one is back.');
    await said.waitFor();
    await expectAccessible(page);

    const swedish = await visit({ locale: 'sv-SE' });
    await organization.open(swedish.page);
    await swedish.page
      .locator('#current')
      .getByText('Ingen arbetsprocess är igång. Uppladdningen startar av sig själv när en är tillbaka.')
      .waitFor();

    const worker = await startWorker({ taskQueue, databaseUrl: database.workerUrl });
    try {
      expect(await organization.reaches(edit, 'ended')).toMatchObject({ outcome: 'completed' });
      await said.waitFor({ state: 'detached' });
      // A page that polls while the API closes would get refusals.
      await Promise.all([english.context.close(), swedish.context.close()]);
    } finally {
      await worker.close();
    }
  } finally {
    await api.close();
  }
});
