import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright-core';
import { readConfig } from '../../config.ts';
import { startEnvironment } from '../environment.ts';
import { chromiumLaunch } from './chromium.ts';
import { DELETE, uploadByPage } from './upload-with-browser.ts';

/**
 * `npm run pictures`: makes the pictures of the documentation from the running page. Starts everything in a directory
 * of its own, with the demo organization, does two mass edits in Chromium, and stops everything.
 */
const PICTURES = resolve(import.meta.dirname, '../../docs/pictures');
const SAMPLES = resolve(import.meta.dirname, '../../samples');
/** The width of a small laptop, and the height that the subject needs. */
const WINDOW = { width: 1280, height: 900 };
/** With this many rows the stages run long enough for a picture. */
const MANY_ROWS = 60_000;
/** For a large file on a busy machine. */
const PATIENCE_MS = 180_000;

const dataDir = await mkdtemp(join(tmpdir(), 'mass-edit-pictures-'));
const product = await startEnvironment(
  readConfig({ DATA_DIR: dataDir, PORT: '0', DATABASE_PORT: '0', TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: '0' }, []),
  { log: (line) => console.log(line) },
);
const browser = await chromium.launch(await chromiumLaunch());
try {
  const context = await browser.newContext({
    viewport: WINDOW,
    locale: 'en-GB',
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(product.signInUrl ?? '');
  await page.getByRole('heading', { level: 1 }).waitFor();
  await takePrompt(page);
  await takeResult(page);
  await takeRunning(page);
} finally {
  await browser.close();
  await product.stop();
  await rm(dataDir, { recursive: true, force: true });
}

/** The question before users are deleted. */
async function takePrompt(page: Page): Promise<void> {
  const csv = await readFile(join(SAMPLES, 'edit-users.csv'));
  await uploadByPage(page, csv, { options: [DELETE], name: 'users-november.csv' });
  await page.getByRole('dialog').waitFor();
  // The findings load a moment after the question itself.
  await page.getByRole('dialog').getByText('lose their manager').waitFor();
  await page.getByRole('dialog').getByRole('checkbox').first().check();
  await save(page, 'prompt');
}

/** The result, with the refused rows. */
async function takeResult(page: Page): Promise<void> {
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Delete \d+ users/ })
    .click();
  await page.getByRole('heading', { name: 'Upload complete with errors' }).waitFor({ timeout: PATIENCE_MS });
  await page.evaluate(() => window.scrollTo(0, 0));
  await save(page, 'result-errors');
}

/** The stages of a large file, in the middle of the fifth. */
async function takeRunning(page: Page): Promise<void> {
  await uploadByPage(page, newcomers(), { name: 'newcomers.csv' });
  await page
    .getByText(/Stage 5 of 7/)
    .first()
    .waitFor({ timeout: PATIENCE_MS });
  await page.waitForFunction(() =>
    [...document.querySelectorAll('progress')].some(({ value, max }) => value > max / 4),
  );
  await page.evaluate(() => window.scrollTo(0, 0));
  await save(page, 'running');
}

async function save(page: Page, name: string): Promise<void> {
  const path = join(PICTURES, `${name}.png`);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  console.log(path);
}

function newcomers(): string {
  const lines = Array.from({ length: MANY_ROWS }, (_, index) => `newcomer.${index}@example.com;Robin;Berg ${index}`);
  return ['Email;First name;Last name', ...lines].join('\r\n');
}
