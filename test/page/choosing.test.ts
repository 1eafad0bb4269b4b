import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chooseFile, pressUpload } from '../../dev/docs/upload-with-browser.ts';
import { expectAccessible } from './assert-accessible.ts';
import { useBrowser } from './browser.ts';
import { fileOf } from './organization.ts';
import { useService } from './service.ts';

/** Small, so that a file may be too large. */
const service = useService({ maxBytes: 2048 });
const { visit } = useBrowser();

const WRONG: [what: string, name: string, bytes: Buffer, sentence: string][] = [
  ['too large', 'users.csv', Buffer.alloc(3000, 'a'), 'users.csv is too large: 2.9 kB, and 2 kB is the most.'],
  ['empty', 'users.csv', Buffer.alloc(0), 'users.csv is empty.'],
  ['a spreadsheet', 'users.xlsx', Buffer.from('PK'), 'users.xlsx is a spreadsheet, not a CSV file.'],
  ['a spreadsheet by another name', 'users.csv', Buffer.from('PK\x03\x04…'), 'users.csv is a spreadsheet'],
  ['of another type', 'users.pdf', Buffer.from('%PDF-1.7'), 'users.pdf is not a CSV file.'],
];

describe('a file', () => {
  it('that cannot be accepted is refused without being sent', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit();
    const sent = uploadsOf(page);
    await organization.open(page);
    const alert = page.getByRole('alert');
    await pressUpload(page);
    await alert.getByText('Choose a CSV file first.').waitFor();
    await expectFocusIn(page, '[role=alert]');
    for (const [, name, bytes, sentence] of WRONG) {
      await chooseFile(page, bytes, name);
      await alert.getByText(sentence).waitFor();
      await pressUpload(page);
      await expectFocusIn(page, '[role=alert]');
    }
    await expectAccessible(page);
    await alert.getByRole('link').click();
    await expectFocusIn(page, 'input[type=file]');
    await chooseFile(page, fileOf(['ann']));
    await alert.waitFor({ state: 'detached' });
    expect(sent).toEqual([]);
    await pressUpload(page);
    await page.getByRole('heading', { name: 'Upload complete', exact: true }).waitFor();
    expect(sent).toHaveLength(1);
  });

  it('can be dropped anywhere, one at a time', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit();
    await organization.open(page);
    await page.getByText('Choose a CSV file or drop it here').waitFor();
    await drag(page, 'dragenter', []);
    await page.getByText('Drop the file here').waitFor();
    await drag(page, 'drop', [fileOf(['ann']), fileOf(['bo'])]);
    await page.getByRole('alert').getByText('Choose one file. Several cannot be uploaded at once.').waitFor();
    await drag(page, 'drop', [fileOf(['ann'])]);
    await page.getByText('dropped0.csv').waitFor();
    await pressUpload(page);
    await page.getByText('1 row read: 1 created.').first().waitFor();
  });

  it('can be pasted, as can rows of a spreadsheet, but not a word', async () => {
    const organization = await service.newOrganization();
    const { page } = await visit();
    await organization.open(page);
    await page.getByText('Choose a CSV file or drop it here').waitFor();
    await paste(page, fileOf(['bo']), 'copied.csv');
    await page.getByText('copied.csv').waitFor();
    await paste(page, 'ann@example.com');
    expect(await page.getByText('copied.csv').count()).toBe(1);
    await paste(page, 'Email\tFirst name\nann@example.com\tAnn\n');
    await page.getByText('pasted.csv').waitFor();
    await pressUpload(page);
    await page.getByText('1 row read: 1 created.').first().waitFor();
    expect(await organization.user('ann@example.com')).toMatchObject({ firstName: 'Ann' });
  });
});

/** The uploads that a page starts. */
function uploadsOf(page: Page): string[] {
  const sent: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/mass-edits')) sent.push(request.url());
  });
  return sent;
}

const expectFocusIn = (page: Page, place: string): Promise<void> =>
  expect.poll(() => page.evaluate((at) => document.activeElement?.matches(at), place)).toBe(true);

/** Playwright cannot drag a file in from outside, so the test makes the events. */
const drag = (page: Page, type: string, contents: string[]): Promise<void> =>
  page.evaluate(
    ([name, texts]) => {
      const dataTransfer = new DataTransfer();
      // During a drag the page sees only that there are files.
      for (const [n, text] of (texts.length > 0 ? texts : ['']).entries())
        dataTransfer.items.add(new File([text], `dropped${n}.csv`, { type: 'text/csv' }));
      document
        .querySelector('main')
        ?.dispatchEvent(new DragEvent(name, { dataTransfer, bubbles: true, cancelable: true }));
    },
    [type, contents] as const,
  );

/** The clipboard as text, or as a file of this name. */
const paste = (page: Page, text: string, name?: string): Promise<void> =>
  page.evaluate(
    ([pasted, as]) => {
      const clipboardData = new DataTransfer();
      if (as === undefined) clipboardData.setData('text/plain', pasted);
      else clipboardData.items.add(new File([pasted], as, { type: 'text/csv' }));
      document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    },
    [text, name] as const,
  );
