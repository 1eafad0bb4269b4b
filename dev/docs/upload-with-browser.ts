import type { Page } from 'playwright-core';

export type Sent = { options?: string[]; name?: string };

export const DELETE = 'Delete users that are not in the file (Use with Extreme care)';
export const REVIEW = 'Review before applying';

/** Chooses a file in the form. */
export const chooseFile = (page: Page, csv: string | Buffer, name = 'users.csv'): Promise<void> =>
  page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(csv) });

export const pressUpload = (page: Page): Promise<void> =>
  page.getByRole('button', { name: 'Upload', exact: true }).click();

/** Chooses a file and options, and uploads. */
export async function uploadByPage(page: Page, csv: string | Buffer, { options = [], name }: Sent = {}): Promise<void> {
  await chooseFile(page, csv, name);
  for (const option of options) await page.getByLabel(option).check();
  await pressUpload(page);
}
