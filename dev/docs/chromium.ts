import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { LaunchOptions } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** As root Chromium has no sandbox. A container has little shared memory and no graphics. */
const FLAGS = ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'];

/** `npm ci` removes this directory, so a new version of the package is unpacked again. */
const UNPACKED = resolve(import.meta.dirname, '../../node_modules/.chromium');

/** The package's settings only allow directories of Amazon's. */
const FONT_SETTINGS = 'fonts.conf';

/**
 * How Playwright starts Chromium: the Chromium of this machine, or else the Chromium of `@sparticuz/chromium`.
 *
 * @throws when the machine has no Chromium and the package has none for its system either
 */
export async function chromiumLaunch(places: string[] = INSTALLED): Promise<LaunchOptions> {
  const installed = places.find((place) => existsSync(place));
  if (installed) return { executablePath: installed, args: FLAGS, headless: true };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`The page is tested in Chromium. Install Chromium at one of ${places.join(', ')}`);
  if (!existsSync(UNPACKED)) await unpack();
  return {
    executablePath: join(UNPACKED, 'chromium'),
    args: FLAGS,
    headless: true,
    // The package brings the shared libraries and fonts that a small machine does not have.
    env: {
      LD_LIBRARY_PATH: join(UNPACKED, 'al2023/lib'),
      FONTCONFIG_FILE: join(UNPACKED, FONT_SETTINGS),
      HOME: UNPACKED,
    },
  };
}

/** Unpacks into a directory beside `UNPACKED` and renames it, so two processes can do this at the same time. */
async function unpack(): Promise<void> {
  const directory = await mkdtemp(`${UNPACKED}-`);
  const script = resolve(import.meta.dirname, 'unpack-chromium.ts');
  // The package unpacks to the temporary directory. It unpacks the libraries only on Amazon Linux, which this names.
  const env = { TMPDIR: directory, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
  await promisify(execFile)(process.execPath, [script], { env });
  const fonts = ['/usr/share/fonts', join(UNPACKED, 'fonts')].map((path) => `<dir>${path}</dir>`).join('');
  const cache = `<cachedir>${join(UNPACKED, 'font-cache')}</cachedir>`;
  await writeFile(join(directory, FONT_SETTINGS), `<fontconfig>${fonts}${cache}</fontconfig>`);
  try {
    await rename(directory, UNPACKED);
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    if (!existsSync(UNPACKED)) throw error;
  }
}
