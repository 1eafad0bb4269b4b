import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

type Look = {
  /** Opens the dialog again after the language was chosen: the dialog covers the choice. */
  reopen?: () => Promise<void>;
  /** Only in the current language, for a dialog that cannot be closed. */
  asItIs?: boolean;
};

/**
 * Checks the state of a page in both languages and both colour schemes: axe-core finds nothing, nothing moves with
 * reduced motion, and at 320 px nothing scrolls sideways. Leaves the page in English and light, as it was.
 */
export async function expectAccessible(page: Page, { reopen, asItIs = false }: Look = {}): Promise<void> {
  const at = page.viewportSize()!;
  for (const [language, lang] of [
    ['Svenska', 'sv-SE'],
    ['English', 'en-GB'],
  ] as const) {
    if (asItIs && language !== 'English') continue;
    if (!asItIs) await choose(page, language, lang, reopen);
    // Rules that are not about colours give the same result in the dark scheme.
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await violations(page, OF_COLOURS), `${language}, dark`).toEqual([]);
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await violations(page), `${language}, light`).toEqual([]);
    expect(await moving(page), language).toEqual([]);
    await page.setViewportSize({ width: NARROW_PX, height: at.height });
    expect(await tooWide(page), `${language}, ${NARROW_PX} px`).toEqual([]);
    await page.setViewportSize(at);
  }
}

/** The width of 1280 px at 400 % zoom (WCAG 1.4.10). */
const NARROW_PX = 320;

/** The colour rules among axe-core's defaults. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

async function choose(page: Page, language: string, lang: string, reopen: Look['reopen']): Promise<void> {
  if (reopen) await page.keyboard.press('Escape');
  await page.getByRole('button', { name: language }).click();
  await page.locator(`html[lang="${lang}"]`).waitFor();
  await reopen?.();
}

/** The violations that axe-core finds, a line each. */
async function violations(page: Page, rules?: string[]): Promise<string[]> {
  const loaded = await page.evaluate(() => 'axe' in window);
  if (!loaded) await page.evaluate(axe.source);
  return page.evaluate(async (only) => {
    const { axe: here } = window as unknown as { axe: typeof axe };
    const found = await here.run(document, {
      resultTypes: ['violations'],
      ...(only ? { runOnly: { type: 'rule', values: only } } : {}),
    });
    return found.violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`),
    );
  }, rules);
}

const moving = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    document.getAnimations().flatMap(({ playState, effect }) => {
      const { target } = effect as KeyframeEffect;
      return playState === 'running' && target ? [target.outerHTML] : [];
    }),
  );

/** The elements that overflow on the right if the page, or a dialog, scrolls sideways. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [document.documentElement, ...document.querySelectorAll('dialog[open]')].flatMap((frame) => {
      if (frame.scrollWidth <= frame.clientWidth) return [];
      const wide = [...frame.querySelectorAll('*')].filter(
        (element) => element.getBoundingClientRect().right > innerWidth && !element.closest('.scroll'),
      );
      return [`${frame.tagName} ${frame.scrollWidth} px`, ...wide.map((element) => element.outerHTML.slice(0, 200))];
    }),
  );
